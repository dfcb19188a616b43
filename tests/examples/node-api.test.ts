import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExampleServer, exampleAddress } from '../support/examples/example-server.js';
import { signIn } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';

const ISSUER = 'https://accounts.example.com';
const APP = 'https://app.example.com';

let service: TestService;
let api: ExampleServer;
beforeAll(async () => {
  service = await startService({ env: { PUBLIC_URL: ISSUER, TOKEN_AUDIENCE: 'https://api.example.com' } });
  const env = { ACCOUNTS_URL: service.url, ISSUER, AUDIENCE: 'https://api.example.com', APP_ORIGIN: APP };
  api = await ExampleServer.start('node-api', await exampleAddress(), env);
});
afterAll(() => Promise.all([api?.stop(), service?.close()]));

function orders(token: string | null, method = 'GET'): Promise<Response> {
  return fetch(`${api.url}/orders`, { method, ...(token && { headers: { authorization: `Bearer ${token}` } }) });
}

test('each user sees their own orders', async () => {
  const [asha, rishi] = [await signIn(service, '+255679190720'), await signIn(service, '+9779812345678')];
  await orders(asha.tokens.accessToken, 'POST');
  const [ofAsha, ofRishi] = [await orders(asha.tokens.accessToken), await orders(rishi.tokens.accessToken)];

  expect([ofAsha.status, ofRishi.status]).toEqual([200, 200]);
  expect(await ofAsha.json()).toEqual({ user: asha.user.id, orders: [{ at: expect.any(String) }] });
  expect(await ofRishi.json()).toEqual({ user: rishi.user.id, orders: [] });
});

test('without a token, with a forged one and with a refresh token there are no orders', async () => {
  const { tokens } = await signIn(service, '+919876543210');
  const forged = `${tokens.accessToken.slice(0, -8)}AAAAAAAA`;
  const answers = await Promise.all([null, 'nonsense', forged, tokens.refreshToken].map((token) => orders(token)));

  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  expect(answers.map(({ headers }) => headers.get('www-authenticate'))).toEqual([
    'Bearer',
    ...Array(3).fill('Bearer error="invalid_token"'),
  ]);
});

test('a page of the front end may ask, and no other page may read the answer', async () => {
  const preflight = await fetch(`${api.url}/orders`, { method: 'OPTIONS', headers: { origin: 'https://evil.test' } });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe(APP);
  expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
});

test('without the keys nobody is refused for good, and nobody let in', async () => {
  const { tokens } = await signIn(service, '+12025550123');
  const env = { ACCOUNTS_URL: 'http://localhost:9', ISSUER, AUDIENCE: 'https://api.example.com' };
  const cutOff = await ExampleServer.start('node-api', await exampleAddress(), env);
  const headers = { authorization: `Bearer ${tokens.accessToken}` };
  const { status } = await fetch(`${cutOff.url}/orders`, { headers }).finally(() => cutOff.stop());
  expect(status).toBe(503);
});
