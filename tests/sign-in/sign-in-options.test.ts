import { afterAll, expect, test } from 'vitest';
import { refusalOf } from '../../src/phone/destination.js';
import { readPhoneNumber } from '../../src/phone/phone-number.js';
import { TestPhones } from '../../src/phone/test-phones.js';
import { form, problemsOf, register } from '../support/operations/operations.js';
import { turnstileSite } from '../support/captcha/captcha-service.js';
import { startService, TEST_SECRET, type TestService } from '../support/service.js';
import { THROUGH_TWILIO } from '../support/twilio/twilio-settings.js';

/** A front end asks how this service signs people in, before it shows its first form. */

const ALL = `{
  signInOptions {
    channels
    countries { code callingCode exampleNumber }
    defaultCountry
    codeLength
    registrationNeedsCode
    registrationFields
    unknownPhone
    captcha { provider siteKey mode }
    password { minimumLength maximumLength }
    locales
  }
}`;

const started: TestService[] = [];
afterAll(() => Promise.all(started.map((service) => service.close())));

async function start(env: Record<string, string> = {}): Promise<TestService> {
  const service = await startService({ env });
  started.push(service);
  return service;
}

async function options(service: TestService) {
  const { body } = await service.graphql(ALL);
  expect(body.errors).toBeUndefined();
  return body.data.signInOptions;
}

test('of a service without settings: everywhere, without a CAPTCHA, and anyone may sign up', async () => {
  const { countries, locales, ...others } = await options(await start());
  expect(others).toEqual({
    channels: ['SMS', 'WHATSAPP', 'TELEGRAM', 'VOICE'],
    defaultCountry: null,
    codeLength: 6,
    registrationNeedsCode: false,
    registrationFields: ['email', 'password', 'firstName', 'lastName'],
    unknownPhone: 'SIGN_UP',
    captcha: null,
    password: { minimumLength: 8, maximumLength: 256 },
  });
  expect(countries.length).toBeGreaterThan(240);
  expect(countries).toContainEqual({ code: 'NP', callingCode: '+977', exampleNumber: '+977 984 1234567' });
  expect(locales.join(' ')).toBe(
    'am ar bn de en es fa fil fr hi id it ja ko mr ne nl pl pt ru sw ta te th tr uk ur vi zh-Hans zh-Hant',
  );
});

test('follow the settings, and hold no secret of them', async () => {
  // Without this provider for all other countries there are only the routes.
  const { SMS_PROVIDER: _, ...twilio } = THROUGH_TWILIO;
  const captcha = { CAPTCHA_PROVIDER: 'turnstile', CAPTCHA_SITE_KEY: turnstileSite.siteKey, CAPTCHA_SECRET: 's3cret' };
  const answer = await options(
    await start({
      ...twilio,
      NODE_ENV: 'production',
      APP_SECRET: TEST_SECRET,
      PUBLIC_URL: 'https://accounts.example.com',
      DELIVERY_ROUTES: 'SMS:NP,IN=twilio VOICE:IN=twilio',
      ALLOWED_COUNTRIES: 'NP,IN,TZ,001',
      DEFAULT_REGION: 'NP',
      UNKNOWN_PHONE: 'register',
      CAPTCHA: 'on-suspicion',
      ...captcha,
    }),
  );
  expect(answer).toMatchObject({
    channels: ['SMS', 'VOICE'],
    countries: [
      { code: 'IN', callingCode: '+91' },
      { code: 'NP', callingCode: '+977' },
    ],
    defaultCountry: 'NP',
    registrationNeedsCode: true,
    unknownPhone: 'REGISTER',
    captcha: { provider: 'TURNSTILE', siteKey: turnstileSite.siteKey, mode: 'ON_SUSPICION' },
  });
  expect(JSON.stringify(answer)).not.toContain('s3cret');
  expect((await options(await start({ UNKNOWN_PHONE: 'reject', CAPTCHA: 'always', ...captcha }))).captcha.mode).toBe(
    'ALWAYS',
  );
});

test('a registration needs a code in production, unless the operator opens it', async () => {
  const production = {
    ...THROUGH_TWILIO,
    NODE_ENV: 'production',
    APP_SECRET: TEST_SECRET,
    PUBLIC_URL: 'https://accounts.example.com',
  };
  const needsCode = async (env: Record<string, string>) => (await options(await start(env))).registrationNeedsCode;
  expect(await needsCode(production)).toBe(true);
  expect(await needsCode({ ...production, REGISTRATION: 'open' })).toBe(false);
  expect(await needsCode({ NODE_ENV: 'development' })).toBe(false);
});

test('every example number is a number that the service sends texts to', async () => {
  const rules = { defaultRegion: null, exampleCountry: 'NP' as const, testPhones: new TestPhones(new Map(), null) };
  for (const { code, callingCode, exampleNumber } of (await options(await start())).countries) {
    expect(exampleNumber.startsWith(callingCode), code).toBe(true);
    const reading = readPhoneNumber(exampleNumber, rules, new Date());
    expect(reading, code).toMatchObject({ kind: 'phone_number' });
    const destination = reading.kind === 'phone_number' ? reading.destination : null;
    expect(refusalOf(destination, { allowedCountries: null }, 'text'), code).toBeNull();
  }
});

test('the lengths that it tells are those of register', async () => {
  const service = await start();
  const { password } = await options(service);
  const problem = async (value: string) =>
    Object.keys(problemsOf(await register(service, form({ password: value, passwordConfirm: value, firstName: '' }))));
  expect(await problem('q'.repeat(password.minimumLength - 1))).toContain('password');
  expect(await problem('q7'.repeat(password.maximumLength / 2 + 1))).toContain('password');
  expect(await problem('wq7z1x2m'.slice(0, password.minimumLength))).not.toContain('password');
});
