import { readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { getIntrospectionQuery, parse, print } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentLimits } from '../../src/graphql/document-limits.js';
import * as documents from '../typed-client/documents.js';
import {
  ME,
  obtainCode,
  REGISTER,
  REQUEST_OTP,
  signIn,
  VERIFY_OTP,
  wrongCode,
} from '../support/operations/operations.js';
import { type GraphqlAnswer, startService, type TestService } from '../support/service.js';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const times = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => part(i)).join(' ');

function expectRefused(answer: GraphqlAnswer, limit: keyof typeof documentLimits): void {
  const { maximum } = documentLimits[limit];
  expect(answer.status).toBe(400);
  expect(answer.body.data).toBeUndefined();
  expect(answer.body.errors?.map(({ extensions }) => extensions)).toEqual([
    { code: 'DOCUMENT_LIMIT_EXCEEDED', limit, maximum },
  ]);
}

describe('G1: many guesses in one request', () => {
  const phoneNumber = '+9779800000950';
  let otp: string;
  beforeAll(async () => {
    otp = wrongCode(await obtainCode(service, phoneNumber));
  });

  const guess = (code: string) => `verifyOtp(input: { phoneNumber: "${phoneNumber}", otp: "${code}" }) { __typename }`;

  /** How many guesses at the number were counted so far. */
  async function counted(): Promise<number> {
    const [row] = await service.db.execute(
      sql`SELECT coalesce(max(attempts), 0)::int AS attempts FROM otp_challenges WHERE phone_number = ${phoneNumber}`,
    );
    return row?.['attempts'] as number;
  }

  const refused: readonly [name: string, document: string][] = [
    [
      '100 aliases of verifyOtp',
      `mutation ($g: VerifyOtpInput!) { ${times(100, (i) => `g${i}: verifyOtp(input: $g) { __typename }`)} }`,
    ],
    ['two aliases', `mutation { a: ${guess('111111')} b: ${guess('222222')} }`],
    [
      'two sign-ins of different kinds',
      `mutation { ${guess('111111')} login(input: { identifier: "a", password: "b" }) { __typename } }`,
    ],
    [
      'aliases in a fragment',
      `mutation { ...F } fragment F on Mutation { a: ${guess('111111')} b: ${guess('222222')} }`,
    ],
    [
      'aliases in fragments within fragments',
      `mutation { a: ${guess('111111')} ...F } fragment F on Mutation { ... on Mutation { ...G } } fragment G on Mutation { b: ${guess('2')} }`,
    ],
    [
      'aliases under conditions that variables decide',
      `mutation ($no: Boolean = false) { ... @skip(if: $no) { a: ${guess('111111')} } ... @include(if: $no) { b: ${guess('222222')} } }`,
    ],
    [
      'one honest operation beside one with aliases',
      `mutation A { ${guess('1')} } mutation B { a: ${guess('2')} b: ${guess('3')} }`,
    ],
  ];
  test.each(refused)('%s: refused, none is evaluated', async (_name, document) => {
    const before = await counted();
    const answer = await service.graphql(document);
    const codes = answer.body.errors?.map(({ extensions }) => extensions.code) ?? [];
    expect(answer.status).toBe(400);
    expect(new Set(codes)).toEqual(new Set(['DOCUMENT_LIMIT_EXCEEDED']));
    expect(await counted()).toBe(before);
  });

  test('a list of operations in one body: refused, none is evaluated', async () => {
    const before = await counted();
    const operations = Array.from({ length: 100 }, () => ({ query: `mutation { ${guess(otp)} }` }));
    const body = JSON.stringify(operations);
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${service.url}/graphql`, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    expect(await counted()).toBe(before);
  });

  test('the same guess repeated by fragments, and several operations: one is evaluated, and counted', async () => {
    const fragment = `fragment F on Mutation { ${guess(otp)} }`;
    const repeated = await service.graphql(`mutation { ${guess(otp)} ...F ...F ... on Mutation { ...F } } ${fragment}`);
    expect(repeated.body).toEqual({ data: { verifyOtp: { __typename: 'InvalidOtpError' } } });
    expect(await counted()).toBe(1);

    const several = `${times(8, (i) => `mutation M${i} { ${guess(otp)} }`)}`;
    expect((await service.graphql(several)).body.errors?.[0]?.extensions.code).toBe('OPERATION_RESOLUTION_FAILURE');
    expect(await counted()).toBe(1);
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ query: several, operationName: 'M7' });
    const chosen = await fetch(`${service.url}/graphql`, { method: 'POST', headers, body });
    expect(await chosen.json()).toEqual({ data: { verifyOtp: { __typename: 'InvalidOtpError' } } });
    expect(await counted()).toBe(2);
  });

  test('different guesses under one name are no document at all', async () => {
    const before = await counted();
    const answer = await service.graphql(`mutation { ${guess('111111')} ${guess('222222')} }`);
    expect(answer.body.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await counted()).toBe(before);
  });
});

describe('A2: a document that asks for too much', () => {
  test('of the root of a query', async () => {
    const cities = (count: number) => `{ ${times(count, (i) => `c${i}: cities(first: 1) { edges { cursor } }`)} }`;
    expect((await service.graphql(cities(5))).status).toBe(200);
    expectRefused(await service.graphql(cities(6)), 'QUERY_FIELDS');
  });

  test('by aliases, wherever they are', async () => {
    const { tokens } = await signIn(service, '+9779800000951');
    const options = { token: tokens.accessToken };
    const aliases = (count: number) => times(count, (i) => `a${i}: id`);
    expect((await service.graphql(`{ me { ${aliases(10)} } }`, {}, options)).status).toBe(200);
    expectRefused(await service.graphql(`{ me { ${aliases(11)} } }`, {}, options), 'ALIASES');
    const inFragment = `{ me { ...F } } fragment F on User { ${aliases(11)} }`;
    expectRefused(await service.graphql(inFragment, {}, options), 'ALIASES');
    expectRefused(await service.graphql(`query A { __typename } query B { me { ${aliases(11)} } }`, {}), 'ALIASES');
  });

  test('by directives', async () => {
    const document = (count: number) =>
      `{ cities(first: 1) { ${times(count, () => `... @skip(if: false) { pageInfo { hasNextPage } }`)} } }`;
    expect((await service.graphql(document(20))).status).toBe(200);
    expectRefused(await service.graphql(document(21)), 'DIRECTIVES');
  });

  test('by depth', async () => {
    // The schema ends before ten, but for what it tells about itself.
    const type = (depth: number) =>
      `{ __type(name: "User") { ${'interfaces { '.repeat(depth)}name${' }'.repeat(depth)} } }`;
    const deep = (depth: number) =>
      `{ __type(name: "User") { ${'ofType { '.repeat(depth)}name${' }'.repeat(depth)} } }`;
    expect((await service.graphql(deep(8))).status).toBe(200);
    expectRefused(await service.graphql(deep(9)), 'DEPTH');
    expect((await service.graphql(type(4))).body.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('by its length', async () => {
    const document = (fields: number) => `{ me { ${'... { id } '.repeat(fields)} } }`;
    expect((await service.graphql(document(200))).body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expectRefused(await service.graphql(document(250)), 'TOKENS');
  });

  test('by copies of a field, which change nothing in the answer', async () => {
    const copies = (count: number) => `{ ${'__typename '.repeat(count + 1)} }`;
    expect((await service.graphql(copies(10))).body).toEqual({ data: { __typename: 'Query' } });
    expectRefused(await service.graphql(copies(11)), 'DUPLICATES');
    const spread = `{ me { id id id id id id ...F } } fragment F on User { id id id id id id city: id city: id }`;
    expectRefused(await service.graphql(spread), 'DUPLICATES');
  });

  test('by fragments that multiply', async () => {
    const levels = times(12, (i) => `fragment F${i} on User { ...F${i + 1} ... on User { ...F${i + 1} } }`);
    const answer = await service.graphql(`{ me { ...F0 } } ${levels} fragment F12 on User { id }`);
    expectRefused(answer, 'SELECTIONS');
  });

  test('by fragments that never end', async () => {
    const loops = ['fragment F on User { ...F }', 'fragment F on User { ...G } fragment G on User { ...F }'];
    for (const fragments of loops) {
      const { status, body } = await service.graphql(`{ me { ...F } } ${fragments}`);
      expect([status, body.errors?.[0]?.extensions.code]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
    }
  });

  test('by lists: their length counts, whether it is written or a variable', async () => {
    const page = 'edges { cursor node { id name countryCode region } } pageInfo { hasNextPage endCursor }';
    const pages = (count: number, first: string) => times(count, (i) => `c${i}: cities(first: ${first}) { ${page} }`);
    expect((await service.graphql(`{ ${pages(2, '50')} }`)).status).toBe(200);
    expectRefused(await service.graphql(`{ ${pages(3, '100')} }`), 'COST');
    const byVariable = `query ($first: Int!) { ${pages(3, '$first')} }`;
    expect((await service.graphql(byVariable, { first: 5 })).status).toBe(200);
    expectRefused(await service.graphql(byVariable, { first: 100 }), 'COST');
    expectRefused(await service.graphql(`query ($first: Int = 100) { ${pages(3, '$first')} }`), 'COST');
  });

  test('by lists beside an argument that cannot be read, which would otherwise leave them uncounted', async () => {
    const page = 'edges { cursor node { id name countryCode region } }';
    const document = `query ($none: Int) { a: cities(first: $none) { ${page} } ${times(3, (i) => `c${i}: cities(first: 100) { ${page} }`)} }`;
    const { status, body } = await service.graphql(document, { none: null });
    expect(status).toBe(400);
    expect(body.data).toBeUndefined();
    expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });

  test('only the chosen operation is counted for its cost', async () => {
    const page = 'edges { cursor node { id name countryCode region } }';
    const dear = `query Dear { ${times(4, (i) => `c${i}: cities(first: 100) { ${page} }`)} }`;
    const body = (operationName: string) =>
      JSON.stringify({ query: `query Cheap { __typename } ${dear}`, operationName });
    const post = (operationName: string) =>
      fetch(`${service.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: body(operationName),
      });
    expect((await post('Cheap')).status).toBe(200);
    expect((await post('Dear')).status).toBe(400);
    expect((await post('Neither')).status).toBe(400);
  });

  test('is nothing for the log', () => {
    expect(service.logs.filter((line) => JSON.parse(line).level > 30)).toEqual([]);
  });
});

