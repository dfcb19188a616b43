import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reauthenticate, removePassword } from '../support/operations/account-operations.js';
import { signInOn } from '../support/devices.js';
import { giveEmail, requestEmailOtp } from '../support/operations/email-operations.js';
import { deleteAccount } from '../support/operations/leaving-operations.js';
import { accountRow, codeInNotice, moveTo, revertChange } from '../support/operations/number-changes.js';
import { continueSignIn, form, register, requestOtp } from '../support/operations/operations.js';
import type { SoftwareAuthenticator } from '../support/passkeys/authenticator.js';
import {
  addPasskey,
  newAuthenticator,
  passkeysOf,
  reauthenticateByPasskey,
  removePasskey,
  signInByPasskey,
  startRegistration,
} from '../support/passkeys/operations.js';
import { noticesTo, settleNotices } from '../support/notices.js';
import { NEW_PASSWORD, resetCode, resetPassword } from '../support/operations/reset-operations.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { changePassword, login, refresh, trailOf } from '../support/operations/session-operations.js';
import { beginAnew, DAY, setRole, showCode, userRow, waitingFor } from '../support/sleepers.js';

/** N6: a thief has the SIM of somebody who has a passkey. The column "passkey" of docs/decisions/0037. */

const PASSWORD = 'an even better passphrase';
const FURTHER = { __typename: 'FurtherProofRequiredError' };
const OPENED = { __typename: 'VerifyOtpSuccess' };
const AGAIN = { __typename: 'ReauthenticationRequiredError' };

let service: TestService;
let people = 0;
beforeAll(async () => {
  service = await startService({ env: { ...MANY_TEXTS, ACCESS_TOKEN_TTL: '86400', NOTICES: 'text,email' } });
});
beforeEach(() => service.clock.advance(60));
afterAll(() => service.close());

function nextNumber(): string {
  people += 1;
  return `+97798000662${String(people).padStart(2, '0')}`;
}

/** An account with a passkey, on the device of its first day. */
async function owner({ password = false, email = false } = {}) {
  const phoneNumber = nextNumber();
  const device = await signInOn(service, phoneNumber);
  if (email) await giveEmail(service, addressOf(phoneNumber), device.accessToken);
  if (password) await changePassword(service, device.accessToken, { newPassword: PASSWORD });
  const authenticator = newAuthenticator();
  await addPasskey(service, device.accessToken, { authenticator });
  return { phoneNumber, authenticator, ...device };
}

const addressOf = (phoneNumber: string) => `owner${phoneNumber.slice(1)}@example.com`;
const show = (phoneNumber: string, input: object = {}) => showCode(service, phoneNumber, input);

async function freshCode(phoneNumber: string) {
  service.clock.advance(60);
  const { requestToken } = await requestOtp(service, { phoneNumber });
  return { otp: service.phone.code(phoneNumber), requestToken };
}

