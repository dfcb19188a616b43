import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  continueSignIn,
  countOf,
  form,
  inParallel,
  me,
  register,
  requestOtp,
  signIn,
  verifyOtp,
} from '../support/operations/operations.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { auditOf, login, refresh, registered, trailOf } from '../support/operations/session-operations.js';
import { beginAnew, DAY, livingSessions, showCode, userRow, verifyEmailOf, waitingFor } from '../support/sleepers.js';

/** N5: a number was given to somebody else, and its old owner's account still has it. Every row of docs/decisions/0037. */

const PASSWORD = 'SecurePassword123!';

let service: TestService;
let people = 0;
function nextNumber(): string {
  people += 1;
  return `+97798012${String(people).padStart(5, '0')}`;
}

beforeAll(async () => {
  // A session that outlives the sleep can keep the account.
  service = await startService({
    env: { ...MANY_TEXTS, REFRESH_TOKEN_TTL: String(120 * DAY), SESSION_MAX_AGE: String(200 * DAY) },
  });
});
afterAll(() => service.close());

/** An account with a verified number, and what else its owner can prove. */
async function owner({ password = false } = {}) {
  const phoneNumber = nextNumber();
  if (!password) return { phoneNumber, ...(await signIn(service, phoneNumber)) };
  await requestOtp(service, { phoneNumber });
  const verificationCode = service.phone.code(phoneNumber);
  const username = `owner${people}`;
  const input = form({ phoneNumber, email: `owner-${people}@example.com`, username, verificationCode });
  return { phoneNumber, username, ...(await registered(service, input)) };
}

const sleep = (days = 90) => service.clock.advance(days * DAY);

test('the new owner of a number does not get into a sleeping account, and the old one does with the password', async () => {
  const { phoneNumber, user } = await owner({ password: true });
  sleep();

  const answer = await showCode(service, phoneNumber);
  expect(answer).toMatchObject({ __typename: 'FurtherProofRequiredError', methods: ['PASSWORD'], availableAt: null });

  const { continuationToken } = answer;
  const opened = await continueSignIn(service, { continuationToken, password: PASSWORD });
  expect(opened).toMatchObject({ __typename: 'VerifyOtpSuccess', newMember: false, user: { id: user.id } });
  expect((await me(service, opened.tokens.accessToken)).body.data.me.id).toBe(user.id);
  expect((await trailOf(service, user.id)).at(-1)).toMatchObject({
    ...{ kind: 'signed_in', deviceKnown: false },
    details: { methods: ['otp', 'sms', 'pwd'], furtherProof: 'PASSWORD' },
  });
  expect(await userRow(service, user.id)).toMatchObject({ lastUsedAt: service.clock.now(), claimedAt: null });
});

test('the device that the owner used before needs the code alone', async () => {
  const { phoneNumber, user, deviceToken } = await owner({ password: true });
  sleep();

  expect(await showCode(service, phoneNumber, { deviceToken })).toMatchObject({ user: { id: user.id } });
});

test('a device token of another account opens nothing', async () => {
  const { phoneNumber } = await owner({ password: true });
  sleep(89);
  const thief = await owner();
  sleep(1);

  const answer = await showCode(service, phoneNumber, { deviceToken: thief.deviceToken });
  expect(answer.__typename).toBe('FurtherProofRequiredError');
});

test('an account that was used a second less ago opens by a code', async () => {
  const { phoneNumber, user } = await owner({ password: true });
  service.clock.advance(90 * DAY - 61);
  expect(await showCode(service, phoneNumber)).toMatchObject({ user: { id: user.id } });
});

test('a refreshed session is use, at most once a day', async () => {
  const { phoneNumber, user, tokens } = await owner();
  service.clock.advance(DAY - 1);
  const first = await refresh(service, tokens.refreshToken);
  const usedAt = (await userRow(service, user.id))?.lastUsedAt;
  service.clock.advance(1);
  await refresh(service, first.tokens.refreshToken);
  expect((await userRow(service, user.id))?.lastUsedAt).not.toEqual(usedAt);
  sleep(89);

  expect(await showCode(service, phoneNumber)).toMatchObject({ user: { id: user.id } });
});

test('the password of a sleeping account opens it: only the number changed hands', async () => {
  const { username, user } = await owner({ password: true });
  sleep();
  expect(await login(service, { identifier: username, password: PASSWORD })).toMatchObject({ user: { id: user.id } });
});

