import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { requestOtp } from '../support/operations/operations.js';
import { startService, TEST_SECRET, type TestService } from '../support/service.js';

const APP_ORIGIN = 'https://app.example.com';
const SANDBOX_ORIGIN = 'https://studio.apollographql.com';
const PRODUCTION = {
  NODE_ENV: 'production',
  APP_SECRET: TEST_SECRET,
  PUBLIC_URL: 'https://accounts.example.com',
  CORS_ORIGINS: APP_ORIGIN,
  SMS_PROVIDER: 'twilio',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'token',
  TWILIO_PHONE_NUMBER: '+15005550006',
};
const REQUEST_OTP = 'mutation { requestOtp(input: { phoneNumber: "+255679190720" }) { __typename } }';

let development: TestService;
let production: TestService;

beforeAll(async () => {
  development = await startService({ env: { NODE_ENV: 'development', CORS_ORIGINS: APP_ORIGIN } });
  production = await startService({ env: PRODUCTION });
});

afterAll(() => Promise.all([development.close(), production.close()]));

function get(service: TestService, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(service.url + path, { headers });
}

function post(service: TestService, body: string, headers: Record<string, string> = {}): Promise<Response> {
  const all = { 'content-type': 'application/json', ...headers };
  return fetch(`${service.url}/graphql`, { method: 'POST', headers: all, body });
}

function preflight(service: TestService, origin: string): Promise<Response> {
  const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
  return fetch(`${service.url}/graphql`, { method: 'OPTIONS', headers: { origin, ...asked } });
}

async function allowedOrigin(service: TestService, origin: string): Promise<string | null> {
  const [before, after] = await Promise.all([preflight(service, origin), get(service, '/healthz', { origin })]);
  expect(before.headers.get('access-control-allow-origin')).toBe(after.headers.get('access-control-allow-origin'));
  return before.headers.get('access-control-allow-origin');
}

async function codeOf(response: Response): Promise<unknown> {
  const body = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return body.errors?.[0]?.extensions.code;
}

describe('a developer', () => {
  test('opens /graphql in a browser and gets Apollo Sandbox', async () => {
    const page = await get(development, '/graphql', { accept: 'text/html' });

    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('embeddable-sandbox');
  });

  test('uses Sandbox and front ends on other origins', async () => {
    expect(await allowedOrigin(development, SANDBOX_ORIGIN)).toBe(SANDBOX_ORIGIN);
    expect(await allowedOrigin(development, APP_ORIGIN)).toBe(APP_ORIGIN);
    expect(await allowedOrigin(development, 'https://evil.example')).toBeNull();
  });

  test('calls from a page on any port of this machine, without a setting and without cookies', async () => {
    for (const origin of ['http://localhost:3000', 'http://127.0.0.1:5173', 'http://[::1]:8080', 'https://localhost']) {
      expect(await allowedOrigin(development, origin)).toBe(origin);
      const call = await post(development, JSON.stringify({ query: '{ __typename }' }), { origin });
      expect(await call.json()).toEqual({ data: { __typename: 'Query' } });
      expect(call.headers.get('access-control-allow-origin')).toBe(origin);
      expect(call.headers.get('access-control-allow-credentials')).toBeNull();
    }
    for (const origin of ['http://localhost.evil.example:3000', 'http://127.0.0.1.evil.example', 'null']) {
      expect(await allowedOrigin(development, origin)).toBeNull();
    }
  });

  test('reads in the terminal which page may not call, once each, and what to set', async () => {
    const service = await startService({ env: { NODE_ENV: 'development', CORS_ORIGINS: APP_ORIGIN } });
    const told = () => service.logs.filter((line) => line.includes('may not call')).map((line) => JSON.parse(line));

    for (const origin of ['http://192.168.1.20:3000', 'http://192.168.1.20:3000', 'null']) {
      await preflight(service, origin);
    }
    // A page of the service itself, a page that may call, and a page that looks at something else.
    await post(service, '{}', { origin: service.url });
    await preflight(service, 'http://localhost:3000');
    await get(service, '/healthz', { origin: 'http://other.example' });

    expect(told()).toEqual([
      expect.objectContaining({
        level: 40,
        origin: 'http://192.168.1.20:3000',
        msg: expect.stringContaining(`set CORS_ORIGINS=${APP_ORIGIN},http://192.168.1.20:3000`),
      }),
      expect.objectContaining({ origin: 'null', msg: expect.stringContaining('serve it') }),
    ]);
    for (let index = 0; index < 40; index += 1) await preflight(service, `http://made-up-${index}.example`);
    expect(told()).toHaveLength(20);
    await service.close();
  });

  test('explores the schema and is told what a misspelt field should have been', async () => {
    const schema = await development.graphql('{ __schema { queryType { name } } }');
    const misspelt = await development.graphql('{ mee { id } }');

    expect(schema.body.data).toEqual({ __schema: { queryType: { name: 'Query' } } });
    expect(misspelt.body.errors?.[0]?.message).toContain('Did you mean "me"');
  });
});

