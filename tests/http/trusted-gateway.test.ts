import { createBatchingExecutor } from '@graphql-tools/batch-execute';
import { sql } from 'drizzle-orm';
import { parse, print } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { inParallel, signIn } from '../support/operations/operations.js';
import { type GraphqlAnswer, startService, TEST_SECRET, type TestService } from '../support/service.js';

/** A GraphQL gateway in front, and those who claim to be one. */

const SECRET = 'a-secret-of-the-gateway-that-is-long-enough';
const FORMER = 'the-former-secret-of-the-gateway,'.replace(',', '!');
const LIMIT = 3;
const CITIES = '{ cities(first: 1) { edges { cursor } } }';

let service: TestService;
beforeAll(async () => {
  const env = { TRUSTED_GATEWAY: `${SECRET}, ${FORMER}`, FIELD_RATE_LIMIT: String(LIMIT), HTTP_RATE_LIMIT: '40' };
  service = await startService({ env });
});
afterAll(() => service.close());
beforeEach(() => service.clock.advance(60));

type Sent = Record<string, string>;
const gateway = (client?: string, secret = SECRET): Sent => ({
  'x-gateway-secret': secret,
  ...(client !== undefined && { 'x-gateway-client-ip': client }),
});
const ask = (headers: Sent, document = CITIES, variables = {}) => service.graphql(document, variables, { headers });
const limited = ({ body }: GraphqlAnswer) => body.errors?.[0]?.extensions.code === 'RATE_LIMITED';
const refusal = ({ status, body }: GraphqlAnswer) => [status, body.errors?.[0]?.extensions.code];
const times = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');

describe('the client of a trusted gateway', () => {
  const passed = async (headers: Sent) =>
    (await inParallel(10, () => ask(headers))).filter((answer) => !limited(answer)).length;

  test('counts by its own network, as if it had come by itself', async () => {
    expect(await passed(gateway('192.0.2.1'))).toBe(LIMIT);
    expect(await passed(gateway('192.0.2.250'))).toBe(0);
    expect(await passed(gateway('198.51.100.1'))).toBe(LIMIT);
    expect(await passed(gateway('2001:db8::1'))).toBe(LIMIT);
    expect(await passed(gateway('[2001:db8::2]:443'))).toBe(0);
  });

  test('spends nothing of the gateway, and requests are counted by client, too', async () => {
    await inParallel(40, () => ask(gateway('192.0.2.1'), '{ __typename }'));
    expect(refusal(await ask(gateway('192.0.2.1'), '{ __typename }'))).toEqual([429, 'RATE_LIMITED']);
    expect((await ask(gateway('198.51.100.1'), '{ __typename }')).status).toBe(200);
    expect((await ask(gateway(), '{ __typename }')).status).toBe(200);
  });

  test('is the gateway itself where it names none', async () => {
    expect(await passed(gateway())).toBe(LIMIT);
    expect(await passed({})).toBe(0);
  });

  test('is kept as the address of the session', async () => {
    const { tokens } = await signIn(service, '+9779800001500');
    const refresh =
      'mutation ($t: String!) { refreshSession(refreshToken: $t) { ... on RefreshSessionSuccess { user { sessions { ipAddress } } } } }';
    const { body } = await ask(gateway('203.0.113.77'), refresh, { t: tokens.refreshToken });
    expect(body.data.refreshSession.user.sessions).toEqual([{ ipAddress: '203.0.113.77' }]);
  });

  test.each([
    '',
    ' ',
    'unknown',
    '192.0.2.1, 10.0.0.1',
    '10.0.0.1,192.0.2.1',
    '999.1.1.1',
    '<script>',
    '$remote_addr',
    '1',
    '1.2',
    '0x7f000001',
    '010.0.0.1',
    '[::1]:999999',
    '192.0.2.1:0',
  ])('must be one address, not “%s”', async (client) => {
    const answer = await ask(gateway(client));
    expect(refusal(answer)).toEqual([400, 'BAD_REQUEST']);
    expect(answer.body.errors?.[0]?.message).toBe('X-Gateway-Client-IP must be one IP address: that of the client.');
  });
});