describe('a thief with the number signs in on a device of their own', () => {
  test('and needs the passkey, or another proof of the owner; a known device needs the code alone', async () => {
    const account = await owner({ password: true, email: true });
    const methods = ['EMAIL_OTP', 'PASSWORD', 'PASSKEY'];
    expect(await show(account.phoneNumber)).toMatchObject({ ...FURTHER, methods, availableAt: null });
    expect(await show(account.phoneNumber, { deviceToken: account.deviceToken })).toMatchObject(OPENED);
  });

  test.each([0, 100])(
    'that nobody has used for %s days: neither a second code nor a new account helps',
    async (days) => {
      const { phoneNumber, userId } = await owner();
      service.clock.advance(days * DAY);
      const continuationToken = await waitingFor(service, phoneNumber);
      const offered = { __typename: 'InvalidInputError', fields: [{ code: 'NOT_OFFERED' }] };
      expect(await beginAnew(service, continuationToken)).toMatchObject(offered);
      expect(await continueSignIn(service, { continuationToken, ...(await freshCode(phoneNumber)) })).toMatchObject(
        offered,
      );
      expect((await userRow(service, userId))?.phoneNumber).toBe(phoneNumber);
    },
  );

  test('and registers with the number: it is taken', async () => {
    const { phoneNumber } = await owner();
    const { otp: verificationCode } = await freshCode(phoneNumber);
    const email = 'thief-of-sims@example.com';
    const answer = await register(service, form({ phoneNumber, email, username: 'thief.of.sims', verificationCode }));
    expect(answer).toMatchObject({ __typename: 'InvalidInputError', fields: [{ field: 'phoneNumber' }] });
  });

  test('and resets the password: not on a new device, and not on one that the account has known for a day', async () => {
    const account = await owner();
    const { phoneNumber } = account;
    const reset = async (input: object = {}) => {
      service.clock.advance(60);
      return resetPassword(service, { phoneNumber, ...(await resetCode(service, phoneNumber)), ...input });
    };
    expect(await reset()).toMatchObject({ ...FURTHER, methods: ['PASSKEY'] });
    service.clock.advance(DAY);
    const answer = await reset({ deviceToken: account.deviceToken });
    expect(answer).toMatchObject({ ...FURTHER, methods: ['PASSKEY'], availableAt: null });
    expect(await userRow(service, account.userId)).toMatchObject({ passwordHash: null });
    const { continuationToken } = answer;
    expect(await signInByPasskey(service, account.authenticator, { continuationToken })).toMatchObject({
      __typename: 'FinishPasskeySignInSuccess',
    });
  });

  test('and is an administrator’s: the passkey, not a second code', async () => {
    const { phoneNumber, userId } = await owner();
    await setRole(service, userId, 'ADMIN');
    expect(await show(phoneNumber)).toMatchObject({ ...FURTHER, methods: ['PASSKEY'], availableAt: null });
  });
});

/** Signed in by the stolen number before the passkey was added, two days ago. */
async function thiefInside({ password = false, email = false } = {}) {
  const phoneNumber = nextNumber();
  const device = await signInOn(service, phoneNumber);
  service.clock.advance(10 * DAY);
  const settled = await signInOn(service, phoneNumber, device.deviceToken);
  if (email) await giveEmail(service, addressOf(phoneNumber), settled.accessToken);
  if (password) await changePassword(service, settled.accessToken, { newPassword: PASSWORD });
  const thief = await signInOn(service, phoneNumber);
  const authenticator = newAuthenticator();
  const { passkey } = await addPasskey(service, settled.accessToken, { authenticator });
  service.clock.advance(2 * DAY);
  const { tokens } = await refresh(service, thief.refreshToken);
  const proved = await reauthenticate(service, tokens.accessToken, await freshCode(phoneNumber));
  return { phoneNumber, authenticator, passkey, userId: thief.userId, accessToken: proved.tokens.accessToken };
}

type Inside = Awaited<ReturnType<typeof thiefInside>>;

const CHANGES: Readonly<Record<string, (thief: Inside) => Promise<unknown>>> = {
  'the number': (thief) => moveTo(service, thief, nextNumber()),
  'the email address': ({ accessToken: token }) =>
    requestEmailOtp(service, { email: 'thief@example.com', purpose: 'VERIFY_EMAIL' }, { token }),
  'the password': ({ accessToken }) => changePassword(service, accessToken, { newPassword: NEW_PASSWORD }),
  'that there is a password': ({ accessToken }) => removePassword(service, accessToken),
  'the passkeys, with one of their own': ({ accessToken }) => startRegistration(service, accessToken),
  'the passkeys, without the owner’s': ({ accessToken, passkey }) => removePasskey(service, accessToken, passkey.id),
  'that there is an account': ({ accessToken }) => deleteAccount(service, accessToken),
};

describe.each([
  ['with a passkey', {}, ['PASSKEY']],
  ['with a passkey and a password', { password: true }, ['PASSWORD', 'PASSKEY']],
])('a thief who was in before an account had it: %s', (_, has, methods) => {
  let thief: Inside;
  beforeAll(async () => {
    thief = await thiefInside(has);
  });

  test.each(Object.keys(CHANGES))('changes, with a fresh code, %s: not alone', async (name) => {
    await reauthenticate(service, thief.accessToken, await freshCode(thief.phoneNumber));
    expect(await CHANGES[name]?.(thief)).toMatchObject({ ...AGAIN, methods });
  });
});

