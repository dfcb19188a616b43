import { buildSchema, printSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { loadPersistedDocuments } from '../../src/graphql/persisted-documents/load-persisted-documents.js';
import { createLogger } from '../../src/platform/logger.js';
import { schema } from '../../src/schema.js';
import { send, sha256, writeManifest } from '../support/manifests.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { startService, type TestService } from '../support/service.js';

/** What operators see of manifests: problems at the start, and what is still sent as a text. */

const OPTIONS = '{ signInOptions { codeLength } }';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});

afterAll(() => database.close());

function start(files: readonly string[], env: Record<string, string> = {}): Promise<TestService> {
  const documents = { PERSISTED_DOCUMENTS: 'on', PERSISTED_DOCUMENTS_FILES: files.join(',') };
  return startService({ database, env: { ...documents, ...env } });
}

/** The lines that a start ends with. */
async function problems(files: readonly string[], env?: Record<string, string>): Promise<string[]> {
  const message = await start(files, env).then(
    async (service) => {
      await service.close();
      return 'started';
    },
    (error: Error) => error.message,
  );
  return message.split('\n  - ').map((line) => line.replaceAll(/\(\/[^)]*\)/g, '(FILE)'));
}

describe('an operator whose manifests cannot be used', () => {
  test('is told every problem of every file at once, and the service does not start', async () => {
    const files = await Promise.all([
      writeManifest('{ "a": '),
      writeManifest([OPTIONS]),
      writeManifest({}),
      writeManifest({ a: 1 }),
      writeManifest({ blank: ' \n' }),
      writeManifest({
        format: 'apollo-persisted-query-manifest',
        version: 2,
        operations: [{ id: 'a', body: OPTIONS }],
      }),
      writeManifest({
        gone: 'query Gone { me { shoeSize } }',
        broken: '{ me {',
        empty: 'fragment Only on User { id }',
        guesses: 'mutation { a: logoutEverywhere { __typename } b: logoutEverywhere { __typename } }',
        large: `{ ${'signInOptions { codeLength } '.repeat(251)}}`,
        [`sha256:${sha256('other')}`]: OPTIONS,
      }),
    ]);
    const form = expect.stringContaining('(FILE) cannot be used: it is neither an object of texts by their ids');
    const document = (id: string, problem: string) => expect.stringContaining(`the document ${id} ${problem}`);
    expect(await problems(['/no/such/file.json', ...files])).toEqual([
      'these documents need attention',
      'PERSISTED_DOCUMENTS_FILES (FILE) cannot be read (ENOENT).',
      'PERSISTED_DOCUMENTS_FILES (FILE) cannot be used: it is not valid JSON.',
      form,
      'PERSISTED_DOCUMENTS_FILES (FILE) cannot be used: it has no documents.',
      form,
      form,
      form,
      document('gone', 'is not valid: Cannot query field "shoeSize" on type "User".'),
      document('broken', 'is not valid: Syntax Error: Expected Name, found <EOF>.'),
      document('empty', 'is not valid: Fragment "Only" is never used.'),
      document('guesses', 'is not valid: The document asks for too much. It may have at most 1 field'),
      document('large', 'is not valid: The document asks for too much. It may have at most 10 fields that repeat'),
      document(`sha256:${sha256('other')}`, `has another hash: ${sha256(OPTIONS)}.`),
    ]);
  });

  test('is told of two documents with one id, and of questions about the schema where INTROSPECTION is off', async () => {
    const files = await Promise.all([
      writeManifest({ a: OPTIONS, b: OPTIONS }),
      writeManifest({ a: '{ __typename }', b: OPTIONS, c: '{ __schema { description } }' }),
    ]);
    expect(await problems(files, { INTROSPECTION: 'off' })).toEqual([
      'these documents need attention',
      expect.stringContaining('the document a has the id of another document.'),
      expect.stringContaining('the document c is not valid: GraphQL introspection has been disabled'),
    ]);
  });

  test('who names files and leaves PERSISTED_DOCUMENTS off, is told so', () => {
    expect(readConfig({ PERSISTED_DOCUMENTS_FILES: 'documents.json' })).toMatchObject({
      problems: [expect.stringContaining('PERSISTED_DOCUMENTS_FILES needs PERSISTED_DOCUMENTS=on')],
    });
    expect(readConfig({ PERSISTED_DOCUMENTS: 'always' })).toMatchObject({
      problems: ['PERSISTED_DOCUMENTS must be one of: off, on, only.'],
    });
  });
});

test('an operator with PERSISTED_DOCUMENTS=on sees in the log which documents are in no manifest', async () => {
  const service = await start([await writeManifest({ options: OPTIONS })]);
  await send(service.url, { documentId: 'options' });
  await send(service.url, { query: OPTIONS });
  await send(service.url, { query: 'query Newer { signInOptions { channels } }' });
  const lines = service.logs
    .filter((line) => line.includes('"fields":"signInOptions"'))
    .map((line) => JSON.parse(line));
  await service.close();
  expect(lines.map(({ listed, operation }) => [listed, operation])).toEqual([
    [undefined, undefined],
    [undefined, undefined],
    [false, 'Newer'],
  ]);
});

test('Apollo Client, which sends the text with the hash after it was not found, gets its answer and fills no store', async () => {
  const service = await start([]);
  const query = 'query Newer { signInOptions { codeLength } }';
  const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(query) } };
  const notFound = { errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] };
  expect((await send(service.url, { extensions })).body).toMatchObject(notFound);
  expect((await send(service.url, { query, extensions })).body).toEqual({ data: { signInOptions: { codeLength: 6 } } });
  expect((await send(service.url, { extensions })).body).toMatchObject(notFound);
  await service.close();
});

test('the documents of the console do not run where the console is off', async () => {
  const { OPTIONS: query } = await import(new URL('../../assets/admin/documents.js', import.meta.url).href);
  const service = await start([], { PERSISTED_DOCUMENTS: 'only', ADMIN_CONSOLE: 'off' });
  const { body } = await send(service.url, { query });
  await service.close();
  expect(body).toMatchObject({ errors: [{ extensions: { code: 'QUERY_NOT_IN_SAFELIST' } }] });
});

test('an operator is told which documents use fields that will be removed', async () => {
  const deprecated = printSchema(schema).replaceAll(
    'codeLength: Int!',
    'codeLength: Int! @deprecated(reason: "Use boxes.")',
  );
  const lines: string[] = [];
  const against = {
    schema: buildSchema(deprecated),
    introspection: false,
    adminConsole: false,
    logger: createLogger('info', { write: (line: string) => void lines.push(line) }),
  };
  const files = [
    await writeManifest({
      code: 'mutation ($input: RequestOtpInput!) { requestOtp(input: $input) { ... on RequestOtpSuccess { codeLength } } }',
      other: '{ me { id } }',
    }),
  ];
  await loadPersistedDocuments({ only: false, files }, against);
  const told = lines.map((line) => JSON.parse(line).msg as string);
  // The client that comes with the product asks for the same field.
  expect(told.filter((line) => !line.startsWith('assets/'))).toEqual([
    expect.stringMatching(/the document code uses what will be removed\. .*codeLength is deprecated\. Use boxes\.$/),
  ]);
});
