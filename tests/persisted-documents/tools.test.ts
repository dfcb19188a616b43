import { readFile } from 'node:fs/promises';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { generatePersistedQueryManifest } from '@apollo/generate-persisted-query-manifest';
import { generatePersistedQueryIdsFromManifest } from '@apollo/persisted-query-lists';
import { generate } from '@graphql-codegen/cli';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send, sha256, writeManifest } from '../support/manifests.js';
import { startService, type TestService } from '../support/service.js';

/** Manifests as the tools of front ends write them, and ids as their clients send them. The service runs nothing else. */

const root = new URL('../../', import.meta.url);
/** Made by relay-compiler 21.0.1, which is too large to install for one test: 118 MB. */
const RELAY = new URL('relay-manifest.json', import.meta.url);

const SEND_CODE = `mutation SendCode($input: RequestOtpInput!) {
  requestOtp(input: $input) { __typename ... on RequestOtpSuccess { requestToken } ... on UserError { message } }
}`;
const SIGN_IN = `mutation SignIn($input: VerifyOtpInput!) {
  verifyOtp(input: $input) { __typename ... on VerifyOtpSuccess { tokens { accessToken } } ... on UserError { message } }
}`;
const MINE = `query Mine { me { ...Mine } } fragment Mine on User { id phoneNumber }`;
const OPERATIONS = [SEND_CODE, SIGN_IN, MINE];

let service: TestService;
/** Text by SHA-1, and what the front end imports. */
let codegen: { manifest: Record<string, string>; code: string };
let apollo: Awaited<ReturnType<typeof generatePersistedQueryManifest>>;
let relay: Record<string, string>;

beforeAll(async () => {
  [codegen, apollo, relay] = await Promise.all([
    codegenDocuments(),
    apolloDocuments(),
    readFile(RELAY, 'utf8').then((text) => JSON.parse(text)),
  ]);
  const byHash = Object.fromEntries(Object.values(relay).map((text) => [`sha256:${sha256(text)}`, text]));
  const files = await Promise.all([codegen.manifest, apollo, relay, byHash].map((manifest) => writeManifest(manifest)));
  service = await startService({
    env: { PERSISTED_DOCUMENTS: 'only', PERSISTED_DOCUMENTS_FILES: files.join(', ') },
  });
});

afterAll(() => service?.close());

async function codegenDocuments() {
  const files: { filename: string; content: string }[] = await generate(
    {
      schema: await readFile(new URL('schema.graphql', root), 'utf8'),
      documents: OPERATIONS,
      silent: true,
      generates: {
        'gql/': { preset: 'client', presetConfig: { persistedDocuments: true }, config: { documentMode: 'string' } },
      },
    },
    false,
  );
  const content = (name: string) => files.find(({ filename }) => filename === `gql/${name}`)?.content ?? '';
  return { manifest: JSON.parse(content('persisted-documents.json')), code: content('graphql.ts') };
}

async function apolloDocuments() {
  const code = OPERATIONS.map((text, index) => `export const operation${index} = gql\`${text}\`;`);
  const documents = await writeManifest(`import { gql } from '@apollo/client';\n${code.join('\n')}`, 'operations.ts');
  return generatePersistedQueryManifest({ documents }, undefined);
}

/** The id of an operation in a manifest of texts. */
function idOf(texts: Record<string, string>, operation: string): string {
  const [id] = Object.entries(texts).find(([, text]) => text.includes(operation)) ?? [];
  if (id === undefined) throw new Error(`The manifest has no ${operation}.`);
  return id;
}

