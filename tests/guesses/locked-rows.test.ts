import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LONGEST_TURN_WAIT_MS } from '../../src/platform/turns.js';
import {
  countOf,
  inParallel,
  obtainCode,
  register,
  signIn,
  VERIFY_OTP,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import { CHANGE_PASSWORD, LOGIN, login } from '../support/operations/session-operations.js';
import { startService, type TestService, MANY_TEXTS } from '../support/service.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { waitingBehind } from '../support/postgres/waiting-behind.js';
import { hashOf } from '../support/hashed-subject.js';

/**
 * A guess is counted before it is compared. If the statement after that fails because of the database, a right code has
 * used up no attempt: it is given back, three times at most (case E4).
 */

let database: TestDatabase;
let service: TestService;
let serial = 0;
beforeAll(async () => {
  database = await openTestDatabase();
  const longestTurnWaitMs = LONGEST_TURN_WAIT_MS;
  service = await startService({ database, longestTurnWaitMs, env: { ...MANY_TEXTS, CAPTCHA: 'off' } });
});
afterAll(async () => {
  await service.close();
  await database.db.execute(sql`DROP FUNCTION IF EXISTS fail CASCADE`);
  await database.close();
});

function nextNumber(): string {
  serial += 1;
  return `+97798000052${String(serial).padStart(2, '0')}`;
}

/** A number with an account, and a code for it. */
async function accountWithCode(): Promise<{ phoneNumber: string; otp: string }> {
  const phoneNumber = nextNumber();
  await signIn(service, phoneNumber);
  service.clock.advance(61);
  return { phoneNumber, otp: await obtainCode(service, phoneNumber) };
}

/** While `task` runs, another transaction holds the row of the number's account. */
async function whileLocked<Result>(phoneNumber: string, task: () => Promise<Result>): Promise<Result> {
  return database.db.transaction(async (other) => {
    await other.execute(sql`SELECT 1 FROM users WHERE phone_number = ${phoneNumber} FOR UPDATE`);
    return task();
  });
}

const PASSWORD = 'Correct-horse-battery-9';

/** An account with a password and an email address. */
async function accountWithPassword(): Promise<{ phoneNumber: string; email: string; token: string }> {
  const phoneNumber = nextNumber();
  const email = `${phoneNumber.slice(1)}@example.org`;
  const names = { firstName: 'Asha', lastName: 'Rai', password: PASSWORD, passwordConfirm: PASSWORD };
  const { tokens } = await register(service, { phoneNumber, email, ...names });
  return { phoneNumber, email, token: tokens.accessToken };
}

async function guessesAtPassword(): Promise<number> {
  const [row] = await database.db.execute<{ count: number }>(sql`
    SELECT coalesce(sum(cardinality(failures)), 0)::int AS count FROM guess_budgets WHERE subject LIKE 'password%'`);
  return row?.count ?? 0;
}

/** Whether the call failed without an answer about the code. */
async function submissionFails(input: object): Promise<boolean> {
  const { body } = await service.graphql(VERIFY_OTP, { input });
  return body.errors !== undefined;
}

async function counted(phoneNumber: string): Promise<{ attempts: number; failures: number }> {
  const [row] = await database.db.execute<{ attempts: number; failures: number }>(sql`
    SELECT attempts, (SELECT coalesce(sum(cardinality(failures)), 0)::int FROM guess_budgets
      WHERE subject LIKE ${`%${hashOf(phoneNumber)}%`}) AS failures
    FROM otp_challenges WHERE phone_number = ${phoneNumber}`);
  if (!row) throw new Error('no challenge');
  return { attempts: row.attempts, failures: row.failures };
}

describe('a right code that meets a locked row', () => {
  test('has used up no attempt, and signs in when the row is free', async () => {
    const account = await accountWithCode();
    expect(await whileLocked(account.phoneNumber, () => submissionFails(account))).toBe(true);
    expect(await counted(account.phoneNumber)).toEqual({ attempts: 0, failures: 0 });
    expect(await verifyOtp(service, account)).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });

  test('gives back its own attempt only: wrong guesses before it stay counted', async () => {
    const account = await accountWithCode();
    await verifyOtp(service, { ...account, otp: wrongCode(account.otp) });
    expect(await whileLocked(account.phoneNumber, () => submissionFails(account))).toBe(true);
    expect(await counted(account.phoneNumber)).toEqual({ attempts: 1, failures: 1 });
  });

  test('leaves wrong guesses as they are counted: a locked row gives none of them back', async () => {
    const account = await accountWithCode();
    await whileLocked(account.phoneNumber, async () => {
      for (const remaining of [2, 1, 0]) {
        const answer = await verifyOtp(service, { ...account, otp: wrongCode(account.otp) });
        expect(answer).toMatchObject({ __typename: 'InvalidOtpError', attemptsRemaining: remaining });
      }
    });
    expect(await counted(account.phoneNumber)).toEqual({ attempts: 3, failures: 3 });
  });
});

describe('a right password that meets a locked row', () => {
  const loginFails = async (email: string) =>
    (await service.graphql(LOGIN, { input: { identifier: email, password: PASSWORD } })).body.errors !== undefined;

  test('has used up no guess, and signs in when the row is free', async () => {
    const { phoneNumber, email } = await accountWithPassword();
    const before = await guessesAtPassword();
    await login(service, { identifier: email, password: 'wrong' });
    const fails = await whileLocked(phoneNumber, () => inParallel(8, () => loginFails(email)));
    expect(fails).toEqual(Array(8).fill(true));
    expect(await guessesAtPassword()).toBe(before + 1);
    expect(await login(service, { identifier: email, password: PASSWORD })).toMatchObject({
      __typename: 'LoginSuccess',
    });
  });

  test('has used up no guess when the password is changed', async () => {
    const { phoneNumber, token } = await accountWithPassword();
    const before = await guessesAtPassword();
    const newPassword = 'Another-horse-battery-9';
    const input = { currentPassword: PASSWORD, newPassword, newPasswordConfirm: newPassword };
    const { body } = await whileLocked(phoneNumber, () => service.graphql(CHANGE_PASSWORD, { input }, { token }));
    expect(body.errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
    expect(await guessesAtPassword()).toBe(before);
  });

  test('sixty wait for the row that counts its guesses, and nobody else does', async () => {
    const [locked, other] = [await accountWithPassword(), await accountWithPassword()];
    await login(service, { identifier: locked.email, password: 'wrong' });
    const waited = await database.db.transaction(async (stranger) => {
      await stranger.execute(sql`SELECT 1 FROM guess_budgets
        WHERE subject = (SELECT 'password:' || id FROM users WHERE email = ${locked.email}) FOR UPDATE`);
      const stuck = inParallel(60, () => loginFails(locked.email));
      await waitingBehind(stranger, 1);
      const began = performance.now();
      const answer = await login(service, { identifier: other.email, password: PASSWORD });
      expect(answer).toMatchObject({ __typename: 'LoginSuccess' });
      const waited = performance.now() - began;
      expect(await stuck).toEqual(Array(60).fill(true));
      return waited;
    });
    expect(waited).toBeLessThan(4_000);
  });
});

test('a right password that comes twenty times at once signs in twenty times, and locks nobody out', async () => {
  const { email } = await accountWithPassword();
  const answers = await inParallel(20, () => login(service, { identifier: email, password: PASSWORD }));
  expect(countOf(answers)).toEqual({ LoginSuccess: 20 });
});

describe('a right code whose session cannot be written', () => {
  /** While `task` runs, writing a session fails with this SQLSTATE. */
  async function whileFailing<Result>(state: string, task: () => Promise<Result>): Promise<Result> {
    await database.db.execute(
      sql.raw(`
      CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'made to fail' USING ERRCODE = '${state}'; END $$`),
    );
    await database.db.execute(sql`
      CREATE OR REPLACE TRIGGER fails BEFORE INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION fail()`);
    return task().finally(() => database.db.execute(sql`DROP TRIGGER fails ON sessions`));
  }

  test.each([
    ['a disk that is full', '53100'],
    ['too little memory', '53200'],
    ['a statement that takes too long', '57014'],
    ['a serialization failure', '40001'],
    ['a database that takes no writes', '25006'],
  ])('has used up no attempt after %s', async (_what, state) => {
    const account = await accountWithCode();
    expect(await whileFailing(state, () => submissionFails(account))).toBe(true);
    expect(await counted(account.phoneNumber)).toEqual({ attempts: 0, failures: 0 });
    expect(await verifyOtp(service, account)).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });

  test('gives back three attempts at most: breaking statements on purpose brings no further guesses', async () => {
    const account = await accountWithCode();
    await whileFailing('53100', async () => {
      // Three that are given back, and the three attempts of the code. Then no submission is looked at any more.
      for (const attempts of [0, 0, 0, 1, 2, 3]) {
        expect(await submissionFails(account)).toBe(true);
        expect((await counted(account.phoneNumber)).attempts).toBe(attempts);
      }
      const answers = await Promise.all([1, 2, 3, 4, 5].map(() => verifyOtp(service, account)));
      for (const answer of answers)
        expect(answer).toMatchObject({ __typename: 'InvalidOtpError', attemptsRemaining: 0 });
    });
  });

  test('has used one up after a fault of the service itself', async () => {
    const account = await accountWithCode();
    expect(await whileFailing('23514', () => submissionFails(account))).toBe(true);
    expect(await counted(account.phoneNumber)).toEqual({ attempts: 1, failures: 1 });
  });
});
