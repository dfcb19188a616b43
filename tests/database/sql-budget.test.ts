import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  form,
  me,
  obtainCode,
  register,
  requestOtp,
  signIn,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import { isBehindTheAnswer } from '../support/postgres/behind-the-answer.js';
import { PostgresProxy } from '../support/postgres/postgres-proxy.js';
import type { WireCount } from '../support/postgres/postgres-wire.js';
import { GUARDED } from '../support/pumping.js';
import { startCountedService } from '../support/postgres/counted-service.js';
import { settled } from '../support/postgres/settled.js';
import type { TestService } from '../support/service.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { overtaken } from '../support/overtaken.js';
import { hashOf } from '../support/hashed-subject.js';

/**
 * What operations cost the database before they are answered, counted between the service and PostgreSQL. Exact figures,
 * not "at most": a change of one of them is to be seen here. The budgets of the design: me 1 statement in 1 round trip,
 * requestOtp 3 in 3, verifyOtp with a wrong code 2 in 2, with a right one 4 in 3, register 4 in 3.
 */

/** For what a process does once. Preparing a statement on one more connection is no round trip (postgres-wire.ts). */
const WARM_UP_ROUNDS = 2;

let database: TestDatabase;
let proxy: PostgresProxy;
let service: TestService;

beforeAll(async () => {
  database = await openTestDatabase();
  proxy = await PostgresProxy.start(database.url, isBehindTheAnswer);
  // Events for other services are wanted, and cost nobody a statement.
  const env = { ...GUARDED, SERVICE_TOKENS: `crm:events:${'0'.repeat(64)}` };
  service = await startCountedService({ database, databaseUrl: proxy.url, env });
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    await everything();
  }
});

afterAll(async () => {
  await service.close();
  await proxy.close();
  await database.close();
});

/** What the tests below do, or stands before it. */
async function everything(): Promise<void> {
  const known = newNumber();
  const { tokens, deviceToken } = await signIn(service, known);
  await me(service, tokens.accessToken);
  service.clock.advance(60);
  const used = { phoneNumber: known, otp: await obtainCode(service, known), deviceToken };
  for (let times = 0; times < 2; times += 1) await verifyOtp(service, used);
  const phoneNumber = newNumber();
  const otp = await obtainCode(service, phoneNumber);
  const { email } = await verified();
  await verifyOtp(service, { phoneNumber, otp: wrongCode(otp) });
  await register(service, newForm({ phoneNumber, email, verificationCode: otp }));
  await register(service, newForm({ phoneNumber, verificationCode: otp }));
  const claimed = newForm();
  await register(service, claimed);
  await signIn(service, String(claimed['phoneNumber']));
  service.clock.advance(60);
  await spentMeanwhile(phoneNumber, () => requestOtp(service, { phoneNumber }));
}

let people = 0;

/** Each in a range of its own: many of them prove nothing, and the pumping guard is on. */
function newNumber(): string {
  people += 1;
  return `+25567${String(people).padStart(3, '0')}0000`;
}

function newForm(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const phoneNumber = newNumber();
  return form({ phoneNumber, email: `user-${people}@example.com`, ...changes });
}

/** Registers somebody who has verified the number, and so reserves the email address. */
async function verified(): Promise<Record<string, unknown>> {
  const phoneNumber = newNumber();
  const input = newForm({ phoneNumber });
  await register(service, { ...input, verificationCode: await obtainCode(service, phoneNumber) });
  return input;
}

interface Cost extends WireCount {
  /** What the caller was told. */
  readonly answer: string;
}

async function costOf(operation: () => Promise<{ __typename: string }>): Promise<Cost> {
  await settled(service, proxy);
  proxy.wire.reset();
  const { __typename: answer } = await operation();
  await settled(service, proxy);
  return { answer, ...proxy.wire.count };
}