describe('in production a stranger', () => {
  test('gets no page at /graphql', async () => {
    const page = await get(production, '/graphql', { accept: 'text/html' });

    expect(page.status).toBe(400);
    expect(page.headers.get('content-type')).toContain('application/json');
  });

  test('learns nothing about the schema', async () => {
    const schema = await production.graphql('{ __schema { queryType { name } } }');
    const misspelt = await production.graphql('{ mee { id } }');

    expect(schema.body.errors?.[0]).toMatchObject({
      message: 'Introspection is off here. The operator of the service can turn it on (INTROSPECTION=on).',
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    });
    expect(misspelt.body.errors?.[0]?.message).toBe('Cannot query field "mee" on type "Query".');
  });

  test('cannot use the service from a web page of another origin, Sandbox included', async () => {
    expect(await allowedOrigin(production, APP_ORIGIN)).toBe(APP_ORIGIN);
    expect(await allowedOrigin(production, SANDBOX_ORIGIN)).toBeNull();
    expect(await allowedOrigin(production, 'https://app.example.com.evil.example')).toBeNull();
    expect(await allowedOrigin(production, 'null')).toBeNull();
    expect(await allowedOrigin(production, 'http://localhost:3000')).toBeNull();
    expect(production.logs.filter((line) => line.includes('may not call'))).toEqual([]);
  });
});

test('INTROSPECTION turns the schema and its suggestions on in production and off in development', async () => {
  const [shown, hidden] = await Promise.all([
    startService({ env: { ...PRODUCTION, INTROSPECTION: 'on' }, database: production.database }),
    startService({ env: { NODE_ENV: 'development', INTROSPECTION: 'off' }, database: development.database }),
  ]);
  const answers = await Promise.all(
    [shown, hidden].map((service) => service.graphql('{ __schema { __typename } mee }')),
  );
  await Promise.all([shown.close(), hidden.close()]);

  expect(answers[0]?.body.errors?.map(({ message }) => message)).toEqual([
    expect.stringContaining('Cannot query field "mee" on type "Query". Did you mean'),
  ]);
  expect(answers[1]?.body.errors).toHaveLength(2);
  expect(JSON.stringify(answers[1]?.body)).not.toContain('Did you mean');
});

describe('a page of another site', () => {
  test('cannot make a browser post without asking first', async () => {
    const body = JSON.stringify({ query: REQUEST_OTP });
    const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'];

    const answers = await Promise.all(types.map((type) => post(development, body, { 'content-type': type })));

    expect(answers.map(({ status }) => status)).toEqual([400, 415, 415]);
    expect(development.phone.messages).toEqual([]);
  });

  test('cannot make it send a mutation with GET', async () => {
    const path = `/graphql?query=${encodeURIComponent(REQUEST_OTP)}`;

    const simple = await get(development, path);
    const asked = await get(development, path, { 'apollo-require-preflight': 'yes' });

    expect([simple.status, asked.status]).toEqual([400, 405]);
    expect(development.phone.messages).toEqual([]);
  });
});

test('a body over 64 KiB is refused, one just below it is read', async () => {
  const body = (bytes: number) => JSON.stringify({ query: '{ __typename }' }).padEnd(bytes, ' ');

  expect((await post(development, body(64 * 1024))).status).toBe(200);
  expect((await post(development, body(64 * 1024 + 1))).status).toBe(413);
});

test('a list of operations in one body is refused, so that it is no way around limits per request', async () => {
  const response = await post(development, JSON.stringify([{ query: REQUEST_OTP }, { query: REQUEST_OTP }]));

  expect(response.status).toBe(400);
  expect(await codeOf(response)).toBe('BAD_REQUEST');
  expect(development.phone.messages).toEqual([]);
});

test('broken requests are answered with an error and not with a stack', async () => {
  const bodies = ['', '{', 'null', '7', '"text"', '[]', '{}', '{"query":7}', '{"query":"{"}', '\u0000'];

  const answers = await Promise.all(bodies.map((body) => post(development, body)));

  for (const answer of answers) {
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toMatch(/node_modules|\.[jt]s:\d/);
  }
});

