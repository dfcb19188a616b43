import { createServer } from 'node:http';
import { announce, openApp } from './app.js';

/** The floor: the same services, with the same statements and the same check of tokens, on node:http only. */
const { services } = await openApp();

const NETWORKS = ['127.0.0.0/24', '127.0.0.0/16'];
/** Optional inputs, which these clients leave out. */
const nothing = { acceptLanguage: null, captchaToken: null, deviceToken: null, requestId: null, requestToken: null };
const emptyForm = { username: null, locationId: null, verificationCode: null };

const operations = {
  async '/me'(_input, token) {
    const claims = await services.sessions.authenticate(token);
    const session = claims && (await services.sessions.find(claims));
    if (!session) return null;
    const { id, phoneNumber, phoneVerifiedAt, email, firstName, passwordHash, role, marketplaceAccess } = session.user;
    const flags = { phoneVerified: phoneVerifiedAt !== null, hasPassword: passwordHash !== null };
    return { id, phoneNumber, email, firstName, role, marketplace: { hasAccess: marketplaceAccess }, ...flags };
  },
  '/requestOtp': (input, _token, client) =>
    services.requestOtp.requestOtp({
      ...input,
      ...client.client,
      ...nothing,
      purpose: 'SIGN_IN',
      audience: null,
      channel: 'SMS',
      locale: null,
      session: null,
    }),
  async '/verifyOtp'(input, _token, client) {
    const command = { ...input, ...client, ...nothing, signedInAs: null };
    const { kind, user, tokens, newMember, deviceToken } = await services.verifyOtp.verifyOtp(command);
    return { kind, user: user && { id: user.id, phoneNumber: user.phoneNumber }, tokens, newMember, deviceToken };
  },
  async '/refreshSession'({ refreshToken }, _token, { client }) {
    const { kind, user, tokens } = await services.sessions.refresh(refreshToken, client);
    return { kind, user: user && { id: user.id, phoneNumber: user.phoneNumber }, tokens };
  },
  async '/register'(input, _token, client) {
    const command = { form: { ...emptyForm, ...input }, ...client, ...nothing };
    const { kind, user, tokens, deviceToken } = await services.register.register(command);
    return { kind, user: user && { id: user.id, phoneNumber: user.phoneNumber }, tokens, deviceToken };
  },
  async '/login'(input, _token, client) {
    const { kind, user, tokens, deviceToken } = await services.login.login({ ...input, ...client, ...nothing });
    return { kind, user: user && { id: user.id, phoneNumber: user.phoneNumber }, tokens, deviceToken };
  },
};

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', async () => {
    const { remoteAddress } = request.socket;
    const userAgent = request.headers['user-agent'] ?? null;
    const client = { client: { ipAddress: remoteAddress, networks: NETWORKS, userAgent, requestId: null } };
    const token = request.headers.authorization?.slice('Bearer '.length);
    const answer = await operations[request.url](JSON.parse(Buffer.concat(parts).toString()), token, client);
    const body = JSON.stringify(answer);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
  });
});
// As long as in Fastify, because a connection waits while the other server has its turn.
server.keepAliveTimeout = 72_000;
server.listen(0, '127.0.0.1', () => announce(server.address().port));