test('without another proof, the number goes to a new account and the old one keeps everything else', async () => {
  const { phoneNumber, username, user } = await owner({ password: true });
  sleep();

  const moved = await beginAnew(service, await waitingFor(service, phoneNumber));
  expect(moved).toMatchObject({
    __typename: 'VerifyOtpSuccess',
    newMember: true,
    user: { phoneNumber, phoneVerified: true, firstName: null, username: null, email: null, hasPassword: false },
  });
  expect(moved.user.id).not.toBe(user.id);
  expect(await userRow(service, user.id)).toMatchObject({
    phoneNumber: null,
    phoneVerifiedAt: null,
    firstName: 'Rishi',
  });
  const stranger = { sessionId: null, deviceId: null, ipAddress: null, userAgent: null };
  expect(await auditOf(service, user.id)).toEqual([
    expect.objectContaining({ kind: 'number_moved_to_new_account', actorKind: 'ANONYMOUS', phoneNumber, ...stranger }),
  ]);

  // The next codes open the new one, and the old owner signs in by password.
  expect(await showCode(service, phoneNumber)).toMatchObject({ user: { id: moved.user.id } });
  expect(await login(service, { identifier: username, password: PASSWORD })).toMatchObject({ user: { id: user.id } });
});

test('the account that lost its number is no unfinished registration: housekeeping leaves it alone', async () => {
  const { phoneNumber, user } = await owner({ password: true });
  sleep();
  await beginAnew(service, await waitingFor(service, phoneNumber));
  service.clock.advance(8 * DAY);
  await service.background.housekeeper.run();
  expect((await userRow(service, user.id))?.id).toBe(user.id);
});

test('an account with nothing but its number opens by a new code three days after the first one, and not before', async () => {
  const { phoneNumber, user } = await owner();
  sleep();

  const answer = await showCode(service, phoneNumber);
  const firstAt = service.clock.now().getTime();
  const availableAt = new Date(firstAt + 3 * DAY * 1000).toISOString();
  expect(answer).toMatchObject({ __typename: 'FurtherProofRequiredError', methods: [], availableAt });

  service.clock.advance(2 * DAY);
  expect(await showCode(service, phoneNumber)).toMatchObject({ __typename: 'FurtherProofRequiredError', availableAt });

  service.clock.advance(DAY - 121);
  expect((await showCode(service, phoneNumber)).__typename).toBe('FurtherProofRequiredError');
  expect(await showCode(service, phoneNumber)).toMatchObject({ __typename: 'VerifyOtpSuccess', user: { id: user.id } });
  expect((await trailOf(service, user.id)).at(-1)).toMatchObject({
    ...{ kind: 'signed_in', deviceKnown: false },
    details: { methods: ['otp', 'sms'], claimedBack: true },
  });
});

test('a session of the account that is used meanwhile keeps it: the code opens nothing after three days', async () => {
  const { phoneNumber, user, tokens } = await owner();
  sleep();
  await waitingFor(service, phoneNumber);
  service.clock.advance(DAY);
  expect((await refresh(service, tokens.refreshToken)).__typename).toBe('RefreshSessionSuccess');
  service.clock.advance(4 * DAY);

  const answer = await showCode(service, phoneNumber);
  expect(answer).toMatchObject({ __typename: 'FurtherProofRequiredError', methods: [], availableAt: null });
  // Whoever has the number now is not without an account.
  const moved = await beginAnew(service, answer.continuationToken);
  expect(moved.newMember).toBe(true);
  expect(await livingSessions(service, user.id)).toHaveLength(1);
});

test('an owner who comes back while somebody waits for the account keeps the number', async () => {
  const { phoneNumber, user, deviceToken } = await owner({ password: true });
  sleep();
  const continuationToken = await waitingFor(service, phoneNumber);
  await showCode(service, phoneNumber, { deviceToken });

  expect((await beginAnew(service, continuationToken)).__typename).toBe('InvalidTokenError');
  expect((await userRow(service, user.id))?.phoneNumber).toBe(phoneNumber);
});

test('a code is used up by the answer, and a continuation by its use', async () => {
  const { phoneNumber } = await owner({ password: true });
  sleep();
  const continuationToken = await waitingFor(service, phoneNumber);
  const again = await verifyOtp(service, { phoneNumber, otp: service.phone.code(phoneNumber) });
  expect(again.__typename).toBe('InvalidOtpError');

  expect((await beginAnew(service, continuationToken)).newMember).toBe(true);
  expect((await beginAnew(service, continuationToken)).__typename).toBe('InvalidTokenError');
});

