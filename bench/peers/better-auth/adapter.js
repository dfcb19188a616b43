import { fileURLToPath } from 'node:url';
import { get, post } from '../../floor/load.js';

/**
 * better-auth as a subject of `npm run bench`. `requestOtp` is its send-otp, `verifyOtp` its verify, and `me` its get-session,
 * which returns user and session by the session's cookie.
 */
export default {
  name: 'better-auth',
  script: fileURLToPath(new URL('server.js', import.meta.url)),
  env: (databaseUrl) => ({
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    BETTER_AUTH_SECRET: 'a secret for the benchmark that is long enough',
  }),
  operations: ['requestOtp', 'verifyOtp', 'me'],
  isBehindTheAnswer: () => false,
  prepare: async () => undefined,
  request(operation, input, token) {
    if (operation === 'me') return get({ path: '/api/auth/get-session', cookie: token });
    if (operation === 'requestOtp') return post({ path: '/api/auth/phone-number/send-otp', body: input });
    const { phoneNumber, otp } = input;
    return post({ path: '/api/auth/phone-number/verify', body: { phoneNumber, code: otp } });
  },
  read(operation, body, head) {
    const answer = JSON.parse(body);
    if (operation === 'me' && answer?.session && answer.user) return answer;
    if (operation === 'requestOtp' && answer?.message === 'code sent') return answer;
    const cookie = /^set-cookie: (better-auth\.session_token=[^;]+)/im.exec(head)?.[1];
    if (operation === 'verifyOtp' && cookie) return { tokens: { accessToken: cookie } };
    if (operation === 'verifyOtp' && answer?.code === 'INVALID_OTP') return answer;
    throw new Error(`better-auth, ${operation}: ${body}`);
  },
  /** It keeps a code as it was sent, with the number of guesses behind it. */
  async codesOf(sql, numbers) {
    const rows = await sql`SELECT identifier, value FROM verification ORDER BY "createdAt"`;
    const codes = new Map(rows.map(({ identifier, value }) => [/\+\d+$/.exec(identifier)?.[0], value.split(':')[0]]));
    return numbers.map((number) => codes.get(number));
  },
};
