import { getNamedType, type GraphQLField, isEnumType, isInputObjectType, isLeafType, isNonNullType } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hashOfToken, newServiceToken } from '../../src/service-tokens/service-token.js';
import { systemRandom } from '../../src/platform/random.js';
import { schema } from '../../src/schema.js';
import { inParallel, requestOtp, signIn, verifyOtp } from '../support/operations/operations.js';
import { type GraphqlAnswer, startService, type TestService } from '../support/service.js';

const LIMIT = 3;
/** What all sessions of a network have together. */
const OF_NETWORK = 10 * LIMIT;
const SERVICE_TOKEN = newServiceToken(systemRandom);

let service: TestService;
let serial = 0;
/** The network of each test is its own, so that no test spends the limit of another. */
let headers: Record<string, string>;
beforeAll(async () => {
  service = await startService({
    env: {
      FIELD_RATE_LIMIT: String(LIMIT),
      TRUST_PROXY: '1',
      SERVICE_TOKENS: `crm:events:${hashOfToken(SERVICE_TOKEN)}`,
    },
  });
});
afterAll(() => service.close());
beforeEach(() => {
  serial += 1;
  headers = { 'x-forwarded-for': `192.0.${serial}.1` };
});

/** A small call of any root field: every required argument gets something of its type. */
function callOf(field: GraphQLField<unknown, unknown>): string {
  const required = field.args.filter((argument) => isNonNullType(argument.type) && argument.defaultValue === undefined);
  const given = required.map((argument) => `${argument.name}: ${sample(argument.type)}`);
  const selection = !isLeafType(getNamedType(field.type));
  return `${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}${selection ? ' { __typename }' : ''}`;
}

function sample(type: unknown): string {
  const inner = isNonNullType(type) ? type.ofType : type;
  if (isEnumType(inner)) return inner.getValues()[0]?.name ?? '';
  if (!isInputObjectType(inner)) return /^Int|Float$/.test(String(inner)) ? '1' : '"x"';
  const fields = Object.values(inner.getFields()).filter(
    (field) => isNonNullType(field.type) && field.defaultValue === undefined,
  );
  return `{ ${fields.map((field) => `${field.name}: ${sample(field.type)}`).join(', ')} }`;
}

const ROOTS = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
  Object.values(type?.getFields() ?? {}).map(
    (field) => [field.name, `${type?.name.toLowerCase()} { ${callOf(field)} }`] as const,
  ),
);

/** What strangers call, and what each page of an app does. */
const HAMMERED = new Set(['register', 'requestOtp', 'verifyOtp', 'login', 'refreshSession', 'me', 'cities']);

const limited = ({ body }: GraphqlAnswer) => body.errors?.[0]?.extensions.code === 'RATE_LIMITED';

/** A call from the network of this test. */
function ask(document: string, token?: string): Promise<GraphqlAnswer> {
  return service.graphql(document, {}, { headers, ...(token !== undefined && { token }) });
}

const CITIES = '{ cities { __typename } }';

