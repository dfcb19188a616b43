import { sql } from 'drizzle-orm';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appSecret } from '../../src/platform/app-secret.js';
import { type Device, deviceIdOf, devicesOf, guessCodes, signInOn } from '../support/devices.js';
import { form, me, signIn, verifyOtp } from '../support/operations/operations.js';
import { startService, TEST_SECRET, type TestService } from '../support/service.js';
import {
  changePassword,
  logout,
  logoutEverywhere,
  refresh,
  registered,
  revokeSession,
} from '../support/operations/session-operations.js';

/** What a device token is worth: guesses of its own, on the device and for the account that it was given to. */

const DAY = 86_400;
const PASSWORD = 'SecurePassword123!';

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: { SESSION_MAX_AGE: String(10 * DAY) } });
});
afterAll(() => service.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000071${String(serial).padStart(2, '0')}`;
}

/** Whether a token makes its device a known one for a number: whether it can go on after strangers have locked that. */
async function isKnown(phoneNumber: string, deviceToken: string, at: TestService = service): Promise<boolean> {
  at.clock.advance(61);
  await guessCodes(at, phoneNumber, 6);
  const { __typename } = await verifyOtp(at, { phoneNumber, otp: '000000', deviceToken });
  return __typename !== 'AccountLockedError';
}

/** The same token with another payload, signed with the key of the service or with another one. */
async function forge(token: string, changes: { claims?: object; header?: object; key?: Uint8Array }): Promise<string> {
  const header = { ...decodeProtectedHeader(token), ...changes.header };
  return new SignJWT({ ...decodeJwt(token), ...changes.claims })
    .setProtectedHeader({ ...header, alg: 'HS256' })
    .sign(changes.key ?? appSecret(TEST_SECRET).key('device-token'));
}

describe('something else is sent as a device token', () => {
  const forgeries: readonly [name: string, token: (device: Device, own: Device) => string | Promise<string>][] = [
    ['nothing', () => ''],
    ['no token', () => 'x'],
    ['50,000 characters', () => 'e'.repeat(50_000)],
    ['NUL', () => '\u0000'],
    ['the access token', ({ accessToken }) => accessToken],
    ['the refresh token', ({ refreshToken }) => refreshToken],
    ['one with another signature', ({ deviceToken }) => `${deviceToken.slice(0, -6)}AAAAAA`],
    ['one without a signature', ({ deviceToken }) => unsigned(deviceToken)],
    ['one signed with another key', ({ deviceToken }) => forge(deviceToken, { key: Buffer.alloc(32) })],
    ['one of a secret that is not known', ({ deviceToken }) => forge(deviceToken, { header: { kid: 'another' } })],
    ['one of another type', ({ deviceToken }) => forge(deviceToken, { header: { typ: 'refresh+jwt' } })],
    ['one for a device that never signed in', ({ deviceToken }) => forge(deviceToken, { claims: { dev: OTHER } })],
    ['one that names no device', ({ deviceToken }) => forge(deviceToken, { claims: { dev: 'x' } })],
    ['that of another account', (_device, own) => own.deviceToken],
    [
      'that of another account, with this account’s name on it',
      ({ userId }, own) => forge(own.deviceToken, { claims: { sub: userId } }),
    ],
  ];
  const OTHER = '6f1c1c0e-2d5c-4a1c-9a52-5d1f3b1f0c11';

  test.each(forgeries)('%s: it counts as none', async (_name, forgery) => {
    const [phoneNumber, own] = [nextNumber(), await signInOn(service, nextNumber())];
    const device = await signInOn(service, phoneNumber);
    expect(await isKnown(phoneNumber, await forgery(device, own))).toBe(false);
    expect(await isKnown(phoneNumber, device.deviceToken)).toBe(true);
  });

  function unsigned(token: string): string {
    const header = Buffer.from(JSON.stringify({ ...decodeProtectedHeader(token), alg: 'none' })).toString('base64url');
    return `${header}.${token.split('.')[1]}.`;
  }
});

describe('S4: a device token is sent as something else', () => {
  test('it is no access token and no refresh token', async () => {
    const { deviceToken } = await signInOn(service, nextNumber());
    const { body } = await me(service, deviceToken);
    expect(body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(await refresh(service, deviceToken)).toMatchObject({ __typename: 'InvalidTokenError' });
  });

  test('it is in no log line', async () => {
    const { deviceToken } = await signInOn(service, nextNumber());
    expect(service.logs.join('')).not.toContain(deviceToken.split('.')[1]);
  });
});

describe('how long a device is known', () => {
  test('180 days longer than the longest session, and each sign-in begins it anew', async () => {
    const [idle, busy] = [nextNumber(), nextNumber()];
    const [old, used] = [await signInOn(service, idle), await signInOn(service, busy)];
    service.clock.advance(100 * DAY);
    const again = await signInOn(service, busy, used.deviceToken);
    service.clock.advance(90 * DAY - 300);
    expect(await isKnown(idle, old.deviceToken)).toBe(true);
    service.clock.advance(DAY);
    await service.background.housekeeper.run();
    expect(await isKnown(idle, old.deviceToken)).toBe(false);
    expect(await devicesOf(service, old.userId)).toEqual([]);
    expect(await isKnown(busy, again.deviceToken)).toBe(true);
  });

  test('through logging out, since it is for the next sign-in that it is needed', async () => {
    const phoneNumber = nextNumber();
    const { deviceToken, accessToken } = await signInOn(service, phoneNumber);
    await logout(service, { accessToken });
    expect(await isKnown(phoneNumber, deviceToken)).toBe(true);
  });

  test('through a change of APP_SECRET', async () => {
    const phoneNumber = nextNumber();
    const { deviceToken } = await signInOn(service, phoneNumber);
    const env = { APP_SECRET: 'another secret for tests that is long enough', APP_SECRET_PREVIOUS: TEST_SECRET };
    const later = await startService({ env, database: service.database, clock: service.clock });
    expect(await isKnown(phoneNumber, deviceToken, later)).toBe(true);
    await later.close();
  });
});

describe('a device is lost, sold or stolen', () => {
  test('its session is revoked: it is a stranger then, the others are not', async () => {
    const phoneNumber = nextNumber();
    const [lost, kept] = [await signInOn(service, phoneNumber), await signInOn(service, phoneNumber)];
    await revokeSession(service, kept.accessToken, lost.sessionId);
    expect(await isKnown(phoneNumber, lost.deviceToken)).toBe(false);
    expect(await isKnown(phoneNumber, kept.deviceToken)).toBe(true);
  });

  test('an earlier session of the device in use is revoked: it stays known until the last one is', async () => {
    const phoneNumber = nextNumber();
    const before = await signInOn(service, phoneNumber);
    const now = await signInOn(service, phoneNumber, before.deviceToken);
    await revokeSession(service, now.accessToken, before.sessionId);
    expect(await isKnown(phoneNumber, now.deviceToken)).toBe(true);
    await revokeSession(service, now.accessToken, now.sessionId);
    expect(await isKnown(phoneNumber, now.deviceToken)).toBe(false);
  });

  test('logged out everywhere else: only this one stays known', async () => {
    const phoneNumber = nextNumber();
    const [lost, kept] = [await signInOn(service, phoneNumber), await signInOn(service, phoneNumber)];
    await logoutEverywhere(service, kept.accessToken, true);
    expect(await devicesOf(service, kept.userId)).toEqual([deviceIdOf(kept.deviceToken)]);
    expect(await isKnown(phoneNumber, lost.deviceToken)).toBe(false);
    expect(await isKnown(phoneNumber, kept.deviceToken)).toBe(true);
  });

  test('logged out everywhere: none stays known', async () => {
    const phoneNumber = nextNumber();
    const device = await signInOn(service, phoneNumber);
    await logoutEverywhere(service, device.accessToken);
    expect(await isKnown(phoneNumber, device.deviceToken)).toBe(false);
  });

  test('the password is changed: only the device that did it stays known', async () => {
    const [phoneNumber, username] = [nextNumber(), `owner71${serial}`];
    const { deviceToken: lost } = await signInOn(service, phoneNumber);
    await service.db.execute(sql`UPDATE users SET username = ${username} WHERE phone_number = ${phoneNumber}`);
    const kept = await signInOn(service, phoneNumber);
    await changePassword(service, kept.accessToken, { newPassword: PASSWORD });
    expect(await isKnown(phoneNumber, lost)).toBe(false);
    expect(await isKnown(phoneNumber, kept.deviceToken)).toBe(true);
  });
});

describe('a number that goes from one account to another', () => {
  test('a stranger who claimed it has no guesses of their own at its codes, neither before nor after', async () => {
    const phoneNumber = nextNumber();
    const email = `claim71${serial}@example.com`;
    const claimant = await registered(service, form({ phoneNumber, email }));
    await guessCodes(service, phoneNumber, 6);
    const { deviceToken } = claimant;
    expect(await verifyOtp(service, { phoneNumber, otp: '000000', deviceToken })).toMatchObject({
      __typename: 'AccountLockedError',
    });
    service.clock.advance(900);
    const owner = await signIn(service, phoneNumber);
    expect(owner.user.id).toBe(claimant.user.id);
    expect(await devicesOf(service, owner.user.id)).toEqual([deviceIdOf(owner.deviceToken)]);
    expect(await isKnown(phoneNumber, deviceToken)).toBe(false);
    expect(await isKnown(phoneNumber, owner.deviceToken)).toBe(true);
  });

  test('the devices of an account are known for the number that it has now, not for the one it had', async () => {
    const [former, current] = [nextNumber(), nextNumber()];
    const device = await signInOn(service, former);
    await service.db.execute(sql`UPDATE users SET phone_number = ${current} WHERE id = ${device.userId}`);
    await signInOn(service, former);
    expect(await isKnown(former, device.deviceToken)).toBe(false);
    expect(await isKnown(current, device.deviceToken)).toBe(true);
  });
});
