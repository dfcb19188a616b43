import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reauthenticate } from '../support/operations/account-operations.js';
import { signInOn } from '../support/devices.js';
import { giveEmail } from '../support/operations/email-operations.js';
import { noticesTo, settleNotices } from '../support/notices.js';
import { continueSignIn, requestOtp } from '../support/operations/operations.js';
import {
  addPasskey,
  newAuthenticator,
  removePasskey,
  signInByPasskey,
  startRegistration,
} from '../support/passkeys/operations.js';
import { NEW_PASSWORD, resetCodeByEmail, resetPassword } from '../support/operations/reset-operations.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { changePassword, login } from '../support/operations/session-operations.js';
import { DAY, showCode, userRow } from '../support/sleepers.js';

/** One code is not enough for an account with a passkey: not to the number (abuse/stolen-sims.test.ts), and not by email. */

const PASSWORD = 'an even better passphrase';
const FURTHER = { __typename: 'FurtherProofRequiredError' };
const OPENED = { __typename: 'VerifyOtpSuccess' };
const NOT_OFFERED = { __typename: 'InvalidInputError', fields: [{ code: 'NOT_OFFERED' }] };

let service: TestService;
let people = 0;
beforeAll(async () => {
  service = await startService({ env: { ...MANY_TEXTS, NOTICES: 'text,email' } });
});
beforeEach(() => service.clock.advance(60));
afterAll(() => service.close());

const addressOf = (phoneNumber: string) => `owner${phoneNumber.slice(1)}@example.com`;

/** An account of ten days with a passkey. */
async function owner({ password = false, email = false } = {}) {
  people += 1;
  const phoneNumber = `+97798000671${String(people).padStart(2, '0')}`;
  const device = await signInOn(service, phoneNumber);
  const address = addressOf(phoneNumber);
  if (email) await giveEmail(service, address, device.accessToken);
  if (password) await changePassword(service, device.accessToken, { newPassword: PASSWORD });
  const authenticator = newAuthenticator();
  const { passkey } = await addPasskey(service, device.accessToken, { authenticator });
  service.clock.advance(10 * DAY);
  return { ...device, phoneNumber, address, authenticator, passkeyId: passkey.id as string };
}

type Owner = Awaited<ReturnType<typeof owner>>;

async function resetByEmail({ address: email }: Pick<Owner, 'address'>, input: object = {}) {
  service.clock.advance(60);
  return resetPassword(service, { email, ...(await resetCodeByEmail(service, email)), ...input });
}

async function codeTo(phoneNumber: string) {
  service.clock.advance(60);
  const { requestToken } = await requestOtp(service, { phoneNumber });
  return { otp: service.phone.code(phoneNumber), requestToken };
}

const passwordOf = async ({ userId }: Pick<Owner, 'userId'>) => (await userRow(service, userId))?.passwordHash;

describe('a thief with the mailbox resets the password', () => {
  test('and needs one more proof, which a second code by email is not', async () => {
    const account = await owner({ email: true, password: true });
    const before = await passwordOf(account);
    const answer = await resetByEmail(account);
    const methods = ['PHONE_OTP', 'PASSWORD', 'PASSKEY'];
    expect(answer).toMatchObject({ ...FURTHER, methods, availableAt: null });
    const { continuationToken } = answer;
    service.clock.advance(60);
    const { otp: emailOtp } = await resetCodeByEmail(service, account.address);
    expect(await continueSignIn(service, { continuationToken, emailOtp })).toMatchObject(NOT_OFFERED);
    expect(await continueSignIn(service, { continuationToken, newAccount: true })).toMatchObject(NOT_OFFERED);
    expect(await passwordOf(account)).toBe(before);
  });

  test('on a device that the account has known for a day: no sooner', async () => {
    const account = await owner({ email: true });
    const young = await signInByPasskey(service, account.authenticator);
    service.clock.advance(DAY);
    const answer = await resetByEmail(account, { deviceToken: young.deviceToken });
    expect(answer).toMatchObject({ ...FURTHER, methods: ['PHONE_OTP', 'PASSKEY'] });
    expect(await passwordOf(account)).toBeNull();
  });

  test('and has the SIM, too: two proofs are enough', async () => {
    const account = await owner({ email: true });
    const { continuationToken } = await resetByEmail(account);
    const answer = await continueSignIn(service, { continuationToken, ...(await codeTo(account.phoneNumber)) });
    expect(answer).toMatchObject({ ...OPENED, user: { id: account.userId } });
    expect(await passwordOf(account)).not.toBeNull();
  });

  test('and the owner is told by text: the mailbox is not theirs alone', async () => {
    const account = await owner({ email: true });
    await resetByEmail(account);
    await settleNotices(service);
    expect(noticesTo(service, account.phoneNumber).map(({ notice }) => notice)).toContain('passkey_missing');
  });
});

