import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { giveEmail, requestEmailOtp, verifyEmail } from '../support/operations/email-operations.js';
import { signIn, wrongCode } from '../support/operations/operations.js';
import { isBehindTheAnswer } from '../support/postgres/behind-the-answer.js';
import { PostgresProxy } from '../support/postgres/postgres-proxy.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { startCountedService } from '../support/postgres/counted-service.js';
import { settled } from '../support/postgres/settled.js';
import type { TestService } from '../support/service.js';

/** What codes by email cost the database before the answer. The budget of the design: 4 statements in 3 round trips. */

/** For what a process does once. Preparing a statement on one more connection is no round trip (postgres-wire.ts). */
const WARM_UP_ROUNDS = 2;

let database: TestDatabase;
let proxy: PostgresProxy;
let service: TestService;
let people = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  proxy = await PostgresProxy.start(database.url, isBehindTheAnswer);
  service = await startCountedService({ database, databaseUrl: proxy.url });
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    service.clock.advance(2 * 86_400);
    const { token, email } = await somebody();
    const otp = await codeTo(email, token);
    await verifyEmail(service, { email, otp: wrongCode(otp) }, { token });
    await verifyEmail(service, { email, otp }, { token });
    await requestEmailOtp(service, { email, purpose: 'RESET_PASSWORD' });
    await requestEmailOtp(service, { email, purpose: 'RESET_PASSWORD' });
  }
});

afterAll(async () => {
  await service.close();
  await proxy.close();
  await database.close();
});

// No request is remembered: a process that has sent a few codes lately takes parts of the shared budgets.
beforeEach(() => service.clock.advance(2 * 86_400));

async function somebody(): Promise<{ token: string; email: string }> {
  people += 1;
  const { tokens } = await signIn(service, `+2556793${String(people).padStart(5, '0')}`);
  return { token: tokens.accessToken, email: `cost-${people}@example.com` };
}

async function codeTo(email: string, token: string): Promise<string> {
  await requestEmailOtp(service, { email, purpose: 'VERIFY_EMAIL' }, { token });
  return service.phone.code(email);
}

async function costOf(operation: () => Promise<{ __typename: string }>) {
  await settled(service, proxy);
  proxy.wire.reset();
  const { __typename: answer } = await operation();
  await settled(service, proxy);
  return { answer, ...proxy.wire.count };
}

test('requestEmailOtp, signed out: looks, and writes; the same for an address with an account and for one without', async () => {
  const { token, email } = await somebody();
  await giveEmail(service, email, token);
  service.clock.advance(2 * 86_400);
  const reset = (address: string) => requestEmailOtp(service, { email: address, purpose: 'RESET_PASSWORD' });
  const sent = { answer: 'RequestEmailOtpSuccess', statements: 2, roundTrips: 2 };
  expect(await costOf(() => reset(email))).toEqual(sent);
  expect(await costOf(() => reset(`nobody-${people}@example.com`))).toEqual(sent);
  expect(await costOf(() => reset(email))).toEqual({ answer: 'TooManyRequestsError', statements: 1, roundTrips: 1 });
});

test('requestEmailOtp, signed in: the session besides', async () => {
  const { token, email } = await somebody();
  const asked = await costOf(() => requestEmailOtp(service, { email, purpose: 'VERIFY_EMAIL' }, { token }));
  expect(asked).toEqual({ answer: 'RequestEmailOtpSuccess', statements: 3, roundTrips: 3 });
});

test('verifyEmail: the session, the claim, and everything that a right code does', async () => {
  const { token, email } = await somebody();
  const otp = await codeTo(email, token);
  const wrong = await costOf(() => verifyEmail(service, { email, otp: wrongCode(otp) }, { token }));
  const right = await costOf(() => verifyEmail(service, { email, otp }, { token }));
  // The failure is counted for networks and for all.
  expect(wrong).toEqual({ answer: 'InvalidOtpError', statements: 3, roundTrips: 3 });
  expect(right).toEqual({ answer: 'VerifyEmailSuccess', statements: 3, roundTrips: 3 });
});