test('of twenty who go on with one continuation at the same moment, one gets the number', async () => {
  const { phoneNumber, user } = await owner({ password: true });
  sleep();
  const continuationToken = await waitingFor(service, phoneNumber);

  const answers = await inParallel(20, (index) =>
    index % 2
      ? beginAnew(service, continuationToken)
      : continueSignIn(service, { continuationToken, password: PASSWORD }),
  );
  expect(countOf(answers)['VerifyOtpSuccess']).toBe(1);
  const winner = answers.find(({ __typename }) => __typename === 'VerifyOtpSuccess');
  expect((await userRow(service, user.id))?.phoneNumber).toBe(winner.newMember ? null : phoneNumber);
});

test('a continuation lives for ten minutes', async () => {
  const { phoneNumber } = await owner({ password: true });
  sleep();
  const continuationToken = await waitingFor(service, phoneNumber);
  service.clock.advance(600);
  expect((await beginAnew(service, continuationToken)).__typename).toBe('InvalidTokenError');
});

test('no other token passes for a continuation token, and it passes for none', async () => {
  const { phoneNumber, tokens, deviceToken } = await owner({ password: true });
  for (const continuationToken of [tokens.accessToken, tokens.refreshToken, deviceToken, 'e30.e30.e30', '']) {
    const answer = await continueSignIn(service, { continuationToken, password: PASSWORD });
    expect(answer.__typename).toBe('InvalidTokenError');
  }
  sleep();
  const continuationToken = await waitingFor(service, phoneNumber);
  expect((await refresh(service, continuationToken)).__typename).toBe('InvalidTokenError');
  expect((await me(service, continuationToken)).body.data.me).toBeNull();
});

test('a continuation is over when all sessions were ended by a change of credentials', async () => {
  const { phoneNumber, user } = await owner({ password: true });
  sleep();
  const continuationToken = await waitingFor(service, phoneNumber);
  await service.database.db.execute(`UPDATE users SET session_epoch = session_epoch + 1 WHERE id = '${user.id}'`);
  const answer = await continueSignIn(service, { continuationToken, password: PASSWORD });
  expect(answer.__typename).toBe('InvalidTokenError');
});

test('guesses at the password with a continuation are counted like those of login', async () => {
  const { phoneNumber, username } = await owner({ password: true });
  sleep();
  const continuationToken = await waitingFor(service, phoneNumber);
  const guess = () => continueSignIn(service, { continuationToken, password: 'WrongPassword123!' });
  const left: number[] = [];
  for (let times = 0; times < 5; times += 1) left.push((await guess()).attemptsRemaining);
  expect(left).toEqual([5, 4, 3, 2, 1]);
  expect((await guess()).__typename).toBe('AccountLockedError');
  expect((await continueSignIn(service, { continuationToken, password: PASSWORD })).__typename).toBe(
    'AccountLockedError',
  );
  expect((await login(service, { identifier: username, password: PASSWORD })).__typename).toBe('AccountLockedError');
});

test('a second code to the same number is no further proof', async () => {
  const { phoneNumber, user } = await owner({ password: true });
  await verifyEmailOf(service, user.id, `verified-${people}@example.com`);
  sleep();
  const answer = await showCode(service, phoneNumber);
  expect(answer.methods).toEqual(['EMAIL_OTP', 'PASSWORD']);
  service.clock.advance(60);
  await requestOtp(service, { phoneNumber });
  const otp = service.phone.code(phoneNumber);
  const second = await continueSignIn(service, { continuationToken: answer.continuationToken, otp });
  expect(second).toMatchObject({ __typename: 'InvalidInputError', fields: [{ field: 'otp', code: 'NOT_OFFERED' }] });
});

test('exactly one proof is taken', async () => {
  const continuationToken = 'whatever';
  const none = await continueSignIn(service, { continuationToken });
  const two = await continueSignIn(service, { continuationToken, password: PASSWORD, newAccount: true });
  expect(none.fields).toMatchObject([{ field: 'password', code: 'REQUIRED' }]);
  expect(two.fields).toMatchObject([{ field: 'newAccount', code: 'NOT_OFFERED' }]);
});

test('register takes no sleeping account over', async () => {
  const { phoneNumber, user } = await owner({ password: true });
  sleep();
  service.clock.advance(60);
  await requestOtp(service, { phoneNumber });
  const verificationCode = service.phone.code(phoneNumber);
  const answer = await register(service, form({ phoneNumber, email: `thief-${people}@example.com`, verificationCode }));
  expect(answer).toMatchObject({ __typename: 'InvalidInputError', fields: [{ field: 'phoneNumber' }] });
  expect((await userRow(service, user.id))?.phoneNumber).toBe(phoneNumber);
});