describe('the owner on a new device', () => {
  test('changes the password with the passkey, and a thief with the old one is out', async () => {
    const { authenticator, accessToken, phoneNumber } = await thiefInside({ password: true });
    await reauthenticateByPasskey(service, accessToken, { authenticator });
    const changed = await changePassword(service, accessToken, { newPassword: NEW_PASSWORD });
    expect(changed).toMatchObject({ __typename: 'ChangePasswordSuccess' });
    const old = await login(service, { identifier: phoneNumber, password: PASSWORD });
    expect(old).toMatchObject({ __typename: 'InvalidCredentialsError' });
  });

  test('who lost the passkey removes it with two other proofs, and not with one', async () => {
    const { accessToken, passkey, phoneNumber } = await thiefInside({ password: true });
    service.clock.advance(301);
    expect(await removePasskey(service, accessToken, passkey.id)).toMatchObject({
      ...AGAIN,
      methods: ['PHONE_OTP', 'PASSWORD', 'PASSKEY'],
    });
    await reauthenticate(service, accessToken, { password: PASSWORD });
    const methods = ['PHONE_OTP', 'PASSKEY'];
    expect(await removePasskey(service, accessToken, passkey.id)).toMatchObject({ ...AGAIN, methods });
    await reauthenticate(service, accessToken, await freshCode(phoneNumber));
    expect(await removePasskey(service, accessToken, passkey.id)).toMatchObject({ __typename: 'RemovePasskeySuccess' });
  });

  test('opens the account with code and password, or code and code by email', async () => {
    const account = await owner({ password: true, email: true });
    const first = await waitingFor(service, account.phoneNumber);
    expect(await continueSignIn(service, { continuationToken: first, password: PASSWORD })).toMatchObject(OPENED);
    const continuationToken = await waitingFor(service, account.phoneNumber);
    const { requestToken } = await requestEmailOtp(service, { purpose: 'CONTINUE_SIGN_IN', continuationToken });
    const emailOtp = service.phone.code(addressOf(account.phoneNumber));
    expect(await continueSignIn(service, { continuationToken, emailOtp, requestToken })).toMatchObject(OPENED);
  });
});

describe('a thief waits, and so does an owner who lost the passkey: the account has nothing else but its number', () => {
  const inSevenDays = () => new Date(service.clock.now().getTime() + 7 * DAY * 1000).toISOString();

  test('a new code opens it seven days after the first one; then the passkey may be removed', async () => {
    const { phoneNumber, userId, authenticator } = await owner();
    service.clock.advance(10 * DAY);
    expect(await show(phoneNumber)).toMatchObject({ ...FURTHER, methods: ['PASSKEY'], availableAt: inSevenDays() });
    service.clock.advance(7 * DAY - 61);
    expect(await show(phoneNumber)).toMatchObject(FURTHER);
    const opened = await show(phoneNumber);
    expect(opened).toMatchObject({ ...OPENED, user: { id: userId } });
    expect((await trailOf(service, userId)).at(-1)).toMatchObject({ details: { claimedBack: true } });

    // The owner of the passkey has not lost the account.
    expect(await signInByPasskey(service, authenticator)).toMatchObject({ user: { id: userId } });
    const [{ id }] = await passkeysOf(service, opened.tokens.accessToken);
    const removed = await removePasskey(service, opened.tokens.accessToken, id);
    expect(removed).toMatchObject({ __typename: 'RemovePasskeySuccess' });
  });

  test('a password reset in place of that sign-in changes nothing', async () => {
    const { phoneNumber, userId } = await owner();
    await waitingFor(service, phoneNumber);
    service.clock.advance(8 * DAY);
    const answer = await resetPassword(service, { phoneNumber, ...(await resetCode(service, phoneNumber)) });
    expect(answer).toMatchObject({ ...FURTHER, availableAt: service.clock.now().toISOString() });
    expect(await userRow(service, userId)).toMatchObject({ passwordHash: null });
  });

  test('a session that is used meanwhile stops it, within minutes', async () => {
    const { phoneNumber, refreshToken } = await owner();
    await waitingFor(service, phoneNumber);
    service.clock.advance(900);
    await refresh(service, refreshToken);
    service.clock.advance(8 * DAY);
    expect(await show(phoneNumber)).toMatchObject({ ...FURTHER, availableAt: null });
  });

  test('a use of the passkey stops it, and the next code begins a new wait', async () => {
    const { phoneNumber, authenticator } = await owner();
    await waitingFor(service, phoneNumber);
    service.clock.advance(6 * DAY);
    await signInByPasskey(service, authenticator);
    service.clock.advance(2 * DAY);
    service.clock.advance(60);
    expect(await show(phoneNumber)).toMatchObject({ ...FURTHER, availableAt: inSevenDays() });
  });
});

