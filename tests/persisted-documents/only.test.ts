import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApollo } from '../../src/graphql/apollo.js';
import { ErrorMasking } from '../../src/graphql/error-masking.js';
import { PersistedDocuments } from '../../src/graphql/persisted-documents/persisted-documents.js';
import { createLogger } from '../../src/platform/logger.js';
import { schema } from '../../src/schema.js';
import { send, sha256, writeManifest } from '../support/manifests.js';
import { startService, type TestService } from '../support/service.js';

/** What runs with PERSISTED_DOCUMENTS=only, and what is refused. */

const OPTIONS = '{ signInOptions { codeLength } }';
const TWO = 'query A { signInOptions { codeLength } } query B { signInOptions { channels } }';
const NEVER_SENT = 'mutation Unused { logoutEverywhere { __typename } }';
/** More tokens than clients may send (document-limits.ts), and few fields. */
const KINDS = 'SIGNED_IN '.repeat(1_000);
const LONG = `{ signInOptions { codeLength } auditEvents(filter: { kinds: [${KINDS}] }) @include(if: false) { edges { cursor } } }`;
const UNLISTED = '{ signInOptions { channels } }';
const GATEWAY = 'a-secret-of-the-gateway-that-is-long-enough';
const GET = { headers: { 'apollo-require-preflight': 'true' } };

let service: TestService;

beforeAll(async () => {
  const path = await writeManifest({ options: OPTIONS, two: TWO, unused: NEVER_SENT, long: LONG });
  service = await startService({
    env: {
      PERSISTED_DOCUMENTS: 'only',
      PERSISTED_DOCUMENTS_FILES: path,
      INTROSPECTION: 'on',
      TRUSTED_GATEWAY: GATEWAY,
    },
  });
});

afterAll(() => service?.close());

const address = (parameters: Record<string, string>) => `${service.url}/graphql?${new URLSearchParams(parameters)}`;

async function get(url: string) {
  const answer = await fetch(url, GET);
  // biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the test asked for.
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as any };
}