describe('an honest front end', () => {
  test('asks for the whole schema, as Sandbox and code generators do', async () => {
    const all = { descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true };
    const full = getIntrospectionQuery({ ...all, inputValueDeprecation: true });
    for (const document of [getIntrospectionQuery(), full]) {
      const { status, body } = await service.graphql(document);
      expect(status).toBe(200);
      expect(body.data.__schema.queryType).toEqual(expect.objectContaining({ name: 'Query' }));
    }
  });

  /** As Apollo Client and urql send documents: with `__typename` in every selection. */
  const withTypenames = (document: string) =>
    print(parse(document)).replaceAll(/(?<=[^({,]) \{\n/g, ' {\n__typename\n');

  test('sends the documents of a typed client, with __typename everywhere', async () => {
    const client = [...Object.values(documents).map(String), ME, REGISTER, REQUEST_OTP, VERIFY_OTP];
    for (const document of client.filter((text) => !/^\s*fragment/.test(text))) {
      const { body } = await service.graphql(withTypenames(document));
      const codes = body.errors?.map(({ extensions }) => extensions.code) ?? [];
      for (const code of codes) expect(['BAD_USER_INPUT', 'UNAUTHENTICATED']).toContain(code);
    }
  });

  test('asks for a page of everything at once', async () => {
    const { tokens } = await signIn(service, '+9779800000952');
    const document = `query Start($first: Int!) {
      me { ...UserParts sessions { id createdAt lastUsedAt expiresAt current ipAddress userAgent } }
      cities(first: $first) {
        edges { cursor node { id name countryCode region } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    } ${ME.slice(ME.indexOf('fragment'))}`;
    const { status, body } = await service.graphql(
      withTypenames(document),
      { first: 100 },
      { token: tokens.accessToken },
    );
    expect([status, body.errors]).toEqual([200, undefined]);
    expect(body.data.cities.edges).toBeInstanceOf(Array);
    expect(body.data.me.sessions).toHaveLength(1);
  });
});

test('docs/limits.md tells every limit', () => {
  const page = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8');
  const rows = Object.entries(documentLimits).map(
    ([limit, { maximum }]) => new RegExp(`\\| \`${limit}\` \\| ${maximum.toLocaleString('en')}[ ;]`),
  );
  expect(rows.filter((row) => !row.test(page))).toEqual([]);
});
