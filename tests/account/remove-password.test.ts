import { eq, sql } from 'drizzle-orm';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { userTable } from '../../src/users/user.table.js';
import { REMOVE_PASSWORD, reauthenticate, removePassword } from '../support/operations/account-operations.js';
import { giveEmail } from '../support/operations/email-operations.js';
import { countOf, form, inParallel, obtainCode, signIn, verifyOtp } from '../support/operations/operations.js';
import { overtaken } from '../support/overtaken.js';
import { startService, type TestService } from '../support/service.js';
import {
  auditOf,
  changePassword,
  errorCode,
  isSignedIn,
  login,
  refresh,
  registered,
  sessionRow,
} from '../support/operations/session-operations.js';

const OLD = 'SecurePassword123!';
const REMOVED = 'RemovePasswordSuccess';
const REQUIRED = 'ReauthenticationRequiredError';

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: { OTP_RESEND_COOLDOWN: '1' } });
});
afterAll(() => service.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000157${String(serial).padStart(2, '0')}`;
}

/** Somebody with a password and a verified number, just signed in. */
async function account() {
  const phoneNumber = nextNumber();
  const [username, email] = [`remover${serial}`, `remover${serial}@example.com`];
  const verificationCode = await obtainCode(service, phoneNumber);
  const { user, tokens } = await registered(service, form({ phoneNumber, username, email, verificationCode }));
  service.clock.advance(1);
  return { phoneNumber, username, email, id: user.id as string, token: tokens.accessToken as string };
}

describe('a user who signs in by code only from now on', () => {
  test('the password opens nothing any more, the code does', async () => {
    const { phoneNumber, username, token } = await account();
    expect(await removePassword(service, token)).toMatchObject({ __typename: REMOVED, user: { hasPassword: false } });
    expect(await login(service, { identifier: username, password: OLD })).toMatchObject({
      __typename: 'InvalidCredentialsError',
    });
    expect(await signIn(service, phoneNumber)).toMatchObject({ user: { hasPassword: false } });
    expect(await changePassword(service, token, { newPassword: 'an even better passphrase' })).toMatchObject({
      __typename: 'ChangePasswordSuccess',
    });
  });

  test('S2: every other session ends at once, the current one goes on', async () => {
    const { username, token } = await account();
    const { tokens: other } = await login(service, { identifier: username, password: OLD });
    await removePassword(service, token);
    expect(await isSignedIn(service, other.accessToken)).toBe(false);
    expect(await refresh(service, other.refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
    expect(await isSignedIn(service, token)).toBe(true);
  });

  test('C6: a code under way dies', async () => {
    const { phoneNumber, token } = await account();
    const otp = await obtainCode(service, phoneNumber);
    await removePassword(service, token);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'InvalidOtpError' });
  });

  test('it is put on record with session and device', async () => {
    const { id, token } = await account();
    await removePassword(service, token);
    const sessionId = String(decodeJwt(token)['sid']);
    const { deviceId } = await sessionRow(service, sessionId);
    const event = { kind: 'password_removed', sessionId, deviceId, ipAddress: '127.0.0.1', details: {} };
    expect(await auditOf(service, id)).toEqual([expect.objectContaining(event)]);
  });

  test('without a password there is nothing to remove, nothing ends and nothing is written', async () => {
    const { tokens, user } = await signIn(service, nextNumber());
    expect(await removePassword(service, tokens.accessToken)).toMatchObject({ __typename: REMOVED });
    expect(await auditOf(service, user.id)).toEqual([]);
  });

  test('five times at the same moment: once', async () => {
    const { id, token } = await account();
    const answers = await inParallel(5, () => removePassword(service, token));
    expect(countOf(answers)[REMOVED]).toBeGreaterThanOrEqual(1);
    expect(await auditOf(service, id)).toHaveLength(1);
  });
});

describe('somebody at an unlocked phone', () => {
  test('needs a fresh proof', async () => {
    const { phoneNumber, token } = await account();
    service.clock.advance(300);
    expect(await removePassword(service, token)).toMatchObject({
      ...{ __typename: REQUIRED, maxAgeSeconds: 300, methods: ['PHONE_OTP', 'PASSWORD'] },
    });
    await reauthenticate(service, token, { otp: await obtainCode(service, phoneNumber) });
    expect(await removePassword(service, token)).toMatchObject({ __typename: REMOVED });
  });

  test('N6: a new device with the number alone removes no password of an account with a verified email', async () => {
    const { phoneNumber, email, token } = await account();
    await giveEmail(service, email, token);
    const { tokens } = await signIn(service, phoneNumber);
    expect(await removePassword(service, tokens.accessToken)).toMatchObject({
      ...{ __typename: REQUIRED, methods: ['EMAIL_OTP'] },
    });
  });

  test('nobody who is not signed in gets anywhere', async () => {
    const { token } = await account();
    expect(errorCode(await service.graphql(REMOVE_PASSWORD))).toBe('UNAUTHENTICATED');
    await service.graphql('mutation { logout { __typename } }', {}, { token });
    expect(errorCode(await service.graphql(REMOVE_PASSWORD, {}, { token }))).toBe('UNAUTHENTICATED');
  });
});

describe('an account that nothing else opens keeps its password', () => {
  test('an unverified number is no way in: verify it first', async () => {
    const phoneNumber = nextNumber();
    const email = `only-password${serial}@example.com`;
    const { tokens } = await registered(service, form({ phoneNumber, email }));
    const token = tokens.accessToken;
    expect(await removePassword(service, token)).toMatchObject({
      ...{ __typename: REQUIRED, methods: ['PHONE_OTP', 'EMAIL_OTP'] },
    });
    const otp = await obtainCode(service, phoneNumber);
    const verified = await verifyOtp(service, { phoneNumber, otp }, { token });
    expect(await removePassword(service, verified.tokens.accessToken)).toMatchObject({ __typename: REMOVED });
  });

  test('N7: an administrator opens on a new device by two proofs, so the number alone is not enough', async () => {
    const { id, email, token } = await account();
    await service.db.update(userTable).set({ role: 'ADMIN' }).where(eq(userTable.id, id));
    expect(await removePassword(service, token)).toMatchObject({ __typename: REQUIRED, methods: ['EMAIL_OTP'] });
    await giveEmail(service, email, token);
    expect(await removePassword(service, token)).toMatchObject({ __typename: REMOVED });
  });

  test('the number is taken away at the very moment: the password stays', async () => {
    const { id, username, token } = await account();
    const taken = sql`UPDATE users SET phone_number = NULL, phone_verified_at = NULL WHERE id = ${id}`;
    const answer = await overtaken(service, taken, () => removePassword(service, token));
    expect(answer).toMatchObject({ __typename: REQUIRED });
    expect(await login(service, { identifier: username, password: OLD })).toMatchObject({ __typename: 'LoginSuccess' });
  });
});