describe('an attacker who sends a text of their own', () => {
  const refused = { status: 400, body: { errors: [{ extensions: { code: 'QUERY_NOT_IN_SAFELIST' } }] } };

  test.each([
    ['alone', { query: UNLISTED }],
    ['with a known id', { query: UNLISTED, documentId: 'options' }],
    ['with a known id as Relay sends it', { query: UNLISTED, doc_id: 'options', id: 'options' }],
    [
      'with its right hash',
      { query: UNLISTED, extensions: { persistedQuery: { version: 1, sha256Hash: sha256(UNLISTED) } } },
    ],
    [
      'with the hash of a known one',
      { query: UNLISTED, extensions: { persistedQuery: { sha256Hash: sha256(OPTIONS) } } },
    ],
    ['that is a known one and more', { query: `${OPTIONS}\n${NEVER_SENT}`, operationName: 'Unused' }],
    ['that is a known one with another space', { query: ` ${OPTIONS}` }],
    ['that asks for the schema', { query: '{ __schema { types { name } } }' }],
    ['that is no GraphQL', { query: 'known' }],
  ])('%s, is refused', async (_name, body) => {
    expect(await send(service.url, body)).toMatchObject(refused);
  });

  test('in the address, is refused, also beside a known one', async () => {
    expect(await get(address({ query: UNLISTED }))).toMatchObject(refused);
    expect(await get(address({ query: UNLISTED, documentId: 'options' }))).toMatchObject(refused);
    for (const twice of [
      [OPTIONS, UNLISTED],
      [UNLISTED, OPTIONS],
    ]) {
      const url = `${service.url}/graphql?${twice.map((text) => `query=${encodeURIComponent(text)}`).join('&')}`;
      expect(await get(url)).toMatchObject({
        status: 400,
        body: { errors: [{ extensions: { code: 'BAD_REQUEST' } }] },
      });
    }
    const twice = await get(`${address({ documentId: 'options' })}&documentId=two`);
    expect(twice).toMatchObject({ status: 400, body: { errors: [{ extensions: { code: 'BAD_REQUEST' } }] } });
    expect(await get(`${address({ query: UNLISTED })}&other=1&other=2`)).toMatchObject({ status: 400 });
  });

  test('in the address of a POST, does not reach anything', async () => {
    const url = address({ query: UNLISTED }).replace(service.url, '');
    const answer = await fetch(`${service.url}${url}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ documentId: 'options' }),
    });
    expect(await answer.json()).toEqual({ data: { signInOptions: { codeLength: 6 } } });
  });

  test('in a list, a text body or another shape, is refused', async () => {
    for (const body of [[{ query: UNLISTED }], { query: [UNLISTED] }, { query: { kind: 'Document' } }, {}]) {
      expect((await send(service.url, body)).status).toBe(400);
    }
    const headers = { 'content-type': 'text/plain', 'apollo-require-preflight': 'true' };
    const answer = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query: UNLISTED }),
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  test('learns nothing about the schema, and the log says what was refused without the text', async () => {
    const before = service.logs.length;
    const { body } = await send(service.url, { query: '{ sinInOptions { codeLength } }' });
    expect(JSON.stringify(body)).not.toContain('signInOptions');
    const lines = service.logs.slice(before).join('');
    expect(lines).toContain('"outcome":"QUERY_NOT_IN_SAFELIST"');
    expect(lines).not.toContain('sinInOptions');
  });

  test('after a trusted gateway has sent the same text, is refused', async () => {
    const headers = { 'x-gateway-secret': GATEWAY };
    const answer = await service.graphql('{ signInOptions { locales } }', {}, { headers });
    expect(answer.body.data.signInOptions.locales).toContain('en');
    expect(await send(service.url, { query: '{ signInOptions { locales } }' })).toMatchObject(refused);
    const guessed = { 'x-gateway-secret': GATEWAY.replace('a-', 'b-') };
    expect(
      (await service.graphql('{ signInOptions { locales } }', {}, { headers: guessed })).body.data,
    ).toBeUndefined();
  });

  test('who finds a way past this check, is stopped before the document runs', async () => {
    const lines: string[] = [];
    const logger = createLogger('trace', { write: (line: string) => void lines.push(line) });
    const apollo = await startApollo({
      schema,
      production: true,
      introspection: false,
      masking: new ErrorMasking(() => false),
      logger,
      persisted: new PersistedDocuments({ only: true, byId: new Map() }),
    });
    const contextValue = { logger, notes: {}, client: { throughGateway: false } } as never;
    await expect(apollo.executeOperation({ query: '{ __typename }' }, { contextValue })).rejects.toThrow();
    expect(lines.join('')).toContain('in no manifest');
    await apollo.stop();
  });
});

describe('a client', () => {
  test('names a document by its id, its SHA-256, or its exact text', async () => {
    const hash = sha256(OPTIONS);
    const bodies = [
      { documentId: 'options' },
      { documentId: hash },
      { documentId: `sha256:${hash}` },
      { extensions: { persistedQuery: { version: 1, sha256Hash: hash } } },
      { query: OPTIONS },
      { query: OPTIONS, documentId: 'unknown' },
      { query: '', documentId: 'options' },
    ];
    for (const body of bodies) {
      expect(await send(service.url, body)).toEqual({
        status: 200,
        body: { data: { signInOptions: { codeLength: 6 } } },
      });
    }
  });

  test('chooses an operation of a document, and asks by GET for an answer that caches keep', async () => {
    const { body } = await send(service.url, { documentId: 'two', operationName: 'B' });
    expect(body.data.signInOptions).toHaveProperty('channels');
    const cached = await get(
      address({ documentId: 'two', operationName: 'A', variables: '{}', extensions: '{"other":1}' }),
    );
    expect(cached.body).toEqual({ data: { signInOptions: { codeLength: 6 } } });
    expect(cached.headers.get('cache-control')).toBe('public, max-age=300');
  });

  test('runs no mutation by GET, and no document from a form of another site', async () => {
    expect((await get(address({ documentId: 'unused' }))).status).toBe(405);
    expect((await fetch(address({ documentId: 'options' }))).status).toBe(400);
  });

  test.each([
    ['an id that it has not', { documentId: 'other' }, 'PERSISTED_QUERY_NOT_FOUND'],
    ['a name of JavaScript', { documentId: '__proto__' }, 'PERSISTED_QUERY_NOT_FOUND'],
    ['a hash that it has not', { extensions: { persistedQuery: { sha256Hash: 'a' } } }, 'PERSISTED_QUERY_NOT_FOUND'],
    ['two different ids', { documentId: 'options', doc_id: 'two' }, 'BAD_REQUEST'],
    ['an id that is no string', { documentId: 7 }, 'BAD_REQUEST'],
    ['a hash that is missing', { extensions: { persistedQuery: {} } }, 'BAD_REQUEST'],
    ['no document', { variables: {} }, 'BAD_REQUEST'],
  ])('is told what is wrong with %s', async (_name, body, code) => {
    expect(await send(service.url, body)).toMatchObject({ status: 400, body: { errors: [{ extensions: { code } }] } });
  });

  test('has documents that are longer than those that strangers may send', async () => {
    expect((await send(service.url, { documentId: 'long' })).body).toEqual({
      data: { signInOptions: { codeLength: 6 } },
    });
  });
});

describe('an administrator', () => {
  test('still works with the console: every document that it sends is known', async () => {
    const documents: Record<string, string> = await import(
      new URL('../../assets/admin/documents.js', import.meta.url).href
    );
    const answers = await Promise.all(Object.values(documents).map((query) => send(service.url, { query })));
    expect(answers.length).toBeGreaterThan(20);
    // Without its variables none of them does anything. They are answered, not refused.
    const codes = answers.map(({ body }) => body.errors?.[0].extensions.code ?? 'data');
    expect(new Set(codes)).toEqual(new Set(['data', 'BAD_USER_INPUT', 'UNAUTHENTICATED']));
    const sources = await readFile(new URL('../../assets/admin/api.js', import.meta.url), 'utf8');
    expect(sources).not.toMatch(/(query|mutation) \w+ ?[({]/);
  });
});
