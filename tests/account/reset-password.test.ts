import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codesOf } from '../support/operations/account-operations.js';
import { noticesTo, type Owner, owner, settleNotices } from '../support/notices.js';
import {
  continueSignIn,
  countOf,
  inParallel,
  obtainCode,
  problemsOf,
  requestOtp,
  signIn,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import {
  NEW_PASSWORD,
  resetCode,
  resetCodeByEmail,
  resetPassword,
  sentByEmail,
} from '../support/operations/reset-operations.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { auditOf, isSignedIn, login, refresh } from '../support/operations/session-operations.js';

const RESET = { __typename: 'ResetPasswordSuccess' };
const WRONG = { __typename: 'InvalidOtpError' };

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({
    env: { NOTICES: 'text,email', OTP_RESEND_COOLDOWN: '1', SENDS_PER_NETWORK_PER_HOUR: '100000', ...MANY_TEXTS },
  });
});
afterAll(() => service.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000${73_000 + serial}`;
}

/** Somebody with a password and a verified number, on a device that the account has known for long. */
function somebody({ verifiedEmail = false } = {}): Promise<Owner> {
  return owner(service, { phoneNumber: nextNumber(), verifiedEmail });
}

const withPassword = (username: string, password: string) => login(service, { identifier: username, password });

describe('a user who forgot the password', () => {
  test('sets a new one by a code to the number, and is signed in', async () => {
    const { id, phoneNumber, username, password } = await somebody();
    const answer = await resetPassword(service, { phoneNumber, ...(await resetCode(service, phoneNumber)) });
    expect(answer).toMatchObject({ ...RESET, user: { id, hasPassword: true } });
    expect(await isSignedIn(service, answer.tokens.accessToken)).toBe(true);
    expect(await withPassword(username, password)).toMatchObject({ __typename: 'InvalidCredentialsError' });
    expect(await withPassword(username, NEW_PASSWORD)).toMatchObject({ __typename: 'LoginSuccess' });
  });

  test('does so by a code to the verified email address, typed in capitals', async () => {
    const { id, email } = await somebody({ verifiedEmail: true });
    const code = await resetCodeByEmail(service, email);
    expect(await resetPassword(service, { email: email.toUpperCase(), ...code })).toMatchObject({
      ...RESET,
      user: { id },
    });
  });

  test('who never had a password gets one', async () => {
    const phoneNumber = nextNumber();
    const { user } = await signIn(service, phoneNumber);
    service.clock.advance(1);
    const answer = await resetPassword(service, { phoneNumber, ...(await resetCode(service, phoneNumber)) });
    expect(answer).toMatchObject({ ...RESET, user: { id: user.id, hasPassword: true } });
  });

  test('S2: every session of before is over at once, on the same device, too', async () => {
    const { phoneNumber, token, deviceToken } = await somebody();
    const other = await signIn(service, phoneNumber);
    service.clock.advance(1);
    const code = await resetCode(service, phoneNumber);
    const answer = await resetPassword(service, { phoneNumber, deviceToken, ...code });
    expect(answer.user.sessions).toMatchObject([{ current: true }]);
    for (const before of [token, other.tokens.accessToken]) expect(await isSignedIn(service, before)).toBe(false);
    expect(await refresh(service, other.tokens.refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
  });

  test('S8: who knows the leaked password is put out, and their guess at it counts as wrong', async () => {
    const { phoneNumber, username, password } = await somebody();
    const thief = await withPassword(username, password);
    const code = await resetCode(service, phoneNumber);
    expect(await resetPassword(service, { phoneNumber, ...code })).toMatchObject(RESET);
    expect(await isSignedIn(service, thief.tokens.accessToken)).toBe(false);
    expect(await withPassword(username, password)).toMatchObject({ __typename: 'InvalidCredentialsError' });
  });

  test('C6: codes under way die, those by email, too', async () => {
    const { phoneNumber, email, deviceToken } = await somebody({ verifiedEmail: true });
    const otp = await obtainCode(service, phoneNumber);
    await sentByEmail(service, email, 'RESET_PASSWORD');
    service.clock.advance(1);
    const code = await resetCode(service, phoneNumber);
    expect(await resetPassword(service, { phoneNumber, deviceToken, ...code })).toMatchObject(RESET);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject(WRONG);
    const [row] = await service.db.execute(
      sql`SELECT consumed_at FROM otp_challenges WHERE phone_number = ${email} AND purpose = 'RESET_PASSWORD'`,
    );
    expect(row).toMatchObject({ consumed_at: expect.anything() });
  });

  test('is told by text and by email', async () => {
    const { phoneNumber, email, deviceToken } = await somebody({ verifiedEmail: true });
    const code = await resetCode(service, phoneNumber);
    await resetPassword(service, { phoneNumber, deviceToken, ...code });
    await settleNotices(service);
    for (const to of [phoneNumber, email])
      expect(noticesTo(service, to).map(({ notice }) => notice)).toEqual(['password_reset']);
  });

  test('leaves a line in the audit trail with device and address, and no secret', async () => {
    const { id, phoneNumber } = await somebody();
    const code = await resetCode(service, phoneNumber);
    await resetPassword(service, { phoneNumber, ...code });
    const events = await auditOf(service, id);
    const [event] = events.filter(({ kind }) => kind === 'password_reset');
    expect(event).toMatchObject({ ipAddress: '127.0.0.1', deviceId: expect.any(String) });
    // As a word: ids hold any digits.
    expect(JSON.stringify(events)).not.toMatch(new RegExp(`\\b${code.otp}\\b`));
  });

  test('keeps devices of long ago known, and a young one is forgotten', async () => {
    const { id, phoneNumber } = await somebody();
    await signIn(service, phoneNumber);
    service.clock.advance(1);
    const code = await resetCode(service, phoneNumber);
    const { deviceToken } = await resetPassword(service, { phoneNumber, ...code });
    const devices = await service.db.execute(
      sql`SELECT kept_until IS NOT NULL AS kept FROM devices WHERE user_id = ${id} ORDER BY 1`,
    );
    expect([...devices]).toEqual([{ kept: false }, { kept: true }]);
    expect(deviceToken).toEqual(expect.any(String));
  });
});

describe('a code', () => {
  test('C4: of fifty submissions at once, one sets a password', async () => {
    const { phoneNumber } = await somebody();
    const code = await resetCode(service, phoneNumber);
    const answers = await inParallel(50, (index) =>
      resetPassword(service, {
        ...{ phoneNumber, ...code },
        newPassword: `the passphrase number ${index}`,
        newPasswordConfirm: `the passphrase number ${index}`,
      }),
    );
    expect(countOf(answers)['ResetPasswordSuccess']).toBe(1);
  });

  test('C5: to sign in sets no password, and one to set a password changes nothing else', async () => {
    const [{ phoneNumber }, { token }] = [await somebody(), await somebody()];
    const otp = await obtainCode(service, phoneNumber);
    expect(await resetPassword(service, { phoneNumber, otp })).toMatchObject(WRONG);
    service.clock.advance(1);
    const code = await resetCode(service, phoneNumber);
    expect(await verifyOtp(service, { phoneNumber, ...code })).toMatchObject(WRONG);
    const { body } = await service.graphql(
      'mutation ($input: ChangePhoneNumberInput!) { changePhoneNumber(input: $input) { __typename } }',
      { input: { phoneNumber, ...code } },
      { token },
    );
    expect(body.data.changePhoneNumber).toMatchObject(WRONG);
  });

  test('C5: for one number works for no other', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const code = await resetCode(service, one.phoneNumber);
    await resetCode(service, other.phoneNumber);
    expect(await resetPassword(service, { phoneNumber: other.phoneNumber, ...code })).toMatchObject(WRONG);
  });

  test('G3: wrong ones are counted with those of other purposes, and lock the number', async () => {
    const { phoneNumber } = await somebody();
    const { otp } = await resetCode(service, phoneNumber);
    const wrong = () => resetPassword(service, { phoneNumber, otp: wrongCode(otp) });
    expect(await wrong()).toMatchObject({ ...WRONG, attemptsRemaining: 2 });
    for (let guess = 0; guess < 4; guess += 1) await wrong();
    expect(await wrong()).toMatchObject({ __typename: 'AccountLockedError' });
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'AccountLockedError' });
  });

  test('stays good after a password that cannot be taken', async () => {
    const { phoneNumber, username } = await somebody();
    const code = await resetCode(service, phoneNumber);
    const attempt = (newPassword: string, newPasswordConfirm = newPassword) =>
      resetPassword(service, { phoneNumber, ...code, newPassword, newPasswordConfirm });
    expect(codesOf(await attempt('password'))).toEqual(['newPassword: TOO_COMMON']);
    expect(codesOf(await attempt('a good long one', 'another one'))).toEqual(['newPasswordConfirm: MISMATCH']);
    // Only with the account is it known what its password must not be made of.
    expect(codesOf(await attempt(username))).toEqual(['newPassword: CONTAINS_OWN_DATA']);
    expect(await attempt(NEW_PASSWORD)).toMatchObject(RESET);
  });
});

describe('a form', () => {
  test('has one of number and address', async () => {
    const code = { otp: '123456' };
    expect(codesOf(await resetPassword(service, code))).toEqual(['phoneNumber: REQUIRED']);
    const both = { phoneNumber: '+9779800000000', email: 'a@example.com', ...code };
    expect(codesOf(await resetPassword(service, both))).toEqual(['email: NOT_OFFERED']);
    expect(codesOf(await resetPassword(service, { email: 'nobody', ...code }))).toEqual(['email: INVALID_FORMAT']);
    expect(
      codesOf(await resetPassword(service, { phoneNumber: '+9779800000000', otp: '1', newPassword: 'x' })),
    ).toEqual(['otp: TOO_SHORT', 'newPassword: TOO_SHORT', 'newPasswordConfirm: MISMATCH']);
  });
});

describe('E1: a stranger', () => {
  test('learns nothing from wrong codes: known and unknown get the same answer', async () => {
    const { phoneNumber, email } = await somebody({ verifiedEmail: true });
    await resetCode(service, phoneNumber);
    await requestOtp(service, { phoneNumber: nextNumber(), purpose: 'RESET_PASSWORD' });
    const unknown = `+97798000${73_000 + serial}`;
    for (let guess = 0; guess < 7; guess += 1) {
      const [known, other] = [
        await resetPassword(service, { phoneNumber, otp: '000000' }),
        await resetPassword(service, { phoneNumber: unknown, otp: '000000' }),
      ];
      expect(other).toEqual(known);
    }
    const byEmail = await resetPassword(service, { email, otp: '000000' });
    expect(await resetPassword(service, { email: 'nobody-here@example.com', otp: '000000' })).toEqual(byEmail);
  });

  test('makes no account with the code of a test number', async () => {
    const [phoneNumber, otp] = ['+15005550006', '123456'];
    const env = { TEST_PHONES: `${phoneNumber}=${otp}` };
    const other = await startService({ env, database: service.database, clock: service.clock });
    try {
      expect(await requestOtp(other, { phoneNumber, purpose: 'RESET_PASSWORD' })).toMatchObject({
        __typename: 'RequestOtpSuccess',
      });
      expect(await resetPassword(other, { phoneNumber, otp })).toMatchObject(WRONG);
    } finally {
      await other.close();
    }
  });
});

describe('N6: who has only the SIM of an account with a verified email address', () => {
  const EMAIL_NEEDED = { __typename: 'FurtherProofRequiredError', methods: ['EMAIL_OTP'] };

  /** On a device that the account does not know. */
  async function thief() {
    const victim = await somebody({ verifiedEmail: true });
    const code = await resetCode(service, victim.phoneNumber);
    const answer = await resetPassword(service, { phoneNumber: victim.phoneNumber, ...code });
    return { victim, answer, continuationToken: answer.continuationToken as string };
  }

  test('sets no password, and signs nobody out', async () => {
    const { victim, answer } = await thief();
    expect(answer).toMatchObject(EMAIL_NEEDED);
    expect(await isSignedIn(service, victim.token)).toBe(true);
    expect(await withPassword(victim.username, victim.password)).toMatchObject({ __typename: 'LoginSuccess' });
  });

  test('does not finish with the old password either: a change needs the email', async () => {
    const { victim, continuationToken } = await thief();
    const answer = await continueSignIn(service, { continuationToken, password: victim.password });
    expect(Object.keys(problemsOf(answer))).toEqual(['password']);
  });

  test('is the owner where the code by email comes, too: the reset is carried out', async () => {
    const { victim, continuationToken } = await thief();
    const emailOtp = await sentByEmail(service, victim.email, 'CONTINUE_SIGN_IN');
    const answer = await continueSignIn(service, { continuationToken, emailOtp });
    expect(answer).toMatchObject({ __typename: 'VerifyOtpSuccess', user: { id: victim.id } });
    expect(await isSignedIn(service, victim.token)).toBe(false);
    expect(await withPassword(victim.username, NEW_PASSWORD)).toMatchObject({ __typename: 'LoginSuccess' });
    expect(await withPassword(victim.username, victim.password)).toMatchObject({
      __typename: 'InvalidCredentialsError',
    });
    await settleNotices(service);
    const told = noticesTo(service, victim.email).map(({ notice }) => notice);
    expect(told).toContain('password_reset');
  });

  test('on a device known for six days needs the email, on one known for seven does not', async () => {
    for (const [days, expected] of [
      [6, EMAIL_NEEDED],
      [7, RESET],
    ] as const) {
      const { id, phoneNumber, deviceToken } = await somebody({ verifiedEmail: true });
      const since = new Date(service.clock.now().getTime() - days * 86_400_000).toISOString();
      await service.db.execute(sql`UPDATE devices SET first_signed_in_at = ${since} WHERE user_id = ${id}`);
      const code = await resetCode(service, phoneNumber);
      expect(await resetPassword(service, { phoneNumber, deviceToken, ...code })).toMatchObject(expected);
    }
  });
});

describe('N5, N7: a code alone, on a device that the account does not know', () => {
  test('resets no password of an account that nobody used for 90 days, and the new password waits', async () => {
    const { id, phoneNumber, email } = await somebody({ verifiedEmail: true });
    await service.db.execute(sql`UPDATE users SET last_used_at = last_used_at - interval '91 days' WHERE id = ${id}`);
    const code = await resetCode(service, phoneNumber);
    const answer = await resetPassword(service, { phoneNumber, ...code });
    expect(answer).toMatchObject({ __typename: 'FurtherProofRequiredError', methods: ['EMAIL_OTP'] });
    const emailOtp = await sentByEmail(service, email, 'CONTINUE_SIGN_IN');
    const { continuationToken } = answer;
    expect(await continueSignIn(service, { continuationToken, emailOtp })).toMatchObject({ user: { id } });
  });

  test('resets no password of an account with a role, by email either', async () => {
    const { id, email, phoneNumber } = await somebody({ verifiedEmail: true });
    await service.db.execute(sql`UPDATE users SET role = 'ADMIN' WHERE id = ${id}`);
    const code = await resetCodeByEmail(service, email);
    const answer = await resetPassword(service, { email, ...code });
    expect(answer).toMatchObject({
      __typename: 'FurtherProofRequiredError',
      methods: expect.arrayContaining(['PHONE_OTP']),
    });
    const otp = await obtainCode(service, phoneNumber);
    const { continuationToken } = answer;
    expect(await continueSignIn(service, { continuationToken, otp })).toMatchObject({ user: { id } });
    expect(await continueSignIn(service, { continuationToken, otp })).toMatchObject({
      __typename: 'InvalidTokenError',
    });
  });
});
