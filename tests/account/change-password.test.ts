import { sql } from 'drizzle-orm';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failuresAt } from '../support/devices.js';
import {
  countOf,
  form,
  inParallel,
  obtainCode,
  problemsOf,
  signIn,
  verifyOtp,
} from '../support/operations/operations.js';
import { waitingBehind } from '../support/postgres/waiting-behind.js';
import { startService, type TestService } from '../support/service.js';
import {
  auditOf,
  CHANGE_PASSWORD,
  changePassword,
  errorCode,
  isSignedIn,
  login,
  refresh,
  registered,
} from '../support/operations/session-operations.js';

const OLD = 'SecurePassword123!';
const NEW = 'an even better passphrase';
const CHANGED = { __typename: 'ChangePasswordSuccess' };

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: { OTP_RESEND_COOLDOWN: '1' } });
});
afterAll(() => service.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000046${String(serial).padStart(2, '0')}`;
}

/** Somebody with a password and a proved number, signed in on one device. */
async function account() {
  const phoneNumber = nextNumber();
  const username = `changer${serial}`;
  const fields = { phoneNumber, username, email: `${username}@example.com` };
  const verificationCode = await obtainCode(service, phoneNumber);
  const { user, tokens, deviceToken } = await registered(service, form({ ...fields, verificationCode }));
  service.clock.advance(1);
  return { ...fields, id: user.id as string, token: tokens.accessToken as string, tokens, deviceToken };
}

function attempt(username: string, password: string, deviceToken?: string) {
  return login(service, { identifier: username, password, deviceToken });
}

/** Wrong guesses from the one device of an account. */
function passwordFailures(at: TestService, userId: string): Promise<number> {
  return failuresAt(at, `password-device:${userId}:1`);
}

describe('a user changes the password', () => {
  test('with the current one: the new one opens, the old one does not', async () => {
    const { username, token, id } = await account();
    const answer = await changePassword(service, token, { currentPassword: OLD, newPassword: NEW });
    expect(answer).toMatchObject({ ...CHANGED, user: { id, hasPassword: true } });
    expect(await attempt(username, OLD)).toMatchObject({ __typename: 'InvalidCredentialsError' });
    expect(await attempt(username, NEW)).toMatchObject({ __typename: 'LoginSuccess' });
  });

  test('S2: every other session ends at once, the current one goes on', async () => {
    const { username, phoneNumber, token, tokens } = await account();
    const byPassword = await attempt(username, OLD);
    const byCode = await signIn(service, phoneNumber);
    const others = [byPassword.tokens, byCode.tokens];
    for (const { accessToken } of others) expect(await isSignedIn(service, accessToken)).toBe(true);
    const { user } = await changePassword(service, token, { currentPassword: OLD, newPassword: NEW });
    expect(user.sessions).toEqual([{ id: decodeJwt(token)['sid'], current: true }]);
    for (const { accessToken, refreshToken } of others) {
      expect(await isSignedIn(service, accessToken)).toBe(false);
      expect(await refresh(service, refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
    }
    expect(await isSignedIn(service, token)).toBe(true);
    expect(await refresh(service, tokens.refreshToken)).toMatchObject({ __typename: 'RefreshSessionSuccess' });
  });

  test('C6: a code under way dies, the next one is good', async () => {
    const { phoneNumber, token } = await account();
    const otp = await obtainCode(service, phoneNumber);
    await changePassword(service, token, { currentPassword: OLD, newPassword: NEW });
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'InvalidOtpError' });
    service.clock.advance(1);
    expect(await signIn(service, phoneNumber)).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });

  test('C6: a claimant cannot kill the codes of a number that they have not proved', async () => {
    const phoneNumber = nextNumber();
    const { tokens } = await registered(service, form({ phoneNumber, email: 'killer@example.com' }));
    const otp = await obtainCode(service, phoneNumber);
    const change = { currentPassword: OLD, newPassword: NEW };
    expect(await changePassword(service, tokens.accessToken, change)).toMatchObject(CHANGED);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });

  test('it is put on record, without any password', async () => {
    const { id, token } = await account();
    await changePassword(service, token, { currentPassword: OLD, newPassword: NEW });
    const record = {
      kind: 'password_changed',
      sessionId: decodeJwt(token)['sid'],
      at: service.clock.now(),
      details: {},
    };
    expect(await auditOf(service, id)).toEqual([expect.objectContaining(record)]);
    const logs = service.logs.join('');
    expect(logs).not.toContain(OLD);
    expect(logs).not.toContain(NEW);
  });

  test('twice at the same moment: once', async () => {
    const { username, token } = await account();
    const answers = await inParallel(4, (index) =>
      changePassword(service, token, { currentPassword: OLD, newPassword: `${NEW} ${index}` }),
    );
    expect(countOf(answers)).toEqual({ ChangePasswordSuccess: 1, InvalidCredentialsError: 3 });
    const winner = answers.findIndex((answer) => answer.__typename === 'ChangePasswordSuccess');
    expect(await attempt(username, `${NEW} ${winner}`)).toMatchObject({ __typename: 'LoginSuccess' });
  });
});

describe('somebody at an unlocked phone tries to change the password', () => {
  test('a wrong current password is refused, counted together with wrong sign-ins on this device, and locks', async () => {
    const { username, token, id, deviceToken } = await account();
    const wrong = { currentPassword: 'wrong', newPassword: NEW };
    expect(await changePassword(service, token, wrong)).toMatchObject({
      __typename: 'InvalidCredentialsError',
      message: 'Wrong password.',
      attemptsRemaining: 5,
    });
    expect(await attempt(username, 'wrong', deviceToken)).toMatchObject({ attemptsRemaining: 4 });
    expect(await attempt(username, 'wrong')).toMatchObject({ attemptsRemaining: 5 });
    for (let guess = 0; guess < 3; guess += 1) await changePassword(service, token, wrong);
    expect(await changePassword(service, token, wrong)).toMatchObject({
      __typename: 'AccountLockedError',
      retryAfterSeconds: 900,
    });
    const right = { currentPassword: OLD, newPassword: NEW };
    expect(await changePassword(service, token, right)).toMatchObject({ __typename: 'AccountLockedError' });
    expect(await passwordFailures(service, id)).toBe(6);
    service.clock.advance(901);
    expect(await isSignedIn(service, token)).toBe(false);
    expect(await attempt(username, OLD)).toMatchObject({ __typename: 'LoginSuccess' });
  });

  test('a right one gives its guess back', async () => {
    const { token, id } = await account();
    await changePassword(service, token, { currentPassword: OLD, newPassword: NEW });
    expect(await passwordFailures(service, id)).toBe(0);
  });

  test('a wrong current password is refused even right after a sign-in by code', async () => {
    const { phoneNumber, id, username } = await account();
    const { tokens } = await signIn(service, phoneNumber);
    const wrong = { currentPassword: 'wrong', newPassword: NEW };
    expect(await changePassword(service, tokens.accessToken, wrong)).toMatchObject({
      __typename: 'InvalidCredentialsError',
    });
    expect(await failuresAt(service, `password-device:${id}:2`)).toBe(1);
    expect(await attempt(username, OLD)).toMatchObject({ __typename: 'LoginSuccess' });
  });

  test.each(['a code of 5 minutes ago', 'the password'])('without the current one, signed in by %s', async (how) => {
    const { phoneNumber, username, id } = await account();
    const { tokens } = how === 'the password' ? await attempt(username, OLD) : await signIn(service, phoneNumber);
    if (how !== 'the password') service.clock.advance(300);
    const { accessToken } = (await refresh(service, tokens.refreshToken)).tokens;
    for (const currentPassword of [undefined, null, '']) {
      const answer = await changePassword(service, accessToken, { currentPassword, newPassword: NEW });
      expect(problemsOf(answer)).toEqual({ currentPassword: 'This field may not be blank.' });
    }
    expect(await passwordFailures(service, id)).toBe(0);
  });

  test('nobody who is not signed in gets anywhere', async () => {
    const { token } = await account();
    const input = { currentPassword: OLD, newPassword: NEW, newPasswordConfirm: NEW };
    expect(errorCode(await service.graphql(CHANGE_PASSWORD, { input }))).toBe('UNAUTHENTICATED');
    await service.graphql('mutation { logout { __typename } }', {}, { token });
    expect(errorCode(await service.graphql(CHANGE_PASSWORD, { input }, { token }))).toBe('UNAUTHENTICATED');
  });
});

describe('S8: a thief knows the password, the owner holds the number', () => {
  test('signed in by a code, the owner sets a new password without the old one, and the thief is out', async () => {
    const { username, phoneNumber, id, token } = await account();
    const { tokens: thief } = await attempt(username, OLD);
    const { tokens: owner } = await signIn(service, phoneNumber);
    service.clock.advance(299);
    const { accessToken } = (await refresh(service, owner.refreshToken)).tokens;
    const answer = await changePassword(service, accessToken, { newPassword: NEW });
    expect(answer).toMatchObject({ ...CHANGED, user: { sessions: [{ current: true }] } });
    expect(await passwordFailures(service, id)).toBe(0);
    expect(await isSignedIn(service, accessToken)).toBe(true);
    for (const other of [thief.accessToken, token]) expect(await isSignedIn(service, other)).toBe(false);
    expect(await refresh(service, thief.refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
    expect(await attempt(username, OLD)).toMatchObject({ __typename: 'InvalidCredentialsError' });
    expect(await attempt(username, NEW)).toMatchObject({ __typename: 'LoginSuccess' });
  });

  test('the thief has locked the password by wrong guesses: the owner still changes it', async () => {
    const { username, phoneNumber } = await account();
    for (let guess = 0; guess < 6; guess += 1) await attempt(username, 'wrong');
    const { tokens } = await signIn(service, phoneNumber);
    expect(await changePassword(service, tokens.accessToken, { newPassword: NEW })).toMatchObject(CHANGED);
  });

  test('both change it at the same moment: one wins, and the session of the other ends or its answer says no', async () => {
    const { username, phoneNumber } = await account();
    const { tokens: thief } = await attempt(username, OLD);
    const { tokens: owner } = await signIn(service, phoneNumber);
    await Promise.allSettled([
      changePassword(service, owner.accessToken, { newPassword: NEW }),
      changePassword(service, thief.accessToken, { currentPassword: OLD, newPassword: `${NEW} of the thief` }),
    ]);
    const living = await Promise.all([owner, thief].map(({ accessToken }) => isSignedIn(service, accessToken)));
    expect(living.filter(Boolean)).toHaveLength(1);
  });
});

describe('an account without a password gets its first', () => {
  test('within 5 minutes of a sign-in by code', async () => {
    const phoneNumber = nextNumber();
    const { tokens, user } = await signIn(service, phoneNumber);
    expect(user.hasPassword).toBe(false);
    service.clock.advance(299);
    const answer = await changePassword(service, tokens.accessToken, { newPassword: NEW });
    expect(answer).toMatchObject({ ...CHANGED, user: { hasPassword: true } });
    expect(await attempt(phoneNumber, NEW)).toMatchObject({ __typename: 'LoginSuccess' });
  });

  test('later, the user must sign in again first, and refreshing is not that', async () => {
    const phoneNumber = nextNumber();
    const { tokens } = await signIn(service, phoneNumber);
    service.clock.advance(300);
    const required = { __typename: 'ReauthenticationRequiredError', maxAgeSeconds: 300, methods: ['PHONE_OTP'] };
    expect(await changePassword(service, tokens.accessToken, { newPassword: NEW })).toMatchObject(required);
    const refreshed = await refresh(service, tokens.refreshToken);
    const { accessToken } = refreshed.tokens;
    expect(await changePassword(service, accessToken, { newPassword: NEW, currentPassword: 'x' })).toMatchObject(
      required,
    );
    const again = await signIn(service, phoneNumber);
    expect(await changePassword(service, again.tokens.accessToken, { newPassword: NEW })).toMatchObject(CHANGED);
  });

  test('a session that began with a password since taken away is no sign-in by code, however fresh', async () => {
    const { id, username, phoneNumber } = await account();
    const { tokens: byPassword } = await attempt(username, OLD);
    await service.db.execute(sql`UPDATE users SET password_hash = NULL WHERE id = ${id}`);
    const required = { __typename: 'ReauthenticationRequiredError', maxAgeSeconds: 300, methods: ['PHONE_OTP'] };
    expect(await changePassword(service, byPassword.accessToken, { newPassword: NEW })).toMatchObject(required);
    const { tokens } = await signIn(service, phoneNumber);
    expect(await changePassword(service, tokens.accessToken, { newPassword: NEW })).toMatchObject(CHANGED);
  });

  test('two devices at the same moment: one password', async () => {
    const { tokens, user } = await signIn(service, nextNumber());
    // Both have looked before either writes: one after the other, both may change it.
    const { both } = await service.db.transaction(async (holder) => {
      await holder.execute(sql`SELECT 1 FROM users WHERE id = ${user.id} FOR UPDATE`);
      const calls = inParallel(2, (index) =>
        changePassword(service, tokens.accessToken, { newPassword: `${NEW} ${index}` }),
      );
      await waitingBehind(holder, 2);
      return { both: calls };
    });
    const answers = await both;
    expect(countOf(answers)).toEqual({ ChangePasswordSuccess: 1, ReauthenticationRequiredError: 1 });
  });
});

describe('a new password that will not do', () => {
  const refusals: readonly [name: string, password: string, message: string][] = [
    ['nothing', '', 'This field may not be blank.'],
    ['seven characters', '1234567', 'This password is too short. It must contain at least 8 characters.'],
    ['257 characters', 'x'.repeat(257), 'This password is too long. It may contain at most 256 characters.'],
    ['a common one', 'password123', 'This password is too common. Choose another one.'],
    ['a common one in capitals', 'PASSWORD123', 'This password is too common. Choose another one.'],
    [
      'a common one in full-width letters',
      'ｐａｓｓｗｏｒｄ１２３',
      'This password is too common. Choose another one.',
    ],
  ];

  test.each(refusals)('%s: named, and nothing is counted or changed', async (_name, newPassword, message) => {
    const { id, token, username } = await account();
    const answer = await changePassword(service, token, { currentPassword: OLD, newPassword });
    expect(problemsOf(answer)).toEqual({ newPassword: message });
    expect(await passwordFailures(service, id)).toBe(0);
    expect(await attempt(username, OLD)).toMatchObject({ __typename: 'LoginSuccess' });
  });

  test('a mismatch is named together with everything else', async () => {
    const { token } = await account();
    const answer = await changePassword(service, token, { newPassword: 'short', newPasswordConfirm: 'shorter' });
    expect(Object.keys(problemsOf(answer))).toEqual(['newPassword', 'newPasswordConfirm']);
    service.clock.advance(300);
    const later = await changePassword(service, token, { newPassword: 'short', newPasswordConfirm: 'shorter' });
    expect(Object.keys(problemsOf(later))).toEqual(['currentPassword', 'newPassword', 'newPasswordConfirm']);
  });
});
