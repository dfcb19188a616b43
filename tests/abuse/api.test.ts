import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  form,
  ME,
  obtainCode,
  REQUEST_OTP,
  register,
  signIn,
  VERIFY_OTP,
  wrongCode,
} from '../support/operations/operations.js';
import { type GraphqlAnswer, startService, type TestService } from '../support/service.js';

let service: TestService;
afterEach(() => service.close());

/** What a masked answer must not hold: SQL, names of the schema, places in the code, drivers, numbers. */
const INSIDES =
  /select|insert|update |relation|constraint|duplicate|column "|violates|postgres|drizzle|sqlstate|node_modules|\.[jt]s\b|\/src|\/work|at \w+ \(|stack|97798/i;
const MASKED = 'Something went wrong on our side. The log knows more under the id of this request.';

describe('A1: an unexpected error', () => {
  const phoneNumber = '+9779800000800';
  beforeEach(async () => {
    service = await startService({ env: { LOG_LEVEL: 'trace' } });
  });

  function expectMasked({ status, body }: GraphqlAnswer, field: string): void {
    expect(status).toBe(200);
    expect(body.errors).toEqual([
      { message: MASKED, path: [field], locations: expect.any(Array), extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);
    expect(JSON.stringify(body)).not.toMatch(INSIDES);
  }

  /** The one line of the log that tells what happened to a request. */
  function lineOf(answer: GraphqlAnswer) {
    const lines = service.logs.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request failed');
    const ours = lines.filter(({ reqId }) => reqId === answer.headers.get('x-request-id'));
    expect(ours).toHaveLength(1);
    return ours[0];
  }

  function expectNoPersonInLog(code?: string): void {
    const log = service.logs.join('');
    expect(log).not.toContain(phoneNumber);
    expect(log).not.toContain(phoneNumber.slice(4));
    expect(log).not.toContain('somebody@example.com');
    if (code) expect(log).not.toContain(`"${code}"`);
  }

  test('in a query: masked for the caller, whole in the log under the id of the request', async () => {
    const { tokens } = await signIn(service, phoneNumber);
    await service.db.execute(sql`ALTER TABLE cities RENAME TO cities_away`);
    const answer = await service.graphql(ME, {}, { token: tokens.accessToken });
    expectMasked(answer, 'me');
    expect(lineOf(answer)).toMatchObject({
      level: 50,
      code: 'INTERNAL_SERVER_ERROR',
      path: 'me',
      err: {
        type: 'DrizzleQueryError',
        cause: { type: 'PostgresError', code: '42P01', message: 'relation "cities" does not exist' },
      },
    });
    expectNoPersonInLog();
  });

  test('in a mutation with a right code: neither number nor code is in answer or log', async () => {
    const otp = await obtainCode(service, phoneNumber);
    await service.db.execute(sql`ALTER TABLE users RENAME TO users_away`);
    const verifying = await service.graphql(VERIFY_OTP, { input: { phoneNumber, otp } });
    expectMasked(verifying, 'verifyOtp');
    const requesting = await service.graphql(REQUEST_OTP, { input: { phoneNumber } });
    expectMasked(requesting, 'requestOtp');
    expect(lineOf(verifying).err.cause.code).toBe('42P01');
    expect(lineOf(requesting).reqId).not.toBe(lineOf(verifying).reqId);
    expectNoPersonInLog(otp);
  });

  test('a unique violation, whose details quote the row', async () => {
    await service.db.execute(sql`CREATE UNIQUE INDEX surprise ON messages (phone_number)`);
    const otp = await obtainCode(service, phoneNumber);
    service.clock.advance(60);
    const answer = await service.graphql(REQUEST_OTP, { input: { phoneNumber } });
    expectMasked(answer, 'requestOtp');
    const { cause } = lineOf(answer).err;
    expect(cause).toMatchObject({ code: '23505', constraint_name: 'surprise', table_name: 'messages' });
    expect(cause.message).toBe('duplicate key value violates unique constraint "surprise"');
    expectNoPersonInLog(otp);
  });

  test('a message of the database that quotes the number and the email', async () => {
    await service.db.execute(
      sql.raw(`CREATE FUNCTION surprise() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'cannot take % of %', NEW.phone_number, NEW.first_name; END $$`),
    );
    await service.db.execute(sql`CREATE TRIGGER surprise BEFORE INSERT ON users EXECUTE FUNCTION surprise()`);
    await service.db.execute(sql`DROP TRIGGER surprise ON users`);
    await service.db.execute(
      sql`CREATE TRIGGER surprise BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION surprise()`,
    );
    const input = form({ phoneNumber, email: 'somebody@example.com' });
    const answer = await service.graphql(
      'mutation M($input: RegisterInput!) { register(input: $input) { __typename } }',
      {
        input,
      },
    );
    expectMasked(answer, 'register');
    expect(lineOf(answer).err.cause.message).toBe('cannot take +977…00 of Rishi');
    expectNoPersonInLog();
  });

  test('a value in the database that the schema cannot show', async () => {
    const { tokens, user } = await signIn(service, phoneNumber);
    await service.db.execute(sql`ALTER TABLE users ALTER COLUMN updated_at DROP NOT NULL`);
    await service.db.execute(sql`UPDATE users SET updated_at = NULL WHERE id = ${user.id}`);
    const answer = await service.graphql('{ me { updatedAt } }', {}, { token: tokens.accessToken });
    expect(answer.body.errors).toMatchObject([{ message: MASKED, extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    expect(lineOf(answer).err.message).toBe('Cannot return null for non-nullable field User.updatedAt.');
  });

  test('the caller’s own mistakes are told to the caller, and are nothing for the log', async () => {
    const mistakes: readonly [query: string, variables: object, code: string][] = [
      ['{ me { id', {}, 'GRAPHQL_PARSE_FAILED'],
      ['{ you { id } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
      [REQUEST_OTP, { input: { phoneNumber: 9779800000800 } }, 'BAD_USER_INPUT'],
      [
        'query Q($first: Int) { cities(first: $first) { pageInfo { hasNextPage } } }',
        { first: null },
        'BAD_USER_INPUT',
      ],
      ['{ cities(first: 0) { pageInfo { hasNextPage } } }', {}, 'BAD_USER_INPUT'],
      ['query A { me { id } } query B { me { id } }', {}, 'OPERATION_RESOLUTION_FAILURE'],
      ['{ me { id } }', {}, 'UNAUTHENTICATED'],
    ];
    for (const [query, variables, code] of mistakes) {
      const { body } = await service.graphql(query, variables);
      expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
      expect(body.errors?.[0]?.message).not.toBe(MASKED);
      expect(Object.keys(body.errors?.[0]?.extensions ?? {})).not.toContain('stacktrace');
    }
    expect(service.logs.filter((line) => JSON.parse(line).level > 30)).toEqual([]);
    expectNoPersonInLog();
  });

  test('an id of the request that the caller made up is not believed', async () => {
    const headers = { 'x-request-id': 'made-up', 'request-id': 'made-up' };
    const { headers: answered } = await service.graphql('{ me { id } }', {}, { headers });
    expect(answered.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    expect(service.logs.join('')).not.toContain('made-up');
  });
});

describe('E3: register with REGISTRATION=code', () => {
  beforeEach(async () => {
    service = await startService({ env: { REGISTRATION: 'code', UNKNOWN_PHONE: 'register' } });
  });

  test('tells nothing about who exists before the number is proved', async () => {
    const known = { phoneNumber: '+9779800000810', email: 'known@example.com', username: 'known' };
    const verificationCode = await obtainCode(service, known.phoneNumber);
    const registered = await register(service, form({ ...known, verificationCode }));
    expect(registered).toMatchObject({ __typename: 'RegisterSuccess' });

    service.clock.advance(60);
    const free = { email: 'free@example.com', username: 'free' };
    const tries = [
      { ...free, phoneNumber: '+9779800000811' },
      { ...free, phoneNumber: '+9779800000812', email: known.email },
      { ...free, phoneNumber: '+9779800000813', username: known.username },
      { ...free, phoneNumber: '+9779800000814', email: known.email, username: known.username, locationId: 7 },
      { ...free, phoneNumber: known.phoneNumber },
    ];
    const without = [];
    const withWrongCode = [];
    const locked = [];
    for (const attempt of tries) {
      without.push(await register(service, form(attempt)));
      const sent = service.phone.to(attempt.phoneNumber).length > 0;
      const wrong = wrongCode(sent ? service.phone.code(attempt.phoneNumber) : '000000');
      const guess = () => register(service, form({ ...attempt, verificationCode: wrong }));
      withWrongCode.push(await guess());
      for (let again = 0; again < 4; again += 1) await guess();
      locked.push(await guess());
    }
    for (const answers of [without, withWrongCode, locked]) {
      for (const answer of answers) expect(answer).toEqual(answers[0]);
    }
    expect(without[0].fields).toEqual([{ field: 'verificationCode', message: 'This field is required.' }]);
    expect(withWrongCode[0]).toMatchObject({ __typename: 'InvalidOtpError', attemptsRemaining: 2 });
    expect(locked[0]).toMatchObject({ __typename: 'AccountLockedError' });
    const [count] = await service.db.execute(sql`SELECT count(*)::int FROM users`);
    expect(count).toEqual({ count: 1 });
  });

  test('asking for a code tells nothing either', async () => {
    const known = '+9779800000820';
    const verificationCode = await obtainCode(service, known);
    await register(service, form({ phoneNumber: known, verificationCode }));
    service.clock.advance(60);
    const [first, second] = [known, '+9779800000821'].map((phoneNumber) =>
      service.graphql(REQUEST_OTP, { input: { phoneNumber } }),
    );
    const [ofKnown, ofUnknown] = [(await first)?.body.data.requestOtp, (await second)?.body.data.requestOtp];
    expect({ ...ofKnown, phoneNumber: '' }).toEqual({ ...ofUnknown, phoneNumber: '' });
    expect(service.phone.to(known).at(-1)?.text.slice(6)).toBe(service.phone.to('+9779800000821')[0]?.text.slice(6));
  });
});
