import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Accounts } from '../../client/src/index.js';
import { clientOf, signInWith } from '../support/client/client-of.js';
import { startService, type TestService } from '../support/service.js';

const PHONE = '+255679190300';
const LOOKALIKES = [
  'https://evil.test/',
  'https://api.example.com.evil.test/',
  'https://api.example.com@evil.test/',
  'https://api.example.com:pw@evil.test/',
  'https://evil.test\\@api.example.com/',
  'https://evil.test/https://api.example.com/',
  'https://evil.test?https://api.example.com',
  'https://evil.test#https://api.example.com',
  'http://api.example.com/',
  'https://api.example.com:8443/',
  'https://api.example.com./',
  '//api.example.com/',
  'data:,https://api.example.com/',
  'javascript:https://api.example.com/',
  'https:api.example.com.evil.test',
];
let service: TestService;
let api: Server;
let url: string;
let accounts: Accounts;
/** What the API was sent, and how it answers. */
let got: { authorization: string | undefined; body: string }[];
let refuses: (authorization: string | undefined) => boolean;

beforeAll(async () => {
  service = await startService({ env: { OTP_SENDS_PER_HOUR: '1000', OTP_SENDS_PER_DAY: '1000' } });
  api = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { authorization } = request.headers;
    got.push({ authorization, body: Buffer.concat(chunks).toString() });
    response
      .writeHead(refuses(authorization) ? 401 : 200, { 'content-type': 'application/json' })
      .end('{"data":{"a":1}}');
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
});
afterAll(async () => {
  api.closeAllConnections();
  await Promise.all([service.close(), new Promise((resolve) => api.close(resolve))]);
});
beforeEach(async () => {
  service.clock.advance(60);
  got = [];
  refuses = () => false;
  accounts = clientOf(service, { apis: [url] });
  await signInWith(accounts, service, PHONE);
});

test('an API of the application gets the access token', async () => {
  const answer = await accounts.fetch(`${url}/orders`, { method: 'POST', body: 'one', headers: { 'x-mine': '1' } });
  await accounts.fetch(new URL(`${url}/orders`));
  await accounts.fetch(new Request(`${url}/orders`, { method: 'POST', body: 'two' }));

  expect(answer.status).toBe(200);
  const bearer = `Bearer ${await accounts.accessToken()}`;
  expect(got).toEqual([
    { authorization: bearer, body: 'one' },
    { authorization: bearer, body: '' },
    { authorization: bearer, body: 'two' },
  ]);
});

test('a gateway is asked as the user, at an address of apis only', async () => {
  expect(await accounts.request('{ a }', {}, { url: `${url}/graphql` })).toEqual({ a: 1 });
  expect(got[0]?.authorization).toBe(`Bearer ${await accounts.accessToken()}`);
  await expect(accounts.request('{ a }', {}, { url: 'https://evil.test/graphql' })).rejects.toThrow('not in apis');
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test('a mutation that was carried out in part is not sent again, and a query is', async () => {
  const sent: string[] = [];
  const errors = [{ message: 'Sign in', path: ['rename'], extensions: { code: 'UNAUTHENTICATED' } }];
  const inPart: typeof fetch = async (input, init) => {
    if (String(input).startsWith(service.url)) return fetch(input, init);
    sent.push(JSON.parse(String(init?.body)).query);
    return Response.json({ data: { order: { id: 1 }, rename: null }, errors });
  };
  accounts = clientOf(service, { apis: [url], fetch: inPart });
  service.clock.advance(60);
  await signInWith(accounts, service, PHONE);
  const documents = ['mutation { order { id } rename { id } }', '{ order { id } rename { id } }'];
  for (const document of documents) {
    const asked = accounts.request(document, {}, { url });
    await expect(asked).rejects.toMatchObject({ code: 'UNAUTHENTICATED', data: { order: { id: 1 } } });
  }
  expect(sent).toEqual([documents[0], documents[1], documents[1]]);
});

test('a token that the API refuses is replaced once, and the body is sent again', async () => {
  const first = await accounts.accessToken();
  refuses = (authorization) => authorization === `Bearer ${first}`;
  service.clock.advance(31);
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => accounts.fetch(new Request(`${url}/orders`, { method: 'POST', body: 'order' }))),
  );

  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
  expect(got.map(({ body }) => body)).toEqual(Array(10).fill('order'));
  expect(new Set(got.map(({ authorization }) => authorization)).size).toBe(2);
});

test('a request is sent again where the platform does not show its body, as in Firefox and React Native', async () => {
  const first = await accounts.accessToken();
  refuses = (authorization) => authorization === `Bearer ${first}`;
  service.clock.advance(31);
  vi.spyOn(Request.prototype, 'body', 'get').mockReturnValue(undefined as never);
  const answer = await accounts.fetch(new Request(`${url}/orders`, { method: 'POST', body: 'order' }));

  expect(answer.status).toBe(200);
  expect(got.map(({ body }) => body)).toEqual(['order', 'order']);
});

test('an API that refuses everything is asked twice, and its answer is given', async () => {
  refuses = () => true;
  expect((await accounts.fetch(url)).status).toBe(401);
  expect(got).toHaveLength(2);
});

test('a header of the application is left as it is', async () => {
  await accounts.fetch(url, { headers: { authorization: 'Basic abc' } });
  expect(got).toEqual([{ authorization: 'Basic abc', body: '' }]);
});

test('who is signed out asks without a token', async () => {
  await accounts.logout();
  await accounts.fetch(url);
  expect(got).toEqual([{ authorization: undefined, body: '' }]);
});

/** Requests of a signed-in client beside those to the service: the address, and whether it got the token. */
async function sentBy(apis: string[], addresses: string[]): Promise<[string, boolean][]> {
  const sent: [string, boolean][] = [];
  const watching: typeof fetch = async (input, init) => {
    if (String(input).startsWith(service.url)) return fetch(input, init);
    sent.push([String(input), new Headers(init?.headers).has('authorization')]);
    return new Response('{}');
  };
  accounts = clientOf(service, { apis, fetch: watching });
  service.clock.advance(60);
  await signInWith(accounts, service, PHONE);
  for (const address of addresses) await accounts.fetch(address);
  return sent;
}

test('an address that only looks like an API gets no token', async () => {
  const api = 'https://api.example.com/orders';
  expect(await sentBy(['https://api.example.com'], [...LOOKALIKES, api])).toEqual([
    ...LOOKALIKES.map((address) => [address, false]),
    [api, true],
  ]);
});

test('a relative address is one of the base of the page', async () => {
  vi.stubGlobal('location', { href: 'https://app.example.com/page' });
  vi.stubGlobal('document', { baseURI: 'https://cdn.example.com/' });
  expect(await sentBy(['https://app.example.com'], ['/orders', 'https://app.example.com/orders'])).toEqual([
    ['/orders', false],
    ['https://app.example.com/orders', true],
  ]);
});

test('an app scheme in apis lets no other scheme in', async () => {
  expect(await sentBy(['app://x', 'null'], ['evil://anything', 'data:,', 'app://x/orders'])).toEqual([
    ['evil://anything', false],
    ['data:,', false],
    ['app://x/orders', false],
  ]);
});