test('every answer names its request, so that a user can quote it and the log can be searched', async () => {
  const { url } = development;
  const answers = await Promise.all([
    post(development, JSON.stringify({ query: '{ __typename }' })),
    post(development, '{'),
    post(development, 'x'.repeat(70_000)),
    post(development, 'x', { 'content-type': 'application/xml' }),
    get(development, '/graphql', { accept: 'text/html' }),
    get(development, '/nowhere'),
    get(development, '/%'),
    get(development, '/healthz'),
    get(development, '/readyz'),
    get(development, '/.well-known/jwks.json'),
    fetch(`${url}/graphql`, { method: 'DELETE' }),
    preflight(development, APP_ORIGIN),
    preflight(development, 'https://evil.example'),
  ]);

  const ids = answers.map(({ headers }) => headers.get('x-request-id'));
  expect(ids).toEqual(ids.map(() => expect.stringMatching(/^[\da-f-]{36}$/)));
  expect(new Set(ids).size).toBe(ids.length);
});

test('a client cannot choose the name of its request', async () => {
  const response = await get(development, '/healthz', { 'x-request-id': 'forged', 'request-id': 'forged' });

  expect(response.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
});

test('an operator finds a request under the id that the proxy gave it, and no badly formed id', async () => {
  const proxied = await startService({ env: { TRUST_PROXY: 'loopback' } });
  onTestFinished(() => proxied.close());
  const idOf = async (given: string) => {
    const response = await get(proxied, '/healthz', { 'x-request-id': given });
    return response.headers.get('x-request-id');
  };

  for (const id of ['0af7651916cd43dd8448eb211c80319c', 'edge-1:7F00_0001.9', 'a'.repeat(64)]) {
    expect(await idOf(id)).toBe(id);
    expect(proxied.logs.filter((line) => JSON.parse(line).reqId === id)).toHaveLength(1);
  }
  for (const id of [
    'short',
    'a'.repeat(65),
    'with a space',
    '"quoted-words"',
    '+9779800000001',
    'one-long-id, another-id',
    '',
  ]) {
    expect(await idOf(id)).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
  }
});

test('a sender at another address than that of the proxies gives no id', async () => {
  const others = await startService({ env: { TRUST_PROXY: '192.0.2.0/24' } });
  onTestFinished(() => others.close());
  const response = await get(others, '/healthz', { 'x-request-id': 'forged-by-a-client' });
  expect(response.headers.get('x-request-id')).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
});

test('the log tells method, path, status and id of a request, but not its query string', async () => {
  const { headers } = await get(development, '/readyz?phoneNumber=%2B255679190720');

  const id = headers.get('x-request-id');
  const line = development.logs.find((text) => id !== null && text.includes(id)) ?? '{}';
  expect(JSON.parse(line)).toMatchObject({ reqId: id, method: 'GET', path: '/readyz', status: 200, outcome: 'ok' });
  expect(line).not.toContain('679190720');
});

test('a load balancer asks for health and readiness', async () => {
  for (const path of ['/healthz', '/readyz']) {
    const response = await get(development, path);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  }
});

test('another service gets the public keys, may keep them for a while, and no private part', async () => {
  const response = await get(development, '/.well-known/jwks.json');

  expect(response.headers.get('cache-control')).toBe('public, max-age=300');
  const { keys } = (await response.json()) as { keys: Record<string, string>[] };
  expect(keys).toHaveLength(1);
  expect(Object.keys(keys[0] ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
});

test('changing a proxy header does not change who a client is, unless that proxy is trusted', async () => {
  const limited = await startService({ env: { FIELD_RATE_LIMIT: '1' }, database: development.database });
  const trusting = await startService({
    env: { FIELD_RATE_LIMIT: '1', TRUST_PROXY: '1' },
    database: development.database,
  });
  const ask = async (service: TestService, address: string) => {
    const cities = '{ cities(first: 1) { edges { cursor } } }';
    const { body } = await service.graphql(cities, {}, { headers: { 'x-forwarded-for': address } });
    return body.errors?.[0]?.extensions.code ?? 'answered';
  };
  const codes = [
    await ask(limited, '198.51.100.1'),
    await ask(limited, '203.0.113.1'),
    await ask(trusting, '198.51.100.1'),
    await ask(trusting, '203.0.113.1'),
    await ask(trusting, '192.0.2.1, 203.0.113.2'),
  ];
  await Promise.all([limited.close(), trusting.close()]);

  expect(codes).toEqual(['answered', 'RATE_LIMITED', 'answered', 'answered', 'RATE_LIMITED']);
});

test('an ordinary request still works after all of that', async () => {
  expect(await requestOtp(development, { phoneNumber: '+255679190720' })).toMatchObject({
    __typename: 'RequestOtpSuccess',
  });
});