describe('the owner is told at once that somebody has a code and not the passkey', () => {
  const toldOn = (to: string) => noticesTo(service, to).filter(({ notice }) => notice === 'passkey_missing');

  test('by email, at each try: it may be the SIM that is stolen', async () => {
    const { phoneNumber } = await owner({ email: true });
    await waitingFor(service, phoneNumber);
    service.clock.advance(60);
    await resetPassword(service, { phoneNumber, ...(await resetCode(service, phoneNumber)) });
    await settleNotices(service);
    expect(toldOn(addressOf(phoneNumber))).toHaveLength(2);
    expect(toldOn(phoneNumber)).toHaveLength(0);
  });

  test('by text, until when to come back, once for each wait', async () => {
    const { phoneNumber } = await owner();
    const { availableAt } = await show(phoneNumber);
    await show(phoneNumber);
    await settleNotices(service);
    const [told, ...more] = toldOn(phoneNumber);
    expect(told?.text).toContain(availableAt.slice(0, 16).replace('T', ' '));
    expect(more).toEqual([]);
  });
});

describe('what a thief added before the owner added a passkey', () => {
  /** On a new device of an account of ten days. */
  async function robbed(add: (accessToken: string, phoneNumber: string) => Promise<unknown>) {
    const phoneNumber = nextNumber();
    const device = await signInOn(service, phoneNumber);
    service.clock.advance(10 * DAY);
    const settled = await signInOn(service, phoneNumber, device.deviceToken);
    const thief = await signInOn(service, phoneNumber);
    await add(thief.accessToken, phoneNumber);
    const back = await signInOn(service, phoneNumber, device.deviceToken);
    const authenticator: SoftwareAuthenticator = newAuthenticator();
    await addPasskey(service, back.accessToken, { authenticator });
    return { phoneNumber, thief, settled };
  }

  test('opens nothing: a password, alone or with a code', async () => {
    const { phoneNumber } = await robbed((token) => changePassword(service, token, { newPassword: NEW_PASSWORD }));
    const answer = await login(service, { identifier: phoneNumber, password: NEW_PASSWORD });
    expect(answer).toMatchObject({ ...FURTHER, methods: ['PASSKEY'] });
    const continuationToken = await waitingFor(service, phoneNumber);
    const refused = await continueSignIn(service, { continuationToken, password: NEW_PASSWORD });
    expect(refused).toMatchObject({ __typename: 'InvalidInputError', fields: [{ code: 'NOT_OFFERED' }] });
  });

  test('gets no code: an email address', async () => {
    const { phoneNumber } = await robbed((token, number) => giveEmail(service, addressOf(number), token));
    const continuationToken = await waitingFor(service, phoneNumber);
    const answer = await requestEmailOtp(service, { purpose: 'CONTINUE_SIGN_IN', continuationToken });
    expect(answer).toMatchObject({ __typename: 'InvalidInputError' });
  });
});

test('a passkey that a thief adds after taking the number goes when the owner takes the number back', async () => {
  const phoneNumber = nextNumber();
  await signInOn(service, phoneNumber);
  service.clock.advance(10 * DAY);
  const thief = await signInOn(service, phoneNumber);
  const [before, after] = [newAuthenticator(), newAuthenticator()];
  await addPasskey(service, thief.accessToken, { authenticator: before });
  await moveTo(service, thief, nextNumber());
  await addPasskey(service, thief.accessToken, { authenticator: after });
  const answer = await revertChange(service, await codeInNotice(service, thief.userId, 'number'));
  expect(answer).toMatchObject({ __typename: 'RevertChangeSuccess' });
  expect((await accountRow(service, thief.userId)).phone_number).toBe(phoneNumber);
  for (const authenticator of [before, after])
    expect(await signInByPasskey(service, authenticator)).toMatchObject({ __typename: 'InvalidCredentialsError' });
});
