import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PRODUCTION } from '../support/production.js';
import { type GraphqlAnswer, startService, type TestService } from '../support/service.js';

/**
 * What graphql-cop 1.15 sends and looks for, with production's settings. Each answer is judged as it judges, and a bit
 * harder: a refusal must be one.
 */

let service: TestService;
beforeAll(async () => {
  service = await startService({ env: { ...PRODUCTION, FEDERATION: 'on' } });
});
afterAll(() => service.close());

const PATHS = ['/', '/graphiql', '/playground', '/console', '/graphql'];
const times = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join('');

const post = (body: object | string, type = 'application/json') =>
  fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': type, accept: '*/*' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

const ask = (query: string): Promise<GraphqlAnswer> => service.graphql(query);
const codes = ({ body }: GraphqlAnswer) => body.errors?.map(({ extensions }) => extensions.code);

describe('denial of service', () => {
  test('101 aliases of __typename', async () => {
    const answer = await ask(`query cop { ${times(101, (index) => `alias${index}:__typename \n`)} }`);
    expect([answer.status, answer.body.data, codes(answer)]).toEqual([400, undefined, ['DOCUMENT_LIMIT_EXCEEDED']]);
  });

  test('500 copies of __typename', async () => {
    const answer = await ask(`query cop { ${times(500, () => '__typename \n')} }`);
    expect([answer.status, answer.body.data, codes(answer)]).toEqual([400, undefined, ['DOCUMENT_LIMIT_EXCEEDED']]);
  });

  test('ten unknown directives: not every one of them is answered', async () => {
    const { status, body } = await ask(`query cop { __typename ${times(10, () => '@aa')} }`);
    expect([status, body.data]).toEqual([400, undefined]);
    expect(body.errors?.length).toBeLessThan(10);
    expect(body.errors?.at(-1)?.message).toBe('The document has more faults than are listed here.');
    expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(Array(6).fill('GRAPHQL_VALIDATION_FAILED'));
  });

  test('a list of ten queries in one request', async () => {
    const answer = await post(Array(10).fill({ query: 'query cop { __typename }' }));
    const body = (await answer.json()) as unknown;
    expect([answer.status, Array.isArray(body)]).toEqual([400, false]);
  });

  test('a circle through the schema', async () => {
    const { status, body } = await ask(
      'query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }',
    );
    expect([status, body.data]).toEqual([400, undefined]);
  });
});

describe('what the service tells about itself', () => {
  test('its schema', async () => {
    const { status, body } = await ask('query cop { __schema { types { name fields { name } } } }');
    expect([status, body.data]).toEqual([400, undefined]);
  });

  test('its schema, as gateways ask for it', async () => {
    const answer = await ask('query cop { _service { sdl } }');
    expect([answer.body.data, codes(answer)]).toEqual([null, ['UNAUTHENTICATED']]);
  });

  test('fields that sound like a misspelt one', async () => {
    for (const query of ['query cop { __schema { directive } }', 'query cop { mee { id } }']) {
      const { body } = await ask(query);
      expect(JSON.stringify(body)).not.toContain('Did you mean');
      expect(body.data).toBeUndefined();
    }
  });

  test('traces, stacks and exceptions', async () => {
    const bodies = await Promise.all(
      ['query cop { __typename }', 'qwerty cop { abc }'].map(async (query) => JSON.stringify((await ask(query)).body)),
    );
    for (const body of bodies) expect(body).not.toMatch(/tracing|exception|stacktrace|node_modules/i);
  });

  test.each(PATHS)('an explorer at %s', async (path) => {
    const answer = await fetch(service.url + path, { headers: { accept: 'text/html' } });
    const page = await answer.text();
    expect(page).not.toMatch(/graphiql|playground|sandbox/i);
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });
});

describe('requests that a foreign page makes a browser send', () => {
  test.each(['query cop {__typename}', 'mutation cop {__typename}'])('GET: %s', async (query) => {
    const answer = await fetch(`${service.url}/graphql?${new URLSearchParams({ query })}`);
    const body = (await answer.json()) as { data?: unknown };
    expect([answer.status, body.data]).toEqual([400, undefined]);
  });

  test('POST of a form', async () => {
    const form = new URLSearchParams({ query: 'query cop { __typename }' }).toString();
    const answer = await post(form, 'application/x-www-form-urlencoded');
    const body = (await answer.json()) as { data?: unknown };
    expect([answer.status, body.data]).toEqual([415, undefined]);
  });
});
