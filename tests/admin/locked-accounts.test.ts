import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deleteAccount } from '../support/operations/leaving-operations.js';
import { signInOn } from '../support/devices.js';
import { requestEmailOtp } from '../support/operations/email-operations.js';
import { lockAccount, lockingOf, unlockAccount } from '../support/locks.js';
import { codeInNotice, moveTo, revertChange } from '../support/operations/number-changes.js';
import {
  continueSignIn,
  form,
  obtainCode,
  problemsOf,
  register,
  requestOtp,
  verifyOtp,
} from '../support/operations/operations.js';
import { overtaken } from '../support/overtaken.js';
import { resetCode, resetCodeByEmail, resetPassword } from '../support/operations/reset-operations.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { isSignedIn, login, refresh, registered } from '../support/operations/session-operations.js';
import { DAY, livingSessions, setRole, showCode, userRow, verifyEmailOf, waitingFor } from '../support/sleepers.js';

/** An account that an administrator has locked opens by nothing, and whoever has shown a right proof is told so (S10). */

const PASSWORD = 'SecurePassword123!';
const DISABLED = { __typename: 'AccountDisabledError' };

let service: TestService;
let people = 0;

beforeAll(async () => {
  service = await startService({ env: { ...MANY_TEXTS, NOTICES: 'text', DELETION_GRACE: '7' } });
});
beforeEach(() => service.clock.advance(60));
afterAll(() => service.close());

function nextNumber(): string {
  people += 1;
  return `+97798021${String(people).padStart(5, '0')}`;
}

/** Somebody with everything: a verified number and email address, a password, and a device that is known. */
async function person() {
  const phoneNumber = nextNumber();
  const verificationCode = await obtainCode(service, phoneNumber);
  const [username, email] = [`locked${people}`, `locked-${people}@example.com`];
  const { user, tokens, deviceToken } = await registered(
    service,
    form({ phoneNumber, email, username, verificationCode }),
  );
  await verifyEmailOf(service, user.id, email);
  service.clock.advance(60);
  return { phoneNumber, username, email, id: user.id as string, tokens, deviceToken };
}

const inOneHour = () => new Date(service.clock.now().getTime() + 3_600_000);

describe('right proofs do not open it', () => {
  test('a code, also on a device that the account knows', async () => {
    const { phoneNumber, deviceToken, id } = await person();
    await lockAccount(service, id);
    expect(await showCode(service, phoneNumber)).toMatchObject({ ...DISABLED, until: null });
    expect(await showCode(service, phoneNumber, { deviceToken })).toMatchObject(DISABLED);
    expect(await livingSessions(service, id)).toEqual([]);
  });

  test('a password, with and without the device', async () => {
    const { username, deviceToken, id } = await person();
    const until = inOneHour();
    await lockAccount(service, id, until);
    const answer = await login(service, { identifier: username, password: PASSWORD });
    expect(answer).toMatchObject({ ...DISABLED, until: until.toISOString() });
    expect(await login(service, { identifier: username, password: PASSWORD, deviceToken })).toMatchObject(DISABLED);
    expect(await livingSessions(service, id)).toEqual([]);
  });

  test('a code that resets the password, by text and by email', async () => {
    const { phoneNumber, email, id } = await person();
    await lockAccount(service, id);
    const before = (await userRow(service, id))?.passwordHash;
    expect(await resetPassword(service, { phoneNumber, ...(await resetCode(service, phoneNumber)) })).toMatchObject(
      DISABLED,
    );
    expect(await resetPassword(service, { email, ...(await resetCodeByEmail(service, email)) })).toMatchObject(
      DISABLED,
    );
    expect((await userRow(service, id))?.passwordHash).toBe(before);
  });

  test('one more proof, for a sign-in that waited for it when the account was locked', async () => {
    const { phoneNumber, id } = await person();
    await setRole(service, id, 'SUPPORT');
    const continuationToken = await waitingFor(service, phoneNumber);
    await lockAccount(service, id);
    expect(await continueSignIn(service, { continuationToken, password: PASSWORD })).toMatchObject(DISABLED);
    const mail = await requestEmailOtp(service, { purpose: 'CONTINUE_SIGN_IN', continuationToken });
    expect(problemsOf(mail)).toHaveProperty('continuationToken');

    await unlockAccount(service, id);
    const late = await continueSignIn(service, { continuationToken, password: PASSWORD });
    expect(late).toMatchObject({ __typename: 'InvalidTokenError' });
  });

  test('a lock comes at the very moment of the sign-in', async () => {
    const { phoneNumber, username, id } = await person();
    const locking = () => lockingOf(id, service.clock.now());
    expect(await overtaken(service, locking(), () => showCode(service, phoneNumber))).toMatchObject(DISABLED);
    await unlockAccount(service, id);
    const byPassword = await overtaken(service, locking(), () =>
      login(service, { identifier: username, password: PASSWORD }),
    );
    expect(byPassword.__typename).toBe('InvalidCredentialsError');
    expect(await livingSessions(service, id)).toEqual([]);
  });
});