describe('somebody who claims to be the gateway', () => {
  const wrong = [
    'x',
    SECRET.slice(0, -1),
    `${SECRET}x`,
    SECRET.toUpperCase(),
    `${SECRET},${FORMER}`,
    `${SECRET}, x`,
    '',
  ];

  test.each(wrong)('with the secret “%s” is refused, and nothing runs', async (secret) => {
    const number = '+9779800001501';
    const send = `mutation { requestOtp(input: { phoneNumber: "${number}" }) { __typename } }`;
    const answer = await ask(gateway('192.0.2.9', secret), send);
    expect(refusal(answer)).toEqual([403, 'FORBIDDEN']);
    expect(JSON.stringify(answer.body)).not.toContain(SECRET.slice(0, -1));
    expect(service.phone.to(number)).toEqual([]);
  });

  test('cannot try secrets for ever: the tries count as requests of its own network', async () => {
    const answers = await inParallel(60, (index) => ask(gateway(`192.0.${index}.1`, `guess ${index}`)));
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(40);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
  });

  test('without a secret moves no limit by naming a client', async () => {
    const answers = await inParallel(10, (index) => ask({ 'x-gateway-client-ip': `192.0.${index}.1` }));
    expect(answers.filter((answer) => !limited(answer))).toHaveLength(LIMIT);
  });

  test('finds that the headers mean nothing where no gateway is trusted', async () => {
    const closed = await startService({ env: { FIELD_RATE_LIMIT: String(LIMIT) }, database: service.database });
    const answers = await inParallel(10, (index) =>
      closed.graphql(CITIES, {}, { headers: gateway(`192.0.${index}.1`) }),
    );
    await closed.close();
    expect(answers.filter((answer) => !limited(answer))).toHaveLength(LIMIT);
  });

  test('reads the secret in no log line', () => {
    expect(service.logs.join('')).not.toContain(SECRET);
    expect(service.logs.join('')).not.toContain(FORMER);
  });
});

describe('queries that a gateway merges', () => {
  const merged = (count: number) =>
    `{ ${times(count, (index) => `_v${index}_options: signInOptions { codeLength }`)} }`;
  const roomy = () => startService({ env: { TRUSTED_GATEWAY: SECRET }, database: service.database });

  test('run as one, with more fields and aliases than a client may send', async () => {
    const open = await roomy();
    const headers = gateway('192.0.2.1');
    const fifty = await open.graphql(merged(50), {}, { headers });
    expect([fifty.status, Object.keys(fifty.body.data).length]).toEqual([200, 50]);
    const more = await open.graphql(merged(51), {}, { headers });
    expect(more.body.errors?.[0]?.extensions).toEqual({
      code: 'DOCUMENT_LIMIT_EXCEEDED',
      limit: 'QUERY_FIELDS',
      maximum: 50,
    });
    // A client that sends what the service keeps of the gateway's documents is a client all the same.
    for (const fields of [50, 6]) {
      await open.graphql(merged(fields), {}, { headers });
      const { status, body } = await open.graphql(merged(fields));
      expect([status, body.data, body.errors?.length]).toEqual([400, undefined, 1]);
      expect(body.errors?.[0]?.extensions.code).toBe('DOCUMENT_LIMIT_EXCEEDED');
    }
    await open.close();
  });

  test.each([SECRET, undefined])('tell a client, who sends as many, the maximum of clients (%s)', async (secret) => {
    const open = await startService({
      env: secret === undefined ? {} : { TRUSTED_GATEWAY: secret },
      database: service.database,
    });
    const aliases = `{ me { ${times(111, (index) => `a${index}: id`)} } }`;
    for (const [document, limit, maximum] of [
      [merged(51), 'QUERY_FIELDS', 5],
      [aliases, 'ALIASES', 10],
    ] as const) {
      const { status, body } = await open.graphql(document);
      expect([status, body.data]).toEqual([400, undefined]);
      const fault = body.errors?.find(({ extensions }) => 'limit' in extensions && extensions.limit === limit);
      expect(fault?.extensions).toEqual({ code: 'DOCUMENT_LIMIT_EXCEEDED', limit, maximum });
      expect(fault?.message).toContain(` ${maximum} `);
    }
    await open.close();
  });

  test('are answered as they come from the library that gateways merge with', async () => {
    const open = await roomy();
    const sizes: number[] = [];
    const merging = createBatchingExecutor(async ({ document }) => {
      const { status, body } = await open.graphql(print(document), {}, { headers: gateway('192.0.2.1') });
      sizes.push(status, Object.keys(body.data ?? {}).length);
      return body as object;
    });
    const document = parse('{ __typename signInOptions { codeLength } }');
    const answers = await Promise.all(Array.from({ length: 50 }, () => merging({ document })));
    expect(sizes).toEqual([200, 100]);
    expect(answers).toEqual(Array(50).fill({ data: { __typename: 'Query', signInOptions: { codeLength: 6 } } }));
    await open.close();
  });

  test('count as many calls of their client as there are fields', async () => {
    const { body } = await ask(gateway('192.0.2.1'), `{ ${times(6, (index) => `c${index}: me { id }`)} }`);
    const codes = body.errors?.map(({ extensions }) => extensions.code).sort();
    expect(codes).toEqual([...Array(6 - LIMIT).fill('RATE_LIMITED'), ...Array(LIMIT).fill('UNAUTHENTICATED')]);
  });

  test('are no mutations: one guess is one request for gateways, too', async () => {
    const guess = 'verifyOtp(input: { phoneNumber: "+9779800001502", otp: "111111" }) { __typename }';
    const answer = await ask(gateway('192.0.2.1'), `mutation { a: ${guess} b: ${guess} }`);
    expect(answer.body.errors?.[0]?.extensions).toMatchObject({ limit: 'MUTATION_FIELDS', maximum: 1 });
    const [row] = await service.db.execute(sql`SELECT count(*)::int AS challenges FROM otp_challenges
      WHERE phone_number = '+9779800001502'`);
    expect(row?.['challenges']).toBe(0);
  });

  test('keep every other limit on a document', async () => {
    const page = 'edges { cursor node { id name countryCode region } }';
    const dear = `{ ${times(6, (index) => `c${index}: cities(first: 100) { ${page} }`)} }`;
    expect((await ask(gateway('192.0.2.1'), dear)).body.errors?.[0]?.extensions).toMatchObject({ limit: 'COST' });
    const aliases = `{ me { ${times(111, (index) => `a${index}: id`)} } }`;
    expect((await ask(gateway('192.0.2.1'), aliases)).body.errors?.[0]?.extensions).toMatchObject({
      limit: 'ALIASES',
      maximum: 110,
    });
  });
});

