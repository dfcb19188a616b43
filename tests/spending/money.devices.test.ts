import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Device, signInOn } from '../support/devices.js';
import { countOf, inParallel, requestOtp } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { changePassword, login } from '../support/operations/session-operations.js';

/** G7 for texts: whoever has all texts of a number sent keeps its owner out of nothing. */

const PASSWORD = 'SecurePassword123!';
const SENT = { __typename: 'RequestOtpSuccess' };
const REFUSED = { __typename: 'TooManyRequestsError' };

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: { TRUST_PROXY: '1' } });
});
afterAll(() => service.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000071${String(serial).padStart(2, '0')}`;
}

/** Asks as soon as the cooldown allows, until it is refused; how many were sent. */
async function sendAll(phoneNumber: string, deviceToken?: string): Promise<number> {
  for (let sent = 0; sent < 20; sent += 1) {
    service.clock.advance(60);
    const { __typename } = await requestOtp(service, { phoneNumber, deviceToken });
    if (__typename !== 'RequestOtpSuccess') return sent;
  }
  return 20;
}

/** Somebody who signed in an hour ago, so that nothing is spent any more. */
async function owner(phoneNumber: string): Promise<Device> {
  const device = await signInOn(service, phoneNumber);
  service.clock.advance(86_400 + 7_200);
  return device;
}

test('a stranger uses up the texts of a number: its owner is still sent a code on the device that they use', async () => {
  const phoneNumber = nextNumber();
  const { deviceToken } = await owner(phoneNumber);
  expect(await sendAll(phoneNumber)).toBe(5);
  service.clock.advance(60);
  expect(await requestOtp(service, { phoneNumber })).toMatchObject(REFUSED);
  expect(await requestOtp(service, { phoneNumber, deviceToken })).toMatchObject(SENT);
});

test('the device of another account, of a claimed number or of nobody gives a stranger nothing', async () => {
  const phoneNumber = nextNumber();
  await owner(phoneNumber);
  const { deviceToken } = await owner(nextNumber());
  expect(await sendAll(phoneNumber)).toBe(5);
  service.clock.advance(60);
  for (const token of [deviceToken, `${deviceToken}x`, 'device', '']) {
    expect(await requestOtp(service, { phoneNumber, deviceToken: token })).toMatchObject(REFUSED);
  }
});

test('a thief with a device is sent five texts an hour and ten a day by it, too', async () => {
  const phoneNumber = nextNumber();
  const { deviceToken } = await owner(phoneNumber);
  expect(await sendAll(phoneNumber, deviceToken)).toBe(5);
  service.clock.advance(2 * 3_600);
  expect(await sendAll(phoneNumber, deviceToken)).toBe(5);
  service.clock.advance(2 * 3_600);
  expect(await sendAll(phoneNumber, deviceToken)).toBe(0);
});

test('fifty requests of a device at the same moment: one text, and one is spent', async () => {
  const phoneNumber = nextNumber();
  const { deviceToken } = await owner(phoneNumber);
  const answers = await inParallel(50, () => requestOtp(service, { phoneNumber, deviceToken }));
  expect(countOf(answers)).toEqual({ RequestOtpSuccess: 1, TooManyRequestsError: 49 });
  expect(await sendAll(phoneNumber, deviceToken)).toBe(4);
});

test('whoever signs in as ten devices is sent no more texts by them than by one', async () => {
  const phoneNumber = nextNumber();
  const { accessToken } = await signInOn(service, phoneNumber);
  await changePassword(service, accessToken, { newPassword: PASSWORD });
  service.clock.advance(86_400 + 7_200);
  const deviceTokens: string[] = [];
  for (let device = 0; device < 10; device += 1) {
    const signedIn = await login(service, { identifier: phoneNumber, password: PASSWORD });
    deviceTokens.push(signedIn.deviceToken);
  }
  let sent = 0;
  for (const deviceToken of deviceTokens) sent += await sendAll(phoneNumber, deviceToken);
  expect(sent).toBe(5);
});