describe('a front end with GraphQL Code Generator', () => {
  test('signs a user in by the ids in its code', async () => {
    const ids = Object.fromEntries(
      ['SendCode', 'SignIn', 'Mine'].map((name) => [name, idOf(codegen.manifest, ` ${name}`)]),
    );
    for (const id of Object.values(ids)) expect(codegen.code).toContain(`"hash":"${id}"`);
    const phoneNumber = '+255679190721';
    await send(service.url, { documentId: ids['SendCode'], variables: { input: { phoneNumber } } });
    const otp = service.phone.code(phoneNumber);

    const signedIn = await send(service.url, { documentId: ids['SignIn'], variables: { input: { phoneNumber, otp } } });

    const { accessToken } = signedIn.body.data.verifyOtp.tokens;
    const { body } = await send(service.url, { documentId: ids['Mine'] }, accessToken);
    expect(body.data.me).toMatchObject({ phoneNumber });
  });

  test('also sends them as Apollo Client does', async () => {
    const sha256Hash = idOf(codegen.manifest, 'Mine');
    const { body } = await send(service.url, { extensions: { persistedQuery: { version: 1, sha256Hash } } });
    expect(body.errors).toMatchObject([{ path: ['me'], extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test('sends the hash of the text as GraphQL over HTTP writes it', async () => {
    const text = codegen.manifest[idOf(codegen.manifest, 'Mine')] ?? '';
    const { body } = await send(service.url, { documentId: `sha256:${sha256(text)}` });
    expect(body.errors).toMatchObject([{ path: ['me'] }]);
  });
});

describe('a front end with Apollo Client', () => {
  /** What it sends, seen from the network. */
  const bodies: object[] = [];

  function client(useGETForHashedQueries = false) {
    const ids = new PersistedQueryLink({
      ...generatePersistedQueryIdsFromManifest({ loadManifest: async () => apollo }),
      useGETForHashedQueries,
    });
    const http = new HttpLink({
      uri: `${service.url}/graphql`,
      fetch: (input, init) => {
        bodies.push(typeof init?.body === 'string' ? JSON.parse(init.body) : { address: String(input) });
        return fetch(input, init);
      },
    });
    return new ApolloClient({
      link: ApolloLink.from([ids, http]),
      cache: new InMemoryCache({ possibleTypes: { UserError: [] } }),
    });
  }

  test('runs its operations by the ids of its manifest, and sends no text', async () => {
    const variables = { input: { phoneNumber: '+255679190722' } };
    const { data } = await client().mutate({ mutation: parse(SEND_CODE), variables });
    expect(data).toMatchObject({ requestOtp: { __typename: 'RequestOtpSuccess' } });
    expect(bodies.at(-1)).toMatchObject({ extensions: { persistedQuery: { version: 1 } } });
    expect(bodies.at(-1)).not.toHaveProperty('query');
  });

  test('asks by GET with the id in the address', async () => {
    await expect(client(true).query({ query: parse(MINE) })).rejects.toThrow('Sign in first');
    expect(bodies.at(-1)).toMatchObject({ address: expect.stringContaining('sha256Hash') });
  });

  test('is told that a text outside of its manifest does not run', async () => {
    const link = new HttpLink({ uri: `${service.url}/graphql` });
    const other = new ApolloClient({ link, cache: new InMemoryCache({ possibleTypes: { UserError: [] } }) });
    await expect(other.query({ query: parse('query Other { me { id } }') })).rejects.toMatchObject({
      bodyText: expect.stringContaining('QUERY_NOT_IN_SAFELIST'),
    });
  });
});

describe('a front end with Relay', () => {
  test.each(['doc_id', 'id', 'documentId'])('sends the MD5 of relay-compiler as %s', async (name) => {
    const id = idOf(relay, 'SignInQuery');
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    const { body } = await send(service.url, { [name]: id, variables: {} });
    expect(body).toEqual({ data: { signInOptions: expect.objectContaining({ codeLength: 6 }) } });
  });

  test('sends the exact text, or its hash, with the new line that relay-compiler ends it with', async () => {
    const text = relay[idOf(relay, 'SignInQuery')] ?? '';
    expect(text).toMatch(/}\n$/);
    for (const body of [{ query: text }, { documentId: `sha256:${sha256(text)}` }, { documentId: sha256(text) }]) {
      expect((await send(service.url, body)).body).toEqual({
        data: { signInOptions: expect.objectContaining({ codeLength: 6 }) },
      });
    }
    expect((await send(service.url, { query: text.trim() })).status).toBe(400);
  });

  test('gets its mutations with the fields that relay-compiler adds', async () => {
    const variables = { input: { phoneNumber: '+255679190723', otp: '000000' } };
    const { body } = await send(service.url, { doc_id: idOf(relay, 'SignInMutation'), variables });
    expect(body.data.verifyOtp).toMatchObject({ __typename: 'InvalidOtpError', __isUserError: 'InvalidOtpError' });
  });
});
