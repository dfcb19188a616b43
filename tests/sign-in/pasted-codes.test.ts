import { afterAll, beforeAll, expect, test } from 'vitest';
import { readOtp } from '../../src/otp/otp-code.js';
import { supportedLocales } from '../../src/texts/locale.js';
import { otpText } from '../../src/texts/otp-text.js';
import { form, obtainCode, register, verifyOtp } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';

/** People copy the whole message and paste it where the code belongs. */

let service: TestService;
beforeAll(async () => {
  const env = { SERVICE_NAME: 'Acme 24', WEB_OTP_DOMAIN: 'accounts.example.com', ANDROID_APP_HASH: 'FA+9qCX9VSu' };
  service = await startService({ env });
});
afterAll(() => service.close());

let serial = 0;
function nextNumber(): string {
  serial += 1;
  return `+97798000009${String(serial).padStart(2, '0')}`;
}

const PASTED: readonly [name: string, paste: (code: string, text: string) => string][] = [
  ['our own text, which has the code twice', (_code, text) => text],
  ['the last line of it', (_code, text) => text.split('\n').at(-1) ?? ''],
  ['the code with a word', (code) => `code:${code}`],
  ['the code in quotation marks and a full stop', (code) => `“${code}.”`],
  ['the code between other numbers', (code) => `Order 12345678: code ${code}, valid until 18:40`],
  ['a text in Arabic-Indic digits', (code) => `رمزك ${inDigits(code, 0x0660)} لا تشاركه`],
  ['the code in full-width digits, with a line break behind it', (code) => `Code\r\n${inDigits(code, 0xff10)}\r\n2026`],
  ['the code with invisible characters in it', (code) => `Code \u2068${code.slice(0, 3)}\u200b${code.slice(3)}\u2069!`],
  ['the code twice', (code) => `${code} ${code}`],
];

function inDigits(code: string, zero: number): string {
  return code.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
}

test.each(PASTED)('%s signs in', async (_name, paste) => {
  const phoneNumber = nextNumber();
  const code = await obtainCode(service, phoneNumber);
  const otp = paste(code, service.phone.to(phoneNumber)[0]?.text ?? '');
  expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
});

test('and so does a registration', async () => {
  const phoneNumber = nextNumber();
  await obtainCode(service, phoneNumber);
  const verificationCode = service.phone.to(phoneNumber)[0]?.text;
  expect(await register(service, form({ phoneNumber, verificationCode }))).toMatchObject({
    __typename: 'RegisterSuccess',
    user: { phoneVerified: true },
  });
});

test.each(supportedLocales)('our longest text in %s is read', (locale) => {
  const content = { locale, minutesLeft: 10, serviceName: 'Acme Accounts', webOtpDomain: 'accounts.example.com' };
  for (const androidAppHash of [null, 'FA+9qCX9VSu']) {
    const text = otpText({ ...content, code: '012345', androidAppHash });
    expect(readOtp(text)).toEqual({ kind: 'otp', otp: '012345' });
  }
});
