import { createServer } from 'node:http';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

// An API that knows its callers by the access tokens of phone-accounts. The two share no secret: this service needs only
// the public keys, and fetches them once in five minutes.
const port = Number(process.env.PORT ?? 3001);
const accounts = process.env.ACCOUNTS_URL ?? 'http://localhost:4000';
const issuer = process.env.ISSUER ?? accounts; // PUBLIC_URL of phone-accounts
const audience = process.env.AUDIENCE ?? issuer; // TOKEN_AUDIENCE of phone-accounts
const app = process.env.APP_ORIGIN ?? 'http://localhost:3000'; // the front end that may call
const keys = createRemoteJWKSet(new URL(`${accounts}/.well-known/jwks.json`), { cacheMaxAge: 300_000 });
/** What jose throws when the keys cannot be fetched. All its other errors are about the token. */
const UNAVAILABLE = ['ERR_JOSE_GENERIC', 'ERR_JWKS_INVALID', 'ERR_JWKS_TIMEOUT'];

/** Orders by the id of their user. The id never changes; a phone number can. */
const orders = new Map();

const server = createServer(async (request, response) => {
  response.setHeader('access-control-allow-origin', app).setHeader('vary', 'origin');
  response.setHeader('access-control-allow-headers', 'authorization, content-type');
  if (request.method === 'OPTIONS') return response.writeHead(204).end();
  if (request.url !== '/orders') return answer(response, 404, { error: 'There are only /orders.' });
  const token = /^Bearer ([\w.-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (!token) return refuse(response, 'Bearer');
  try {
    const user = await userOf(token);
    if (request.method === 'POST') orders.set(user, [...(orders.get(user) ?? []), { at: new Date().toISOString() }]);
    answer(response, 200, { user, orders: orders.get(user) ?? [] });
  } catch (error) {
    const isInvalid = error instanceof errors.JOSEError && !UNAVAILABLE.includes(error.code);
    if (isInvalid) return refuse(response, 'Bearer error="invalid_token"');
    answer(response.setHeader('retry-after', '5'), 503, { error: 'The keys cannot be fetched.' });
  }
});

/** The id of the user that a valid access token belongs to. Throws for everything else. */
async function userOf(token) {
  const checks = { issuer, audience, algorithms: ['ES256'], typ: 'at+jwt', requiredClaims: ['sub', 'sid', 'exp'] };
  const { payload } = await jwtVerify(token, keys, checks);
  return payload.sub;
}

function refuse(response, scheme) {
  answer(response.setHeader('www-authenticate', scheme), 401, { error: 'Sign in first.' });
}

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

server.listen(port, 'localhost', () => process.stdout.write(`The example: http://localhost:${port}/orders\n`));
