import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reauthenticate } from '../support/operations/account-operations.js';
import { type Device, signInOn } from '../support/devices.js';
import { giveEmail, requestEmailOtp } from '../support/operations/email-operations.js';
import { accountRow, codeInNotice, moveTo, revertChange } from '../support/operations/number-changes.js';
import { NEW_PASSWORD, resetCode, resetCodeByEmail, resetPassword } from '../support/operations/reset-operations.js';
import { noticesTo, settleNotices } from '../support/notices.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { changePassword, isSignedIn, login } from '../support/operations/session-operations.js';

/**
 * N6, N8, S8: a thief with one proof gives the account a second one of their own. It must neither count as the owner's, nor
 * keep the owner out.
 */

const DAY = 86_400;
const PASSWORD = 'an even better passphrase';
const OF_THIEF = 'the passphrase of a thief';

let service: TestService;
let people = 0;
beforeAll(async () => {
  service = await startService({ env: { ...MANY_TEXTS, NOTICES: 'text,email' } });
});
beforeEach(() => service.clock.advance(60));
afterAll(() => service.close());

interface Owner extends Device {
  readonly phoneNumber: string;
}

function nextNumber(): string {
  people += 1;
  return `+97798000631${String(people).padStart(2, '0')}`;
}

const nextAddress = (who: string) => `${who}-${people}@example.com`;

/** An account of ten days, which knows the device of its owner. */
async function owner({ password = false } = {}): Promise<Owner> {
  const phoneNumber = nextNumber();
  const device = await signInOn(service, phoneNumber);
  if (password) await changePassword(service, device.accessToken, { newPassword: PASSWORD });
  service.clock.advance(10 * DAY);
  return { phoneNumber, ...device };
}

/** With a password that leaked, on a device of their own. */
async function thiefWithPassword({ phoneNumber }: Owner): Promise<string> {
  const answer = await login(service, { identifier: phoneNumber, password: PASSWORD });
  expect(answer.__typename).toBe('LoginSuccess');
  return answer.tokens.accessToken;
}

describe('the owner takes a change of number back with the code in the text alone', () => {
  test('after a thief who read one code added an email address: it is no second proof, and goes', async () => {
    const account = await owner();
    const thief = await signInOn(service, account.phoneNumber);
    const email = nextAddress('thief');
    await giveEmail(service, email, thief.accessToken);
    expect(await moveTo(service, thief, nextNumber())).toMatchObject({ __typename: 'ChangePhoneNumberSuccess' });
    const answer = await revertChange(service, await codeInNotice(service, account.userId, 'number'));
    expect(answer).toMatchObject({ __typename: 'RevertChangeSuccess' });
    const { phone_number: phoneNumber, email: kept } = await accountRow(service, account.userId);
    expect({ phoneNumber, email: kept }).toEqual({ phoneNumber: account.phoneNumber, email: null });
  });

  test('after a thief who read one code set a password and showed it: the same', async () => {
    const account = await owner();
    const thief = await signInOn(service, account.phoneNumber);
    await changePassword(service, thief.accessToken, { newPassword: OF_THIEF });
    await reauthenticate(service, thief.accessToken, { password: OF_THIEF });
    expect(await moveTo(service, thief, nextNumber())).toMatchObject({ __typename: 'ChangePhoneNumberSuccess' });
    const answer = await revertChange(service, await codeInNotice(service, account.userId, 'number'));
    expect(answer).toMatchObject({ __typename: 'RevertChangeSuccess' });
    expect(await login(service, { identifier: account.phoneNumber, password: OF_THIEF })).toMatchObject({
      __typename: 'InvalidCredentialsError',
    });
  });

  test('after a thief who read one code reset the password and signed in with it: the same', async () => {
    const account = await owner();
    const reset = await resetPassword(service, {
      phoneNumber: account.phoneNumber,
      ...(await resetCode(service, account.phoneNumber)),
    });
    expect(reset.__typename).toBe('ResetPasswordSuccess');
    const thief = await signInOn(service, account.phoneNumber);
    await reauthenticate(service, thief.accessToken, { password: NEW_PASSWORD });
    await moveTo(service, thief, nextNumber());
    const answer = await revertChange(service, await codeInNotice(service, account.userId, 'number'));
    expect(answer).toMatchObject({ __typename: 'RevertChangeSuccess' });
    expect((await accountRow(service, account.userId)).password_hash).toBeNull();
  });

  test('after a thief with a leaked password added an email address: the same', async () => {
    const account = await owner({ password: true });
    const accessToken = await thiefWithPassword(account);
    await giveEmail(service, nextAddress('thief'), accessToken);
    await moveTo(service, { accessToken, userId: account.userId }, nextNumber());
    const answer = await revertChange(service, await codeInNotice(service, account.userId, 'number'));
    expect(answer).toMatchObject({ __typename: 'RevertChangeSuccess' });
    expect((await accountRow(service, account.userId)).email).toBeNull();
  });
});

