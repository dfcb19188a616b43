import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Device, deviceIdOf, devicesOf, guessCodes, signInOn } from '../support/devices.js';
import { moveTo } from '../support/operations/number-changes.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { changePassword, logoutEverywhere, revokeSession } from '../support/operations/session-operations.js';

/** N6: which devices stay known after a thief, or the owner, changed how one signs in. */

const LOCKED = { __typename: 'AccountLockedError' };
const WRONG = { __typename: 'InvalidOtpError' };
const NEW = 'an even better passphrase';
const DAY = 86_400;

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: MANY_TEXTS });
});
afterAll(() => service.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000053${String(serial).padStart(2, '0')}`;
}

type Change = (device: Device) => Promise<string>;

/** Each makes the change on a device, and returns the number that the account has afterwards. */
const changes: readonly (readonly [string, (phoneNumber: string) => Change])[] = [
  [
    'the password',
    (phoneNumber) =>
      async ({ accessToken }) => {
        await changePassword(service, accessToken, { newPassword: `${NEW} ${serial}` });
        return phoneNumber;
      },
  ],
  [
    'the number',
    () => async (device) => {
      const phoneNumber = nextNumber();
      await moveTo(service, device, phoneNumber);
      return phoneNumber;
    },
  ],
];

describe.each(changes)('a thief with a code changes %s', (_, changeOf) => {
  test('the owner’s device of a week ago stays known for seven days, one of six days does not', async () => {
    const number = nextNumber();
    const old = await signInOn(service, number);
    service.clock.advance(2 * DAY);
    const younger = await signInOn(service, number);
    service.clock.advance(6 * DAY);
    const thief = await signInOn(service, number);
    const phoneNumber = await changeOf(number)(thief);
    expect(await devicesOf(service, old.userId)).toEqual(
      [old, thief].map((each) => deviceIdOf(each.deviceToken)).sort(),
    );
    service.clock.advance(7 * DAY - 600);
    await guessCodes(service, phoneNumber, 6);
    expect(await guessCodes(service, phoneNumber, 1, younger.deviceToken)).toMatchObject(LOCKED);
    expect(await guessCodes(service, phoneNumber, 1, old.deviceToken)).toMatchObject(WRONG);
    service.clock.advance(660);
    expect(await guessCodes(service, phoneNumber, 1, old.deviceToken)).toMatchObject(LOCKED);
  });

  test('a second change does not make it known for longer', async () => {
    const number = nextNumber();
    const old = await signInOn(service, number);
    service.clock.advance(8 * DAY);
    const thief = await signInOn(service, number);
    const phoneNumber = await changeOf(number)(thief);
    service.clock.advance(6 * DAY);
    const again = await signInOn(service, phoneNumber, thief.deviceToken);
    const last = await changeOf(phoneNumber)(again);
    service.clock.advance(DAY + 60);
    await guessCodes(service, last, 6);
    expect(await guessCodes(service, last, 1, old.deviceToken)).toMatchObject(LOCKED);
  });

  test('one that signs in meanwhile is as known as before', async () => {
    const number = nextNumber();
    const old = await signInOn(service, number);
    service.clock.advance(8 * DAY);
    const owner = await signInOn(service, number);
    const phoneNumber = await changeOf(number)(owner);
    const back = await signInOn(service, phoneNumber, old.deviceToken);
    expect(deviceIdOf(back.deviceToken)).toBe(deviceIdOf(old.deviceToken));
    service.clock.advance(8 * DAY);
    await guessCodes(service, phoneNumber, 6);
    expect(await guessCodes(service, phoneNumber, 1, back.deviceToken)).toMatchObject(WRONG);
  });

  test('devices that the owner signed out do not stay', async () => {
    const number = nextNumber();
    const [revoked, left] = [await signInOn(service, number), await signInOn(service, number)];
    service.clock.advance(8 * DAY);
    const owner = await signInOn(service, number);
    await revokeSession(service, owner.accessToken, revoked.sessionId);
    await changeOf(number)(owner);
    const known = await devicesOf(service, owner.userId);
    expect(known).toEqual([left, owner].map((each) => deviceIdOf(each.deviceToken)).sort());
    service.clock.advance(60);
    await logoutEverywhere(service, owner.accessToken, true);
    expect(await devicesOf(service, owner.userId)).toEqual([deviceIdOf(owner.deviceToken)]);
  });
});

test('a thief who signs in as ten new devices pushes out none that the account has known for a week', async () => {
  const number = nextNumber();
  const owner = [await signInOn(service, number), await signInOn(service, number)];
  service.clock.advance(8 * DAY);
  for (let device = 0; device < 14; device += 1) await signInOn(service, number);
  const known = await devicesOf(service, owner[0]?.userId ?? '');
  expect(known).toHaveLength(10);
  for (const { deviceToken } of owner) expect(known).toContain(deviceIdOf(deviceToken));
});
