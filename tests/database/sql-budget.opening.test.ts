import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  continueSignIn,
  form,
  obtainCode,
  requestOtp,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import { NEW_PASSWORD, resetCode } from '../support/operations/reset-operations.js';
import { isBehindTheAnswer } from '../support/postgres/behind-the-answer.js';
import { PostgresProxy } from '../support/postgres/postgres-proxy.js';
import { startCountedService } from '../support/postgres/counted-service.js';
import { MANY_TEXTS, type TestService } from '../support/service.js';
import { login, registered } from '../support/operations/session-operations.js';
import { beginAnew, DAY, setRole, waitingFor } from '../support/sleepers.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';

/** What further proofs cost the database before the answer: at most 4 statements in 3 round trips. Exact figures. */

/** For what a process does once. Preparing a statement on one more connection is no round trip (postgres-wire.ts). */
const WARM_UP_ROUNDS = 2;
const PASSWORD = 'SecurePassword123!';
const three = { statements: 3, roundTrips: 3 };

let database: TestDatabase;
let proxy: PostgresProxy;
let service: TestService;
let people = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  proxy = await PostgresProxy.start(database.url, isBehindTheAnswer);
  service = await startCountedService({ database, databaseUrl: proxy.url, env: { ...MANY_TEXTS, NOTICES: 'off' } });
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    const sleeper = await asleep();
    const continuationToken = await waitingFor(service, sleeper.phoneNumber);
    await continueSignIn(service, { continuationToken, password: 'wrong' });
    await continueSignIn(service, { continuationToken, password: PASSWORD });
    await beginAnew(service, await waitingFor(service, (await asleep()).phoneNumber));
    const admin = await administrator();
    await continueByCode(admin, await admin.waiting());
    await forget(await account());
    await forget(await asleep());
  }
});

afterAll(async () => {
  await service.close();
  await proxy.close();
  await database.close();
});

async function account() {
  people += 1;
  const phoneNumber = `+2556794${String(people).padStart(5, '0')}`;
  const username = `cost${people}`;
  const verificationCode = await obtainCode(service, phoneNumber);
  const input = form({ phoneNumber, email: `cost-${people}@example.com`, username, verificationCode });
  return { phoneNumber, username, ...(await registered(service, input)) };
}

async function asleep() {
  const sleeper = await account();
  service.clock.advance(90 * DAY);
  return sleeper;
}

async function administrator() {
  const admin = await account();
  await setRole(service, admin.user.id, 'ADMIN');
  const waiting = async () =>
    (await login(service, { identifier: admin.username, password: PASSWORD })).continuationToken;
  return { ...admin, waiting };
}

/** It asks for nothing besides: the user's sessions would be a statement more. */
async function reset(given: object): Promise<{ __typename: string }> {
  const input = { newPassword: NEW_PASSWORD, newPasswordConfirm: NEW_PASSWORD, ...given };
  const query = 'mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { __typename } }';
  return (await service.graphql(query, { input })).body.data.resetPassword;
}

/** Once with a wrong code. */
async function forget({ phoneNumber }: { phoneNumber: string }): Promise<void> {
  service.clock.advance(60);
  const code = await resetCode(service, phoneNumber);
  await reset({ phoneNumber, otp: wrongCode(code.otp) });
  await reset({ phoneNumber, ...code });
}

async function codeOf({ phoneNumber }: { phoneNumber: string }): Promise<string> {
  service.clock.advance(60);
  await requestOtp(service, { phoneNumber });
  return service.phone.code(phoneNumber);
}

async function continueByCode(admin: { phoneNumber: string }, continuationToken: string) {
  return continueSignIn(service, { continuationToken, otp: await codeOf(admin) });
}

async function costOf(operation: () => Promise<{ __typename: string }>) {
  await service.background.outbox.drain();
  await service.background.deliveries.drain();
  await service.background.sends.idle();
  proxy.wire.reset();
  const { __typename: answer } = await operation();
  return { answer, ...proxy.wire.count };
}

test('verifyOtp claims the guess, looks, and keeps what was shown', async () => {
  const { phoneNumber } = await asleep();
  const otp = await codeOf({ phoneNumber });
  const cost = await costOf(() => verifyOtp(service, { phoneNumber, otp }));
  expect(cost).toEqual({ answer: 'FurtherProofRequiredError', ...three });
});

test('login claims the guess and keeps what was shown', async () => {
  const { username } = await administrator();
  const cost = await costOf(() => login(service, { identifier: username, password: PASSWORD }));
  expect(cost).toEqual({ answer: 'FurtherProofRequiredError', statements: 2, roundTrips: 2 });
});

test('continueSignIn looks, claims the guess and opens the account; a wrong guess is counted as a failure', async () => {
  const { phoneNumber } = await asleep();
  const continuationToken = await waitingFor(service, phoneNumber);
  const guess = (password: string) => costOf(() => continueSignIn(service, { continuationToken, password }));
  expect(await guess('wrong')).toEqual({ answer: 'InvalidCredentialsError', ...three });
  expect(await guess(PASSWORD)).toEqual({ answer: 'VerifyOtpSuccess', ...three });
});

test('continueSignIn costs the same with a code', async () => {
  const admin = await administrator();
  const continuationToken = await admin.waiting();
  const otp = await codeOf(admin);
  const cost = await costOf(() => continueSignIn(service, { continuationToken, otp }));
  expect(cost).toEqual({ answer: 'VerifyOtpSuccess', ...three });
});

test('continueSignIn looks and moves the number to a new account, and asks nothing for what is no token', async () => {
  const { phoneNumber } = await asleep();
  const continuationToken = await waitingFor(service, phoneNumber);
  const cost = await costOf(() => beginAnew(service, continuationToken));
  const nothing = await costOf(() => beginAnew(service, 'no token'));
  expect(cost).toEqual({ answer: 'VerifyOtpSuccess', statements: 2, roundTrips: 2 });
  expect(nothing).toEqual({ answer: 'InvalidTokenError', statements: 0, roundTrips: 0 });
});

test('resetPassword claims the guess, looks, and sets the password or keeps it; a wrong guess is counted as a failure', async () => {
  // In this order: the clock moves by 90 days until one sleeps.
  const [sleeper, { phoneNumber }] = [await asleep(), await account()];
  service.clock.advance(60);
  const code = await resetCode(service, phoneNumber);
  const wrong = wrongCode(code.otp);
  expect(await costOf(() => reset({ phoneNumber, otp: wrong }))).toEqual({
    ...{ answer: 'InvalidOtpError', statements: 2, roundTrips: 2 },
  });
  expect(await costOf(() => reset({ phoneNumber, ...code }))).toEqual({
    ...{ answer: 'ResetPasswordSuccess', ...three },
  });
  const waiting = { phoneNumber: sleeper.phoneNumber, ...(await resetCode(service, sleeper.phoneNumber)) };
  expect(await costOf(() => reset(waiting))).toEqual({
    answer: 'FurtherProofRequiredError',
    ...three,
  });
});