describe('a client that hammers one field', () => {
  test('every field that anybody can call is among those tested here', () => {
    expect(ROOTS.map(([name]) => name)).toEqual(expect.arrayContaining([...HAMMERED]));
  });

  test.each(ROOTS)('%s: of many calls at the same moment exactly 3 pass', async (name, document) => {
    const answers = await inParallel(HAMMERED.has(name) ? 100 : 25, () => ask(document));
    expect(answers.filter((answer) => !limited(answer))).toHaveLength(LIMIT);
    const refusal = answers.find(limited)?.body.errors?.[0];
    expect(refusal).toMatchObject({ path: [name], extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 60 } });
    expect(refusal?.message).toBe(`Too many calls of ${name}. Try again in 60 s.`);
  });

  test('with a token, me does not reach the database once the limit is spent', async () => {
    const { accessToken } = (await signIn(service, '+9779800001100')).tokens;
    const answers = await inParallel(100, () => ask('{ me { id } }', accessToken));
    expect(answers.filter((answer) => answer.body.data?.me)).toHaveLength(LIMIT);
    await service.db.execute('ALTER TABLE sessions RENAME TO sessions_away');
    const answer = await ask('{ me { id } }', accessToken);
    await service.db.execute('ALTER TABLE sessions_away RENAME TO sessions');
    expect(limited(answer)).toBe(true);
  });

  test('aliases in one document, which are called at the same moment, count one by one', async () => {
    const calls = (count: number) => Array.from({ length: count }, (_, index) => `c${index}: cities { __typename }`);
    const { body: refused } = await ask(`{ ${calls(LIMIT + 1).join(' ')} }`);
    expect(refused.errors?.map(({ extensions }) => extensions.code)).toEqual(['RATE_LIMITED']);
    service.clock.advance(60);
    const { body: answered } = await ask(`{ ${calls(LIMIT).join(' ')} }`);
    expect(answered.errors).toBeUndefined();
  });

  test('aliases of me in one document count one by one', async () => {
    const aliases = Array.from({ length: 5 }, (_, index) => `me${index}: me { id }`);
    const { body } = await ask(`{ ${aliases.join(' ')} }`);
    const codes = body.errors?.map(({ extensions }) => extensions.code).sort();
    expect(codes).toEqual([...Array(5 - LIMIT).fill('RATE_LIMITED'), ...Array(LIMIT).fill('UNAUTHENTICATED')]);
  });

  test('each field has a limit of its own', async () => {
    await inParallel(LIMIT + 1, () => ask(CITIES));
    expect(limited(await ask(CITIES))).toBe(true);
    expect(limited(await ask('mutation { requestOtp(input: { phoneNumber: "x" }) { __typename } }'))).toBe(false);
  });

  test('is told how long to wait, and may go on after that', async () => {
    await inParallel(LIMIT, () => ask(CITIES));
    service.clock.advance(41.5);
    expect((await ask(CITIES)).body.errors?.[0]?.extensions.retryAfterSeconds).toBe(19);
    service.clock.advance(18.4);
    expect((await ask(CITIES)).body.errors?.[0]?.extensions.retryAfterSeconds).toBe(1);
    service.clock.advance(0.1);
    const answers = await inParallel(100, () => ask(CITIES));
    expect(answers.filter((answer) => !limited(answer))).toHaveLength(LIMIT);
  });

  test('refused calls do not make the wait longer', async () => {
    for (let second = 0; second < 60; second += 10) {
      await inParallel(LIMIT, () => ask(CITIES));
      service.clock.advance(10);
    }
    expect(limited(await ask(CITIES))).toBe(false);
  });
});

describe('clients are told apart by network', () => {
  const call = (address: string) => service.graphql(CITIES, {}, { headers: { 'x-forwarded-for': address } });

  test('another network has a limit of its own; the same network, another address, does not', async () => {
    await inParallel(LIMIT, () => call('203.0.113.7'));
    expect(limited(await call('203.0.113.8'))).toBe(true);
    expect(limited(await call('::ffff:203.0.113.9'))).toBe(true);
    expect(limited(await call('203.0.114.7'))).toBe(false);
  });

  test('an IPv6 subscriber does not get out of it by changing the address', async () => {
    const answers = await inParallel(50, (index) => call(`2001:db8:1:2${index % 4}::${index + 1}`));
    expect(answers.filter((answer) => !limited(answer))).toHaveLength(LIMIT);
    expect(limited(await call('2001:db8:1:100::1'))).toBe(false);
  });

  test('what stands left of the trusted proxy’s entry is not believed', async () => {
    const answers = await inParallel(50, (index) => call(`198.51.100.${index}, 203.0.115.7`));
    expect(answers.filter((answer) => !limited(answer))).toHaveLength(LIMIT);
  });

  test('without a trusted proxy the header changes nothing', async () => {
    const direct = await startService({ env: { FIELD_RATE_LIMIT: String(LIMIT) } });
    const answers = await inParallel(50, (index) =>
      direct.graphql(CITIES, {}, { headers: { 'x-forwarded-for': `203.0.${index}.7` } }),
    );
    expect(answers.filter((answer) => !limited(answer))).toHaveLength(LIMIT);
    await direct.close();
  });
});