describe('the owner on a new device, who forgot the password, resets it by email', () => {
  test('with the passkey', async () => {
    const account = await owner({ email: true, password: true });
    const { continuationToken } = await resetByEmail(account);
    const answer = await signInByPasskey(service, account.authenticator, { continuationToken });
    expect(answer).toMatchObject({ __typename: 'FinishPasskeySignInSuccess' });
    const { phoneNumber: identifier } = account;
    const { deviceToken } = answer;
    const signedIn = await login(service, { identifier, password: NEW_PASSWORD, deviceToken });
    expect(signedIn).toMatchObject({ __typename: 'LoginSuccess' });
  });

  test('without it, by a code to the number; the device of long needs neither', async () => {
    const account = await owner({ email: true });
    const { continuationToken } = await resetByEmail(account);
    const code = await codeTo(account.phoneNumber);
    expect(await continueSignIn(service, { continuationToken, ...code })).toMatchObject(OPENED);
    const { deviceToken } = account;
    expect(await resetByEmail(account, { deviceToken })).toMatchObject({ __typename: 'ResetPasswordSuccess' });
  });
});

describe('the only passkey of an account was copied: its counter went back', () => {
  async function copied(has: Parameters<typeof owner>[0] = {}) {
    const account = await owner(has);
    const copy = account.authenticator.copy();
    await signInByPasskey(service, account.authenticator);
    expect(await signInByPasskey(service, copy)).toMatchObject({ __typename: 'InvalidCredentialsError' });
    return account;
  }

  test('a thief with the SIM or the mailbox still needs two proofs, and the passkey is none', async () => {
    const account = await copied({ email: true, password: true });
    const byNumber = await showCode(service, account.phoneNumber);
    expect(byNumber).toMatchObject({ ...FURTHER, methods: ['EMAIL_OTP', 'PASSWORD'], availableAt: null });
    expect(await resetByEmail(account)).toMatchObject({ ...FURTHER, methods: ['PHONE_OTP', 'PASSWORD'] });
    const { continuationToken } = byNumber;
    expect(await continueSignIn(service, { continuationToken, newAccount: true })).toMatchObject(NOT_OFFERED);
    const refused = { __typename: 'InvalidCredentialsError' };
    expect(await signInByPasskey(service, account.authenticator)).toMatchObject(refused);
    expect(await continueSignIn(service, { continuationToken, password: PASSWORD })).toMatchObject(OPENED);
  });

  test('a thief with the password changes nothing on a device of their own', async () => {
    const { phoneNumber, passkeyId } = await copied({ password: true });
    const { tokens } = await login(service, { identifier: phoneNumber, password: PASSWORD });
    const again = { __typename: 'ReauthenticationRequiredError', methods: ['PHONE_OTP'] };
    expect(await removePasskey(service, tokens.accessToken, passkeyId)).toMatchObject(again);
    expect(await startRegistration(service, tokens.accessToken)).toMatchObject(again);
    await reauthenticate(service, tokens.accessToken, await codeTo(phoneNumber));
    const removed = await removePasskey(service, tokens.accessToken, passkeyId);
    expect(removed).toMatchObject({ __typename: 'RemovePasskeySuccess' });
  });

  test('its owner, who has nothing else but the number, waits for seven days and removes it', async () => {
    const { phoneNumber, userId, passkeyId } = await copied();
    const availableAt = new Date(service.clock.now().getTime() + 60_000 + 7 * DAY * 1000).toISOString();
    expect(await showCode(service, phoneNumber)).toMatchObject({ ...FURTHER, methods: [], availableAt });
    service.clock.advance(7 * DAY);
    const opened = await showCode(service, phoneNumber);
    expect(opened).toMatchObject({ ...OPENED, user: { id: userId } });
    const removed = await removePasskey(service, opened.tokens.accessToken, passkeyId);
    expect(removed).toMatchObject({ __typename: 'RemovePasskeySuccess' });
  });
});