describe('a thief with a leaked password adds an email address of their own, and the owner lost their device', () => {
  test('S8: a fresh code to the number replaces the password, and the address', async () => {
    const account = await owner({ password: true });
    const thief = await thiefWithPassword(account);
    const ofThief = nextAddress('thief');
    await giveEmail(service, ofThief, thief);
    const back = await signInOn(service, account.phoneNumber);
    const changed = await changePassword(service, back.accessToken, { newPassword: NEW_PASSWORD });
    expect(changed).toMatchObject({ __typename: 'ChangePasswordSuccess' });
    expect(await isSignedIn(service, thief)).toBe(false);
    await giveEmail(service, nextAddress('owner'), back.accessToken);
    const { otp } = await resetCodeByEmail(service, ofThief).catch(() => ({ otp: '000000' }));
    expect(await resetPassword(service, { email: ofThief, otp })).toMatchObject({ __typename: 'InvalidOtpError' });
  });

  test('S8: or a reset by a code to the number does', async () => {
    const account = await owner({ password: true });
    const thief = await thiefWithPassword(account);
    await giveEmail(service, nextAddress('thief'), thief);
    const { phoneNumber } = account;
    const reset = await resetPassword(service, { phoneNumber, ...(await resetCode(service, phoneNumber)) });
    expect(reset).toMatchObject({ __typename: 'ResetPasswordSuccess' });
    expect(await isSignedIn(service, thief)).toBe(false);
  });
});

describe('an email address that the owner added protects the account', () => {
  const NEEDS_EMAIL = { __typename: 'ReauthenticationRequiredError', methods: ['EMAIL_OTP'] };

  test('at once, where the account is new', async () => {
    const phoneNumber = nextNumber();
    const { accessToken } = await signInOn(service, phoneNumber);
    await giveEmail(service, nextAddress('owner'), accessToken);
    const thief = await signInOn(service, phoneNumber);
    expect(await changePassword(service, thief.accessToken, { newPassword: OF_THIEF })).toMatchObject(NEEDS_EMAIL);
  });

  test('at once, where the account has known the device for seven days', async () => {
    const { phoneNumber, deviceToken } = await owner();
    const back = await signInOn(service, phoneNumber, deviceToken);
    await giveEmail(service, nextAddress('owner'), back.accessToken);
    const thief = await signInOn(service, phoneNumber);
    expect(await changePassword(service, thief.accessToken, { newPassword: OF_THIEF })).toMatchObject(NEEDS_EMAIL);
  });

  test('otherwise after seven days', async () => {
    const { phoneNumber } = await owner();
    const back = await signInOn(service, phoneNumber);
    await giveEmail(service, nextAddress('owner'), back.accessToken);
    service.clock.advance(7 * DAY);
    const thief = await signInOn(service, phoneNumber);
    expect(await changePassword(service, thief.accessToken, { newPassword: OF_THIEF })).toMatchObject(NEEDS_EMAIL);
    const answer = await requestEmailOtp(
      service,
      { email: nextAddress('thief'), purpose: 'VERIFY_EMAIL' },
      { token: thief.accessToken },
    );
    expect(answer).toMatchObject(NEEDS_EMAIL);
  });
});

describe('the owner is told, and takes back what the thief did', () => {
  test('an address that is added on a new device is told to the number; one on the owner’s device is not', async () => {
    const [account, robbed] = [await owner(), await owner()];
    const back = await signInOn(service, account.phoneNumber, account.deviceToken);
    await giveEmail(service, nextAddress('owner'), back.accessToken);
    const thief = await signInOn(service, robbed.phoneNumber);
    await giveEmail(service, nextAddress('thief'), thief.accessToken);
    await settleNotices(service);
    const told = (phoneNumber: string) => noticesTo(service, phoneNumber).map(({ notice }) => notice);
    expect(told(robbed.phoneNumber).sort()).toEqual(['email_changed', 'new_device']);
    expect(told(account.phoneNumber)).toEqual([]);
  });

  test('the address of a thief gets no code that takes the owner’s change of number back', async () => {
    const account = await owner();
    const thief = await signInOn(service, account.phoneNumber);
    const ofThief = nextAddress('thief');
    await giveEmail(service, ofThief, thief.accessToken);
    const back = await signInOn(service, account.phoneNumber, account.deviceToken);
    const phoneNumber = nextNumber();
    expect(await moveTo(service, back, phoneNumber)).toMatchObject({ __typename: 'ChangePhoneNumberSuccess' });
    await settleNotices(service);
    const code = await codeInNotice(service, account.userId, 'email');
    const [notice] = noticesTo(service, ofThief);
    expect(notice?.text).not.toContain(code);
    const answer = await revertChange(service, code);
    expect(answer).toMatchObject({ __typename: 'InvalidTokenError' });
    expect((await accountRow(service, account.userId)).phone_number).toBe(phoneNumber);
  });
});
