import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type CaptchaService, startCaptchaService, turnstileSite } from '../support/captcha/captcha-service.js';
import { signInOn } from '../support/devices.js';
import { requestOtp } from '../support/operations/operations.js';
import type { TestService } from '../support/service.js';

/** CAPTCHA=on-suspicion: a network that had half of its texts sent must show that it is no machine. */

const SENT = { __typename: 'RequestOtpSuccess' };
const REQUIRED = { __typename: 'CaptchaRequiredError', siteKey: turnstileSite.siteKey };

let captcha: CaptchaService;
let service: TestService;
let serial = 0;
beforeAll(async () => {
  captcha = await startCaptchaService('on-suspicion', { env: { SENDS_PER_NETWORK_PER_HOUR: '6', TRUST_PROXY: '1' } });
  service = captcha.service;
});
afterAll(() => captcha.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000072${String(serial).padStart(2, '0')}`;
}

const from = (network: number) => ({ headers: { 'x-forwarded-for': `192.0.${network}.${(serial % 200) + 1}` } });

test('half of them are sent, then each needs a solved CAPTCHA, until the budget itself is spent', async () => {
  for (let send = 0; send < 3; send += 1) {
    expect(await requestOtp(service, { phoneNumber: nextNumber() }, from(1))).toMatchObject(SENT);
  }
  expect(await requestOtp(service, { phoneNumber: nextNumber() }, from(1))).toMatchObject(REQUIRED);
  expect(await requestOtp(service, { phoneNumber: nextNumber(), captchaToken: 'none' }, from(1))).toMatchObject(
    REQUIRED,
  );
  for (let send = 0; send < 3; send += 1) {
    const captchaToken = captcha.provider.solve();
    expect(await requestOtp(service, { phoneNumber: nextNumber(), captchaToken }, from(1))).toMatchObject(SENT);
  }
  const captchaToken = captcha.provider.solve();
  expect(await requestOtp(service, { phoneNumber: nextNumber(), captchaToken }, from(1))).toMatchObject({
    __typename: 'TooManyRequestsError',
  });
});

test('what was refused for it was neither sent nor spent', async () => {
  const numbers = [nextNumber(), nextNumber(), nextNumber(), nextNumber()];
  for (const phoneNumber of numbers) await requestOtp(service, { phoneNumber }, from(2));
  const refused = numbers[3] ?? '';
  expect(service.phone.to(refused)).toEqual([]);
  expect(await requestOtp(service, { phoneNumber: refused }, from(3))).toMatchObject(SENT);
});

test('other networks, and a device that the account knows, are asked for none', async () => {
  const phoneNumber = nextNumber();
  const { deviceToken } = await signInOn(service, phoneNumber);
  service.clock.advance(60);
  for (let send = 0; send < 3; send += 1) await requestOtp(service, { phoneNumber: nextNumber() }, from(4));
  expect(await requestOtp(service, { phoneNumber }, from(4))).toMatchObject(REQUIRED);
  expect(await requestOtp(service, { phoneNumber: nextNumber() }, from(5))).toMatchObject(SENT);
  expect(await requestOtp(service, { phoneNumber, deviceToken }, from(4))).toMatchObject(SENT);
});

test('E1: a suspicious network learns nothing about numbers: known and unknown ones look the same', async () => {
  const known = nextNumber();
  await signInOn(service, known);
  for (let send = 0; send < 3; send += 1) await requestOtp(service, { phoneNumber: nextNumber() }, from(6));
  const unknown = nextNumber();
  expect(await requestOtp(service, { phoneNumber: known }, from(6))).toEqual(
    await requestOtp(service, { phoneNumber: unknown }, from(6)),
  );
});

test('V9: newcomers from everywhere use half of their five minutes: the next ones are asked for one, known devices are not', async () => {
  const busy = await startCaptchaService('on-suspicion', { env: { SENDS_PER_DAY: '960', TRUST_PROXY: '1' } });
  onTestFinished(() => busy.close());
  const anywhere = (network: number) => ({ headers: { 'x-forwarded-for': `10.${network}.0.1` } });
  const phoneNumber = nextNumber();
  const { deviceToken } = await signInOn(busy.service, phoneNumber);
  busy.service.clock.advance(600);
  for (let send = 0; send < 8; send += 1)
    expect(await requestOtp(busy.service, { phoneNumber: nextNumber() }, anywhere(send))).toMatchObject(SENT);
  expect(await requestOtp(busy.service, { phoneNumber: nextNumber() }, anywhere(9))).toMatchObject(REQUIRED);
  const captchaToken = busy.provider.solve();
  expect(await requestOtp(busy.service, { phoneNumber: nextNumber(), captchaToken }, anywhere(9))).toMatchObject(SENT);
  expect(await requestOtp(busy.service, { phoneNumber, deviceToken }, anywhere(9))).toMatchObject(SENT);
  busy.service.clock.advance(330);
  expect(await requestOtp(busy.service, { phoneNumber: nextNumber() }, anywhere(9))).toMatchObject(SENT);
});