describe('people who are signed in', () => {
  const people: string[] = [];
  beforeAll(async () => {
    for (let one = 0; one < 12; one += 1) {
      // Each from a network of their own: to sign in, too, calls fields.
      const from = { headers: { 'x-forwarded-for': `198.51.${one}.1` } };
      const phoneNumber = `+97798000014${String(one).padStart(2, '0')}`;
      await requestOtp(service, { phoneNumber }, from);
      const otp = service.phone.code(phoneNumber);
      people.push((await verifyOtp(service, { phoneNumber, otp }, from)).tokens.accessToken);
    }
  });
  beforeEach(() => service.clock.advance(60));

  const passed = (answers: readonly GraphqlAnswer[]) => answers.filter((answer) => !limited(answer)).length;
  const askAs = (token: string | undefined, count = 20, document = CITIES) =>
    inParallel(count, () => ask(document, token)).then(passed);

  test('have a limit of their own each, behind one gateway or in one office', async () => {
    const [one, two] = people;
    expect(await askAs(undefined)).toBe(LIMIT);
    expect(await askAs(one)).toBe(LIMIT);
    expect(await askAs(two)).toBe(LIMIT);
    // And what they spend, they do not take from strangers in their network.
    service.clock.advance(60);
    await askAs(one);
    expect(await askAs(undefined)).toBe(LIMIT);
  });

  test('take it along into other networks', async () => {
    await askAs(people[0]);
    headers = { 'x-forwarded-for': '203.0.200.1' };
    expect(await askAs(people[0])).toBe(0);
    expect(await askAs(people[1])).toBe(LIMIT);
  });

  test('are ten times as many calls in one network, however many accounts an attacker has', async () => {
    const rounds = await Promise.all(people.map((token) => askAs(token, 5)));
    expect(rounds.reduce((sum, one) => sum + one, 0)).toBe(OF_NETWORK);
    const [refused] = await inParallel(1, () => ask(CITIES, people[11]));
    expect(refused?.body.errors?.[0]?.extensions).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: 60 });
    expect(await askAs(people[11], 5, '{ me { id } }')).toBe(LIMIT);
    headers = { 'x-forwarded-for': '203.0.201.1' };
    expect(await askAs(people[11])).toBeGreaterThan(0);
  });

  test('cannot spend what their network has: refused calls count for nobody', async () => {
    await askAs(people[0], 100);
    const rounds = await Promise.all(people.slice(1, 10).map((token) => askAs(token, LIMIT)));
    expect(rounds).toEqual(Array(9).fill(LIMIT));
  });

  test('are those with a valid token only: with any other, a caller is a stranger', async () => {
    const [valid = ''] = people;
    const invented = Array.from({ length: 20 }, (_, index) => `${valid.slice(0, -8)}${String(index).padStart(8, 'A')}`);
    const answers = await Promise.all([...invented, 'x', 'pasvc_invented'].map((token) => ask(CITIES, token)));
    expect(passed(answers)).toBe(LIMIT);
  });

  test('lose nothing to a thief who still has the token of a session that they ended', async () => {
    const phoneNumber = '+9779800001400';
    const again = { headers: { 'x-forwarded-for': '198.51.100.1' } };
    await requestOtp(service, { phoneNumber }, again);
    const otp = service.phone.code(phoneNumber);
    const { tokens } = await verifyOtp(service, { phoneNumber, otp }, again);
    await service.graphql('mutation { logout { __typename } }', {}, { token: people[0] ?? '' });
    await askAs(people[0], 20, '{ me { id } }');
    expect((await ask('{ me { id } }', tokens.accessToken)).body.data.me).not.toBeNull();
  });

  test('do not share with services, which have limits of their own', async () => {
    await askAs(undefined);
    expect(await askAs(SERVICE_TOKEN)).toBe(LIMIT);
    expect(await askAs(people[1])).toBe(LIMIT);
  });
});