/** While the operation waits for the row of a number's budget, somebody else spends the rest of it. */
function spentMeanwhile<Answer>(phoneNumber: string, operation: () => Promise<Answer>): Promise<Answer> {
  const key = `sends:number:${hashOf(phoneNumber)}:3600`;
  return overtaken(database, sql`UPDATE rate_budgets SET counts[13] = max WHERE key = ${key}`, operation);
}

describe('me', () => {
  async function costOfMe(token?: string): Promise<Cost> {
    return costOf(async () => {
      const { body } = await me(service, token);
      return { __typename: body.errors?.[0]?.extensions.code ?? 'User' };
    });
  }

  test('asks for session, user and city at once', async () => {
    const { tokens } = await signIn(service, newNumber());

    expect(await costOfMe(tokens.accessToken)).toEqual({ answer: 'User', statements: 1, roundTrips: 1 });
    expect(await costOfMe(tokens.accessToken)).toEqual({ answer: 'User', statements: 1, roundTrips: 1 });
  });

  test('asks for nothing without a token, or with a forged one', async () => {
    const nothing = { answer: 'UNAUTHENTICATED', statements: 0, roundTrips: 0 };

    expect(await costOfMe()).toEqual(nothing);
    expect(await costOfMe('e30.e30.forged')).toEqual(nothing);
  });
});

test('signInOptions asks for nothing', async () => {
  const cost = await costOf(async () => {
    const { body } = await service.graphql('{ signInOptions { __typename codeLength countries { code } } }');
    return body.data.signInOptions;
  });
  expect(cost).toEqual({ answer: 'SignInOptions', statements: 0, roundTrips: 0 });
});

describe('requestOtp', () => {
  const sent = { answer: 'RequestOtpSuccess', statements: 2, roundTrips: 2 };

  // No request is remembered: a process that has sent a few codes lately takes parts of the shared budgets.
  beforeEach(() => service.clock.advance(2 * 86_400));

  test('looks, and then opens the challenge with its message', async () => {
    const phoneNumber = newNumber();

    expect(await costOf(() => requestOtp(service, { phoneNumber }))).toEqual(sent);
    service.clock.advance(60);
    expect(await costOf(() => requestOtp(service, { phoneNumber }))).toEqual(sent);
    expect(service.phone.to(phoneNumber)).toHaveLength(2);
  });

  test('settles the message and counts the send behind the answer', async () => {
    await costOf(() => requestOtp(service, { phoneNumber: newNumber() }));

    // The message; the note of the request; and of the guard: read, write.
    expect(proxy.wire.behind).toBe(4);
  });

  test('costs the same for a number that has an account', async () => {
    const phoneNumber = newNumber();
    await signIn(service, phoneNumber);
    service.clock.advance(60);

    expect(await costOf(() => requestOtp(service, { phoneNumber }))).toEqual(sent);
  });

  test('has one statement for asking too soon, and none for what is no number', async () => {
    const phoneNumber = newNumber();
    await requestOtp(service, { phoneNumber });

    const tooSoon = await costOf(() => requestOtp(service, { phoneNumber }));
    const noNumber = await costOf(() => requestOtp(service, { phoneNumber: '12' }));

    expect(tooSoon).toEqual({ answer: 'TooManyRequestsError', statements: 1, roundTrips: 1 });
    expect(noNumber).toEqual({ answer: 'InvalidInputError', statements: 0, roundTrips: 0 });
  });

  test('has one statement where a budget is spent, and none for what is not sent to', async () => {
    const phoneNumber = newNumber();
    for (let send = 0; send < 5; send += 1) {
      await requestOtp(service, { phoneNumber });
      service.clock.advance(60);
    }

    const spent = await costOf(() => requestOtp(service, { phoneNumber }));
    const landline = await costOf(() => requestOtp(service, { phoneNumber: '+442079460958' }));

    expect(spent).toEqual({ answer: 'TooManyRequestsError', statements: 1, roundTrips: 1 });
    expect(landline).toEqual({ answer: 'DestinationNotAllowedError', statements: 0, roundTrips: 0 });
  });

  test('gives back what it spent in a third statement, when somebody else takes the last unit in the meantime', async () => {
    const phoneNumber = newNumber();
    await requestOtp(service, { phoneNumber });
    service.clock.advance(60);
    const others = sql`SELECT sum(c)::int FROM rate_budgets, unnest(counts) c WHERE NOT starts_with(key, 'sends:number')`;
    const before = await database.db.execute(others);

    const cost = await costOf(() => spentMeanwhile(phoneNumber, () => requestOtp(service, { phoneNumber })));

    expect(cost).toEqual({ answer: 'TooManyRequestsError', statements: 3, roundTrips: 3 });
    expect(await database.db.execute(others)).toEqual(before);
  });
});