describe('nobody but its owner is told', () => {
  test('wrong proofs are answered as for any account', async () => {
    const { phoneNumber, username, id } = await person();
    await lockAccount(service, id);
    await requestOtp(service, { phoneNumber });
    expect(await verifyOtp(service, { phoneNumber, otp: '000000' })).toMatchObject({ __typename: 'InvalidOtpError' });
    const wrong = await login(service, { identifier: username, password: 'WrongPassword123!' });
    expect(wrong.__typename).toBe('InvalidCredentialsError');
    expect(problemsOf(await register(service, form({ phoneNumber })))['phoneNumber']).toMatch(/already exists/);
  });

  test('right proofs cost no guesses', async () => {
    const { phoneNumber, username, id } = await person();
    await lockAccount(service, id);
    const otp = await obtainCode(service, phoneNumber);
    for (let time = 0; time < 6; time += 1) {
      expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject(DISABLED);
      expect(await login(service, { identifier: username, password: PASSWORD })).toMatchObject(DISABLED);
    }
    await unlockAccount(service, id);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ user: { id } });
  });
});

describe('what was signed in before', () => {
  test('is out at once: access token, refresh token, device', async () => {
    const { tokens, id } = await person();
    await lockAccount(service, id);
    expect(await isSignedIn(service, tokens.accessToken)).toBe(false);
    expect(await refresh(service, tokens.refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
  });

  test('a lock that is over opens the account again, and not the sessions', async () => {
    const { tokens, phoneNumber, id } = await person();
    await lockAccount(service, id, inOneHour());
    service.clock.advance(3_600);
    expect(await isSignedIn(service, tokens.accessToken)).toBe(false);
    expect(await showCode(service, phoneNumber)).toMatchObject({ user: { id } });
  });
});

describe('nobody gets around it', () => {
  test('by registering the number anew', async () => {
    const { phoneNumber, id } = await person();
    await lockAccount(service, id);
    const verificationCode = await obtainCode(service, phoneNumber);
    const answer = await register(service, form({ phoneNumber, email: 'anew@example.com', verificationCode }));
    expect(answer).toMatchObject({ ...DISABLED, until: null });
    expect((await userRow(service, id))?.phoneNumber).toBe(phoneNumber);
  });

  test('by saying, after long, that the number has changed hands', async () => {
    const { phoneNumber, id } = await person();
    service.clock.advance(100 * DAY);
    const continuationToken = await waitingFor(service, phoneNumber);
    await lockAccount(service, id);
    expect(await showCode(service, phoneNumber)).toMatchObject(DISABLED);
    expect(await continueSignIn(service, { continuationToken, newAccount: true })).toMatchObject(DISABLED);
    expect((await userRow(service, id))?.phoneNumber).toBe(phoneNumber);
  });

  test('by claiming an account that has nothing but its number', async () => {
    const phoneNumber = nextNumber();
    const { userId } = await signInOn(service, phoneNumber);
    service.clock.advance(100 * DAY);
    await waitingFor(service, phoneNumber);
    await lockAccount(service, userId);
    service.clock.advance(10 * DAY);
    expect(await showCode(service, phoneNumber)).toMatchObject(DISABLED);
  });

  test('by taking a change of number back, which would leave the present number free', async () => {
    const device = await signInOn(service, nextNumber());
    const phoneNumber = nextNumber();
    expect(await moveTo(service, device, phoneNumber)).toMatchObject({ __typename: 'ChangePhoneNumberSuccess' });
    const token = await codeInNotice(service, device.userId, 'number');
    await lockAccount(service, device.userId);
    const refused = await revertChange(service, token, { deviceToken: device.deviceToken });
    expect(refused).toMatchObject({ __typename: 'InvalidTokenError', message: expect.stringMatching(/locked/) });
    expect(await showCode(service, phoneNumber)).toMatchObject(DISABLED);

    await unlockAccount(service, device.userId);
    expect(await revertChange(service, token, { deviceToken: device.deviceToken })).toMatchObject({
      __typename: 'RevertChangeSuccess',
    });
  });

  test('by having the account deleted: it goes when the lock is lifted', async () => {
    const { phoneNumber, tokens, id } = await person();
    expect(await deleteAccount(service, tokens.accessToken)).toMatchObject({ __typename: 'DeleteAccountSuccess' });
    await lockAccount(service, id);
    service.clock.advance(8 * DAY);
    await service.background.housekeeper.run();
    expect(await showCode(service, phoneNumber)).toMatchObject(DISABLED);

    await unlockAccount(service, id);
    await service.background.housekeeper.run();
    expect(await userRow(service, id)).toBeUndefined();
  });

  test('by verifying the number of a registration that was locked a moment ago', async () => {
    const phoneNumber = nextNumber();
    const { user, deviceToken } = await registered(service, form({ phoneNumber, email: 'young@example.com' }));
    await lockAccount(service, user.id);
    expect(await showCode(service, phoneNumber)).toMatchObject(DISABLED);
    await service.db.execute(sql`UPDATE devices SET epoch = 99 WHERE user_id = ${user.id}`);
    expect(await showCode(service, phoneNumber, { deviceToken })).toMatchObject(DISABLED);
    expect((await userRow(service, user.id))?.phoneVerifiedAt).toBeNull();
  });
});

test('the owner of a number that somebody else registered long ago is not kept out by a lock of that account', async () => {
  const phoneNumber = nextNumber();
  const { user } = await registered(service, form({ phoneNumber, email: 'stranger@example.com' }));
  await lockAccount(service, user.id);
  service.clock.advance(3_600);
  const answer = await showCode(service, phoneNumber);
  expect(answer).toMatchObject({ __typename: 'VerifyOtpSuccess', newMember: true });
  expect(answer.user.id).not.toBe(user.id);
});