describe('the secret in the settings', () => {
  const problemsOf = (TRUSTED_GATEWAY: string, env: Record<string, string> = {}) => {
    const reading = readConfig({ NODE_ENV: 'test', TRUSTED_GATEWAY, ...env });
    return reading.kind === 'problems' ? reading.problems : [];
  };

  test('may be two while gateways change over: both are good', async () => {
    expect((await ask(gateway('192.0.2.1', SECRET))).status).toBe(200);
    expect((await ask(gateway('192.0.2.1', FORMER))).status).toBe(200);
  });

  test.each([
    ['too short', 'x'.repeat(31)],
    ['too short beside a good one', `${SECRET},short`],
    ['too long', 'x'.repeat(257)],
    ['no header can carry it', 'ä'.repeat(40)],
    ['with spaces', 'a secret of the gateway that is long enough'],
    ['three of them', [SECRET, FORMER, SECRET].join(',')],
  ])('%s: the service does not start, and does not say the value', (_, secret) => {
    for (const env of [{}, { NODE_ENV: 'production' }]) {
      const [problem = '', ...others] = problemsOf(secret, env).filter((text) => text.includes('TRUSTED_GATEWAY'));
      expect([problem, others]).toEqual([
        'TRUSTED_GATEWAY must be a secret of 32 to 256 visible ASCII characters without commas, or two of these separated by a comma.',
        [],
      ]);
    }
  });

  test('is not APP_SECRET, of before or now', () => {
    const secret = TEST_SECRET.replaceAll(' ', '-');
    for (const name of ['APP_SECRET', 'APP_SECRET_PREVIOUS']) {
      const [problem, ...others] = problemsOf(`${SECRET},${secret}`, { [name]: secret });
      expect([problem, others]).toEqual([expect.stringMatching(/^TRUSTED_GATEWAY must not be APP_SECRET/), []]);
    }
    expect(problemsOf(secret, { APP_SECRET: TEST_SECRET })).toEqual([]);
  });

  test('may be as short as 32 characters, and as openssl makes it', () => {
    expect(problemsOf('x'.repeat(32))).toEqual([]);
    expect(problemsOf('q3Zl+8/Wk1mVf0J4s7NnYp2RtX6cB9aHdEoUiGQTLyKzvMwjCxDrSbPhFeAgOu5=')).toEqual([]);
  });
});