describe('requestOtp in a busy process', () => {
  test('has a third statement once: it takes parts of the budgets that all share, and then spends from memory', async () => {
    // No request is remembered.
    service.clock.advance(2 * 86_400);
    const costs: Cost[] = [];
    for (let times = 0; times < 8; times += 1)
      costs.push(await costOf(() => requestOtp(service, { phoneNumber: newNumber() })));

    const [two, three] = [2, 3].map((count) => ({
      answer: 'RequestOtpSuccess',
      statements: count,
      roundTrips: count,
    }));
    expect(costs).toEqual([two, two, two, three, two, two, two, two]);
  });
});

describe('verifyOtp', () => {
  const signedIn = { answer: 'VerifyOtpSuccess', statements: 3, roundTrips: 3 };

  test('counts a wrong guess before it is compared and the failure afterwards, whether a code was sent or not', async () => {
    const phoneNumber = newNumber();
    const otp = wrongCode(await obtainCode(service, phoneNumber));
    const wrong = { answer: 'InvalidOtpError', statements: 2, roundTrips: 2 };

    expect(await costOf(() => verifyOtp(service, { phoneNumber, otp }))).toEqual(wrong);
    expect(await costOf(() => verifyOtp(service, { phoneNumber: newNumber(), otp }))).toEqual(wrong);
  });

  test('costs a device that the account knows no more, and less for a wrong guess: it is no failure of strangers', async () => {
    const phoneNumber = newNumber();
    const { deviceToken } = await signIn(service, phoneNumber);
    service.clock.advance(60);
    const otp = await obtainCode(service, phoneNumber);
    const wrong = { answer: 'InvalidOtpError', statements: 1, roundTrips: 1 };

    expect(await costOf(() => verifyOtp(service, { phoneNumber, otp: wrongCode(otp), deviceToken }))).toEqual(wrong);
    expect(await costOf(() => verifyOtp(service, { phoneNumber, otp, deviceToken }))).toEqual(signedIn);
  });

  test('has one statement for a locked number, and none for what is no code', async () => {
    const phoneNumber = newNumber();
    const guess = () => verifyOtp(service, { phoneNumber, otp: '000000' });
    for (let guesses = 0; guesses < 6; guesses += 1) await guess();

    expect(await costOf(guess)).toEqual({ answer: 'AccountLockedError', statements: 1, roundTrips: 1 });
    expect(await costOf(() => verifyOtp(service, { phoneNumber, otp: '12345' }))).toEqual({
      answer: 'InvalidInputError',
      statements: 0,
      roundTrips: 0,
    });
  });

  test('claims the guess, looks and then signs in, a new member and a known one', async () => {
    const known = newNumber();
    await signIn(service, known);
    service.clock.advance(60);

    for (const phoneNumber of [newNumber(), known]) {
      const otp = await obtainCode(service, phoneNumber);
      expect(await costOf(() => verifyOtp(service, { phoneNumber, otp }))).toEqual(signedIn);
    }
  });

  test('has two statements for the code that was just used: the claim, and giving it back', async () => {
    const phoneNumber = newNumber();
    const otp = await obtainCode(service, phoneNumber);
    await verifyOtp(service, { phoneNumber, otp });

    const cost = await costOf(() => verifyOtp(service, { phoneNumber, otp }));

    expect(cost).toEqual({ answer: 'InvalidOtpError', statements: 2, roundTrips: 2 });
  });

  test('costs the same where a stranger had registered the number and their sessions end', async () => {
    const phoneNumber = newNumber();
    await register(service, newForm({ phoneNumber }));
    const otp = await obtainCode(service, phoneNumber);

    const cost = await costOf(() => verifyOtp(service, { phoneNumber, otp }));

    expect(cost).toEqual(signedIn);
  });

  test('costs the same where the owner gets an account of their own, or is told to register', async () => {
    const strict = await startCountedService({ database, databaseUrl: proxy.url, env: { UNKNOWN_PHONE: 'register' } });
    const costs: Cost[] = [];
    for (const at of [service, strict]) {
      for (let round = 0; round <= WARM_UP_ROUNDS / 2; round += 1) {
        const phoneNumber = newNumber();
        for (let time = 0; time < 2; time += 1) await register(at, newForm({ phoneNumber }));
        const otp = await obtainCode(at, phoneNumber);
        costs.push(await costOf(() => verifyOtp(at, { phoneNumber, otp })));
      }
    }
    await strict.close();

    expect(costs.filter(({ answer }) => answer === 'VerifyOtpSuccess').at(-1)).toEqual(signedIn);
    expect(costs.at(-1)).toEqual({ ...signedIn, answer: 'RegistrationRequiredError' });
  });

  test('costs an owner who is signed in the same', async () => {
    const phoneNumber = newNumber();
    const { tokens } = await register(service, newForm({ phoneNumber }));
    const otp = await obtainCode(service, phoneNumber);
    const token = tokens.accessToken;

    expect(await costOf(() => verifyOtp(service, { phoneNumber, otp }, { token }))).toEqual(signedIn);
  });
});

