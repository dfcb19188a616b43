import { sql } from 'drizzle-orm';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codesOf, REAUTHENTICATE, reauthenticate, removePassword } from '../support/operations/account-operations.js';
import { failuresAt } from '../support/devices.js';
import { giveEmail, requestEmailOtp } from '../support/operations/email-operations.js';
import {
  countOf,
  form,
  inParallel,
  obtainCode,
  requestOtpAndFollow,
  signIn,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import { overtaken } from '../support/overtaken.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import {
  auditOf,
  changePassword,
  errorCode,
  isSignedIn,
  login,
  logoutEverywhere,
  refresh,
  registered,
  revokeSession,
  sessionRow,
} from '../support/operations/session-operations.js';

/** Signed-in users prove again who they are, because what they ask for needs it. */

const OLD = 'SecurePassword123!';
const NEW = 'an even better passphrase';
const PROVED = { __typename: 'ReauthenticateSuccess' };
const CHANGED = { __typename: 'ChangePasswordSuccess' };

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: { OTP_RESEND_COOLDOWN: '1', ...MANY_TEXTS } });
});
afterAll(() => service.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000155${String(serial).padStart(2, '0')}`;
}

/** Somebody with a password and a verified number, whose proofs are no longer fresh. */
async function account({ verifiesEmail = false } = {}) {
  const phoneNumber = nextNumber();
  const [username, email] = [`proving${serial}`, `Proving${serial}@example.com`];
  const verificationCode = await obtainCode(service, phoneNumber);
  const { user, tokens } = await registered(service, form({ phoneNumber, username, email, verificationCode }));
  const token = tokens.accessToken as string;
  if (verifiesEmail) await giveEmail(service, email, token);
  service.clock.advance(301);
  const sessionId = String(decodeJwt(token)['sid']);
  return { phoneNumber, username, email, id: user.id as string, token, tokens, sessionId };
}

/** The same with a verified email address. */
function withEmail() {
  return account({ verifiesEmail: true });
}

/** Asks for a code to the verified address. */
async function emailCode({ email, token }: { email: string; token: string }): Promise<string> {
  const { __typename } = await requestEmailOtp(service, { purpose: 'REAUTHENTICATE' }, { token });
  expect(__typename).toBe('RequestEmailOtpSuccess');
  return service.phone.code(email.toLowerCase());
}

describe('a user who is asked for a fresh proof', () => {
  test('shows a code to the own number, and goes on', async () => {
    const { phoneNumber, token } = await account();
    expect(await removePassword(service, token)).toMatchObject({
      __typename: 'ReauthenticationRequiredError',
      methods: ['PHONE_OTP', 'PASSWORD'],
    });
    expect(await reauthenticate(service, token, { otp: await obtainCode(service, phoneNumber) })).toMatchObject(PROVED);
    expect(await changePassword(service, token, { newPassword: NEW })).toMatchObject(CHANGED);
  });

  test('shows the password: enough for a step-up, but not in place of the current password', async () => {
    const { token } = await account();
    expect(await reauthenticate(service, token, { password: OLD })).toMatchObject(PROVED);
    expect(await changePassword(service, token, { newPassword: NEW })).toMatchObject({
      __typename: 'InvalidInputError',
    });
    expect(await removePassword(service, token)).toMatchObject({ __typename: 'RemovePasswordSuccess' });
  });

  test('N6: on a device that the account has not known for long, only the code by email counts', async () => {
    const { phoneNumber, email, token } = await withEmail();
    const required = { __typename: 'ReauthenticationRequiredError', methods: ['EMAIL_OTP'] };
    await reauthenticate(service, token, { otp: await obtainCode(service, phoneNumber) });
    await reauthenticate(service, token, { password: OLD });
    expect(await removePassword(service, token)).toMatchObject(required);
    expect(await changePassword(service, token, { newPassword: NEW, currentPassword: OLD })).toMatchObject(required);
    expect(await reauthenticate(service, token, { emailOtp: await emailCode({ email, token }) })).toMatchObject(PROVED);
    expect(await changePassword(service, token, { newPassword: NEW })).toMatchObject(CHANGED);
  });

  test('has five minutes, and the proof is of this session alone', async () => {
    const { phoneNumber, username, tokens } = await account();
    const { tokens: other } = await login(service, { identifier: username, password: OLD });
    service.clock.advance(301);
    const token = (await refresh(service, tokens.refreshToken)).tokens.accessToken;
    await reauthenticate(service, token, { otp: await obtainCode(service, phoneNumber) });
    const required = { __typename: 'ReauthenticationRequiredError' };
    expect(await removePassword(service, other.accessToken)).toMatchObject(required);
    service.clock.advance(300);
    expect(await removePassword(service, token)).toMatchObject(required);
  });

  test('two proofs at the same moment are both written down', async () => {
    const { phoneNumber, email, token, sessionId } = await withEmail();
    const [otp, emailOtp] = [await obtainCode(service, phoneNumber), await emailCode({ email, token })];
    const shown = [{ otp }, { emailOtp }, { password: OLD }];
    const answers = await Promise.all(shown.map((proof) => reauthenticate(service, token, proof)));
    expect(countOf(answers)).toEqual({ ReauthenticateSuccess: 3 });
    const at = service.clock.now().toISOString();
    const { proofs } = await sessionRow(service, sessionId);
    expect(proofs).toEqual({ PHONE_OTP: at, EMAIL_OTP: at, PASSWORD: at });
  });
});

describe('the tokens of the answer', () => {
  test('say when and how the user proved it; an earlier proof counts with it for five minutes', async () => {
    const { phoneNumber, token } = await account();
    const byCode = await reauthenticate(service, token, { otp: await obtainCode(service, phoneNumber) });
    const authTime = Math.floor(service.clock.now().getTime() / 1000);
    // The password of the registration is older.
    expect(decodeJwt(byCode.tokens.accessToken)).toMatchObject({ auth_time: authTime, amr: ['otp', 'sms'] });
    service.clock.advance(299);
    const byBoth = await reauthenticate(service, token, { password: OLD });
    expect(decodeJwt(byBoth.tokens.accessToken)).toMatchObject({
      auth_time: authTime + 299,
      amr: ['otp', 'sms', 'pwd'],
    });
    const refreshed = await refresh(service, byBoth.tokens.refreshToken);
    expect(decodeJwt(refreshed.tokens.accessToken)).toMatchObject({ auth_time: authTime + 299 });
  });

  test('S1b: neither a lost answer nor the earlier refresh token signs anybody out', async () => {
    const { token, tokens, sessionId } = await account();
    const before = await sessionRow(service, sessionId);
    const { tokens: lost } = await reauthenticate(service, token, { password: OLD });
    const { generation, expiresAt } = await sessionRow(service, sessionId);
    expect({ generation, expiresAt }).toEqual({ generation: before.generation, expiresAt: before.expiresAt });
    service.clock.advance(600);
    const next = await refresh(service, tokens.refreshToken);
    expect(next).toMatchObject({ __typename: 'RefreshSessionSuccess' });
    expect(await refresh(service, lost.refreshToken)).toMatchObject({ __typename: 'RefreshSessionSuccess' });
    expect(await isSignedIn(service, next.tokens.accessToken)).toBe(true);
  });

  test('after the session was refreshed they are of its new generation', async () => {
    const { tokens } = await account();
    const next = await refresh(service, tokens.refreshToken);
    service.clock.advance(600);
    const answer = await reauthenticate(service, next.tokens.accessToken, { password: OLD });
    expect(answer.tokens.refreshToken).toBe(next.tokens.refreshToken);
  });
});

describe('somebody at an unlocked phone', () => {
  test('guesses at the code: counted together with guesses at signing in, and locked', async () => {
    const { phoneNumber, id, token } = await account();
    const otp = await obtainCode(service, phoneNumber);
    for (const attemptsRemaining of [2, 1, 0]) {
      const answer = await reauthenticate(service, token, { otp: wrongCode(otp) });
      expect(answer).toMatchObject({ __typename: 'InvalidOtpError', attemptsRemaining });
    }
    expect(await reauthenticate(service, token, { otp })).toMatchObject({ __typename: 'InvalidOtpError' });
    expect(await failuresAt(service, `codes-device:${id}:1`)).toBe(4);
    service.clock.advance(1);
    const again = await obtainCode(service, phoneNumber);
    await reauthenticate(service, token, { otp: wrongCode(again) });
    await reauthenticate(service, token, { otp: wrongCode(again) });
    expect(await reauthenticate(service, token, { otp: again })).toMatchObject({
      __typename: 'AccountLockedError',
      retryAfterSeconds: 900,
    });
    // The owner on another device is not locked.
    expect(await verifyOtp(service, { phoneNumber, otp: again })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });

  test('guesses at the password: counted together with changePassword, and locked', async () => {
    const { id, token } = await account();
    for (const attemptsRemaining of [5, 4, 3]) {
      const answer = await reauthenticate(service, token, { password: 'wrong' });
      expect(answer).toMatchObject({
        __typename: 'InvalidCredentialsError',
        message: 'Wrong password.',
        attemptsRemaining,
      });
    }
    const wrong = { currentPassword: 'wrong', newPassword: NEW };
    for (let guess = 0; guess < 3; guess += 1) await changePassword(service, token, wrong);
    expect(await failuresAt(service, `password-device:${id}:1`)).toBe(6);
    expect(await reauthenticate(service, token, { password: OLD })).toMatchObject({
      __typename: 'AccountLockedError',
      retryAfterSeconds: 900,
    });
  });

  test('guesses at the code by email: counted, and three for each code', async () => {
    const { email, token } = await withEmail();
    const emailOtp = await emailCode({ email, token });
    for (const attemptsRemaining of [2, 1, 0, 0]) {
      const answer = await reauthenticate(service, token, { emailOtp: wrongCode(emailOtp) });
      expect(answer).toMatchObject({ __typename: 'InvalidOtpError', attemptsRemaining });
    }
    expect(await reauthenticate(service, token, { emailOtp })).toMatchObject({ __typename: 'InvalidOtpError' });
  });

  test('a right proof gives its guess back', async () => {
    const { phoneNumber, id, token } = await account();
    await reauthenticate(service, token, { otp: await obtainCode(service, phoneNumber) });
    await reauthenticate(service, token, { password: OLD });
    expect(await failuresAt(service, `codes-device:${id}:1`)).toBe(0);
    expect(await failuresAt(service, `password-device:${id}:1`)).toBe(0);
  });

  test('a thief with a number of their own shows no code of it: C5, a code is of its number and purpose', async () => {
    const { token, email } = await withEmail();
    const theirs = nextNumber();
    await signIn(service, theirs);
    service.clock.advance(1);
    const otp = await obtainCode(service, theirs);
    expect(await reauthenticate(service, token, { otp })).toMatchObject({ __typename: 'InvalidOtpError' });
    await requestEmailOtp(service, { email, purpose: 'RESET_PASSWORD' });
    const forReset = service.phone.code(email.toLowerCase());
    const answer = await reauthenticate(service, token, { emailOtp: forReset });
    expect(answer).toMatchObject({ __typename: 'InvalidOtpError' });
  });
});

describe('one code', () => {
  test('C4: of 20 submissions at the same moment, by two sessions and as a sign-in, one is good', async () => {
    const { phoneNumber, username, token } = await account();
    const { tokens: other } = await login(service, { identifier: username, password: OLD });
    service.clock.advance(301);
    const { requestToken } = await requestOtpAndFollow(service, { phoneNumber });
    const otp = service.phone.code(phoneNumber);
    const answers = await inParallel(20, (index) => {
      if (index % 3 === 0) return verifyOtp(service, { phoneNumber, otp, requestToken });
      return reauthenticate(service, index % 3 === 1 ? token : other.accessToken, { otp, requestToken });
    });
    const good = answers.filter(({ __typename }) => /Success$/.test(__typename));
    expect(good).toHaveLength(1);
    expect(await reauthenticate(service, token, { otp })).toMatchObject({ __typename: 'InvalidOtpError' });
  });

  test('C4: two processes have counted and compared it before either uses it: one does', async () => {
    const { phoneNumber, username, id, token } = await account();
    const { tokens: other } = await login(service, { identifier: username, password: OLD });
    const second = await startService({ database: service.database, clock: service.clock });
    const otp = await obtainCode(service, phoneNumber);
    const held = sql`SELECT 1 FROM users WHERE id = ${id} FOR UPDATE`;
    const both = () =>
      Promise.all([reauthenticate(service, token, { otp }), reauthenticate(second, other.accessToken, { otp })]);
    const answers = await overtaken(service, held, both, 2);
    await second.close();
    expect(countOf(answers)).toEqual({ ReauthenticateSuccess: 1, InvalidOtpError: 1 });
  });
});

describe('a form that will not do', () => {
  test('none, several, or what is no code', async () => {
    const { token } = await account();
    const forms: readonly [input: object, problem: string][] = [
      [{}, 'otp: REQUIRED'],
      [{ otp: null, password: null }, 'otp: REQUIRED'],
      [{ otp: '123456', password: OLD }, 'password: INVALID_FORMAT'],
      [{ emailOtp: '123456', otp: '123456' }, 'emailOtp: INVALID_FORMAT'],
      [{ otp: '12345' }, 'otp: TOO_SHORT'],
      [{ otp: '' }, 'otp: BLANK'],
      [{ password: '' }, 'password: BLANK'],
      [{ password: 'x'.repeat(1025) }, 'password: TOO_LONG'],
    ];
    for (const [input, problem] of forms)
      expect(codesOf(await reauthenticate(service, token, input))).toEqual([problem]);
  });

  test('what the account does not have is not offered, and no guess is counted', async () => {
    const { tokens, user } = await signIn(service, nextNumber());
    expect(codesOf(await reauthenticate(service, tokens.accessToken, { emailOtp: '123456' }))).toEqual([
      'emailOtp: NOT_OFFERED',
    ]);
    expect(codesOf(await reauthenticate(service, tokens.accessToken, { password: OLD }))).toEqual([
      'password: NOT_OFFERED',
    ]);
    expect(await failuresAt(service, `password-device:${user.id}:1`)).toBe(0);
  });

  test('N3: who has only registered a number shows no code of its owner, and takes none from them', async () => {
    const phoneNumber = nextNumber();
    const squatter = await registered(service, form({ phoneNumber, email: 'squatter-of-proofs@example.com' }));
    const otp = await obtainCode(service, phoneNumber);
    const { accessToken } = squatter.tokens;
    expect(codesOf(await reauthenticate(service, accessToken, { otp }))).toEqual(['otp: NOT_OFFERED']);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });
});

describe('nobody else', () => {
  test('without a session', async () => {
    const { token } = await account();
    const input = { password: OLD };
    expect(errorCode(await service.graphql(REAUTHENTICATE, { input }))).toBe('UNAUTHENTICATED');
    await logoutEverywhere(service, token);
    expect(errorCode(await service.graphql(REAUTHENTICATE, { input }, { token }))).toBe('UNAUTHENTICATED');
  });

  test.each(['code', 'password'])('a session that ends while the %s is checked gets no tokens', async (what) => {
    const { phoneNumber, id, token, sessionId } = await account();
    const otp = await obtainCode(service, phoneNumber);
    const ended = sql`
      WITH account AS (SELECT id FROM users WHERE id = ${id} FOR UPDATE)
      UPDATE sessions SET ended_at = now() FROM account WHERE sessions.id = ${sessionId} AND user_id = account.id`;
    const input = what === 'code' ? { otp } : { password: OLD };
    const call = () => service.graphql(REAUTHENTICATE, { input }, { token });
    const answer = await overtaken(service, ended, call);
    expect(answer && errorCode(answer)).toBe('UNAUTHENTICATED');
    // Neither the code nor a guess is lost: the owner signs in.
    expect(await failuresAt(service, `codes-device:${id}:1`)).toBe(0);
    expect(await failuresAt(service, `password-device:${id}:1`)).toBe(0);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });

  test('the password is changed while the old one is checked: it proves nothing', async () => {
    const { id, token } = await account();
    const changed = sql`UPDATE users SET password_hash = 'another' WHERE id = ${id}`;
    const call = () => reauthenticate(service, token, { password: OLD });
    const answer = await overtaken(service, changed, call);
    expect(answer).toMatchObject({ __typename: 'InvalidCredentialsError' });
  });

  test('a thief whose session is ended at that moment is out, and the owner’s guesses stay', async () => {
    const { username, token, sessionId, id } = await account();
    const { tokens: owner } = await login(service, { identifier: username, password: OLD });
    await inParallel(6, async (index) => {
      if (index === 3) return revokeSession(service, owner.accessToken, sessionId);
      return service.graphql(REAUTHENTICATE, { input: { password: OLD } }, { token });
    });
    expect(await isSignedIn(service, token)).toBe(false);
    expect(await failuresAt(service, `password-device:${id}:1`)).toBe(0);
  });

  test('it is put on record: who, how, from where, on which device, and no code and no password', async () => {
    const { phoneNumber, id, token, sessionId } = await account();
    const otp = await obtainCode(service, phoneNumber);
    await reauthenticate(service, token, { otp });
    await reauthenticate(service, token, { password: OLD });
    const { deviceId } = await sessionRow(service, sessionId);
    const event = { kind: 'reauthenticated', sessionId, deviceId, ipAddress: '127.0.0.1' };
    const events = await auditOf(service, id);
    expect(events).toEqual([
      expect.objectContaining({ ...event, details: { methods: ['PHONE_OTP'] } }),
      expect.objectContaining({ ...event, details: { methods: ['PASSWORD'] } }),
    ]);
    // As a word: ids hold any digits.
    expect(JSON.stringify(events)).not.toMatch(new RegExp(`\\b${otp}\\b`));
    expect(service.logs.join('')).not.toContain(OLD);
  });
});
