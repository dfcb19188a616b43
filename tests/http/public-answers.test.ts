import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signIn } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';

/** A proxy in front of the service keeps what it may, and shows it to everyone. */

const ORIGIN = 'https://app.example.com';
const PUBLIC = 'public, max-age=300';

let service: TestService;
let token: string;
beforeAll(async () => {
  service = await startService({ env: { CORS_ORIGINS: ORIGIN, SESSION_COOKIES: 'on', FIELD_RATE_LIMIT: '50' } });
  token = (await signIn(service, '+9779800000201')).tokens.accessToken;
});
afterAll(() => service.close());

const PREFLIGHT = { 'apollo-require-preflight': 'true' };
const OPTIONS = '{ signInOptions { codeLength channels } }';

async function get(query: string, headers: Record<string, string> = {}, others: Record<string, string> = {}) {
  const parameters = new URLSearchParams({ query, ...others });
  const response = await fetch(`${service.url}/graphql?${parameters}`, { headers: { ...PREFLIGHT, ...headers } });
  return {
    response,
    status: response.status,
    caching: response.headers.get('cache-control'),
    body: await response.json(),
  };
}

describe('may be cached: a GET that asks for sign-in options only', () => {
  test.each([
    ['the fields', OPTIONS],
    ['an alias and a name', 'query Options { options: signInOptions { codeLength } }'],
    ['the name of the root type', '{ __typename signInOptions { __typename codeLength } }'],
    ['fragments', '{ ...A } fragment A on Query { ... { ...B } } fragment B on Query { signInOptions { locales } }'],
  ])('%s', async (_name, query) => {
    const { status, caching, body } = await get(query);
    expect([status, caching]).toEqual([200, PUBLIC]);
    expect(body).toHaveProperty('data');
  });

  test('the operation of several that is asked for', async () => {
    const both = 'query Options { signInOptions { codeLength } } query Me { me { id } }';
    expect((await get(both, {}, { operationName: 'Options' })).caching).toBe(PUBLIC);
    expect((await get(both, {}, { operationName: 'Me' })).caching).toBe('no-store');
  });

  test('a cache keeps answers to each origin and each content type apart', async () => {
    const { response } = await get(OPTIONS, { origin: ORIGIN });
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    const kept = (response.headers.get('vary') ?? '').toLowerCase().split(/, */);
    expect(kept).toEqual(expect.arrayContaining(['origin', 'accept']));
  });
});

describe('is never stored:', () => {
  test.each([
    ['a person', '{ me { id } }'],
    ['options with a person beside them', '{ signInOptions { codeLength } me { id } }'],
    ['a person in a fragment', '{ ...A signInOptions { codeLength } } fragment A on Query { me { id } }'],
    ['a person who is skipped', '{ signInOptions { codeLength } me @skip(if: true) { id } }'],
    ['another query', '{ signInOptions { codeLength } cities { __typename } }'],
    ['questions about the schema', '{ __schema { __typename } }'],
    ['options and the schema', '{ signInOptions { codeLength } __schema { __typename } }'],
    ['nothing', '{ __typename }'],
    ['a document that is invalid', '{ signInOptions { codeLength nothing } }'],
    ['a document that cannot be read', '{ signInOptions {'],
    ['a mutation', 'mutation { logout { __typename } }'],
  ])('%s', async (_name, query) => {
    expect((await get(query)).caching).toBe('no-store');
  });

  test.each([
    ['an access token', () => ({ authorization: `Bearer ${token}` })],
    ['a token that is not valid', () => ({ authorization: 'Bearer nonsense' })],
    ['another kind of credentials', () => ({ authorization: 'Basic YTpi' })],
    ['a cookie', () => ({ cookie: 'refresh=x' })],
    ['cookie mode', () => ({ 'session-mode': 'cookie', origin: ORIGIN, cookie: 'x=y' })],
  ])('the answer to a request with %s', async (_name, headers) => {
    expect((await get(OPTIONS, headers())).caching).toBe('no-store');
  });

  test('an answer to POST', async () => {
    const { headers, body } = await service.graphql(OPTIONS);
    expect([headers.get('cache-control'), body.data.signInOptions.codeLength]).toEqual(['no-store', 6]);
  });

  test('a refusal of the browser that a page of another site makes ask', async () => {
    const response = await fetch(`${service.url}/graphql?${new URLSearchParams({ query: OPTIONS })}`);
    expect([response.status, response.headers.get('cache-control')]).toEqual([400, 'no-store']);
  });

  test('an answer with an error, such as too many calls', async () => {
    const answers = [];
    for (let call = 0; call < 60; call += 1) answers.push(await get(OPTIONS));
    const refused = answers.filter(({ body }) => (body as { errors?: unknown }).errors);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ caching }) => caching))).toEqual(new Set(['no-store']));
  });
});