describe('register', () => {
  const costOfForm = (input: object) => costOf(() => register(service, input));

  test('looks what is taken and what is spent, pays, and then makes account and session', async () => {
    const { roundTrips, ...cost } = await costOfForm(newForm());
    expect(cost).toEqual({ answer: 'RegisterSuccess', statements: 4 });
    // One fewer where what is taken is not known yet when the budgets pay.
    expect(roundTrips).toBeLessThanOrEqual(3);
  });

  test('looks what is taken while it claims the guess, where a code is given', async () => {
    const phoneNumber = newNumber();
    const verificationCode = await obtainCode(service, phoneNumber);
    const input = newForm({ phoneNumber, verificationCode });

    expect(await costOfForm(input)).toEqual({ answer: 'RegisterSuccess', statements: 3, roundTrips: 2 });
  });

  test('does not go on after a wrong code', async () => {
    const phoneNumber = newNumber();
    const verificationCode = wrongCode(await obtainCode(service, phoneNumber));
    const input = newForm({ phoneNumber, verificationCode });

    const { roundTrips, ...cost } = await costOfForm(input);
    expect(cost).toEqual({ answer: 'InvalidOtpError', statements: 3 });
    // One fewer where what is taken is not known yet when the failure is counted.
    expect(roundTrips).toBeLessThanOrEqual(2);
  });

  test('gives a right code back when something else is taken', async () => {
    const { email } = await verified();
    const phoneNumber = newNumber();
    const verificationCode = await obtainCode(service, phoneNumber);
    const input = newForm({ phoneNumber, verificationCode, email });

    expect(await costOfForm(input)).toEqual({ answer: 'InvalidInputError', statements: 3, roundTrips: 2 });
  });

  test('looks and pays for a taken email, and does nothing for a form that is wrong in itself', async () => {
    const { email } = await verified();

    const { roundTrips, ...taken } = await costOfForm(newForm({ email }));
    const wrong = await costOfForm(newForm({ passwordConfirm: 'something else' }));

    expect(taken).toEqual({ answer: 'InvalidInputError', statements: 3 });
    expect(roundTrips).toBeLessThanOrEqual(2);
    expect(wrong).toEqual({ answer: 'InvalidInputError', statements: 0, roundTrips: 0 });
  });
});
