import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { otpText } from '../../src/texts/otp-text.js';
import { form, problemsOf, register, requestOtp, verifyOtp } from '../support/operations/operations.js';
import { PLAIN_TEXTS } from '../support/delivery/plain-texts.js';
import { messagesTo } from '../support/postgres/rows.js';
import { startService, type TestService } from '../support/service.js';

/** In which language a text is written: the input's, then the user's, then the browser's, then the default. */

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000012${String(serial).padStart(2, '0')}`;
}

/** The language of the text that this request brings about, as the text and its row in the database say. */
async function languageOf(
  input: { phoneNumber: string; locale?: string | null },
  acceptLanguage?: string,
  at: TestService = service,
) {
  at.clock.advance(60);
  const headers = acceptLanguage === undefined ? {} : { 'accept-language': acceptLanguage };
  const answer = await requestOtp(at, input, { headers });
  expect(answer.__typename).toBe('RequestOtpSuccess');
  const rows = await messagesTo(at, input.phoneNumber);
  const { locale } = rows.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime()).at(-1) ?? {};
  return { locale, text: at.phone.to(input.phoneNumber).at(-1)?.text ?? '' };
}

/** A user who speaks what their browser said when they signed up. */
async function signedUp(acceptLanguage: string, at: TestService = service): Promise<string> {
  const phoneNumber = nextNumber();
  await requestOtp(at, { phoneNumber });
  const headers = { 'accept-language': acceptLanguage };
  const otp = at.phone.code(phoneNumber);
  const { user } = await verifyOtp(at, { phoneNumber, otp }, { headers });
  expect(user.locale).toBe(acceptLanguage.slice(0, 2));
  return phoneNumber;
}

describe('the language of a text', () => {
  test.each(['ne', 'sw', 'ar', 'es', 'fr', 'en', 'zh-Hant', 'fil'] as const)(
    '%s: the input decides, before user and browser',
    async (locale) => {
      const phoneNumber = await signedUp('fr');
      const { locale: used, text } = await languageOf({ phoneNumber, locale }, 'es');
      expect(used).toBe(locale);
      const code = service.phone.code(phoneNumber);
      expect(text).toBe(otpText({ ...PLAIN_TEXTS, code, locale, minutesLeft: 10 }));
    },
  );

  test('a tag with region and script counts as its language, in any case', async () => {
    for (const locale of ['ne-NP', 'NE', 'ne-Deva-NP', 'ne-u-nu-deva']) {
      expect((await languageOf({ phoneNumber: nextNumber(), locale })).locale).toBe('ne');
    }
  });

  test('in Chinese the script decides, and then the region', async () => {
    for (const locale of ['zh-Hant', 'zh-TW', 'zh-HK']) {
      expect((await languageOf({ phoneNumber: nextNumber(), locale })).locale).toBe('zh-Hant');
    }
    expect((await languageOf({ phoneNumber: nextNumber(), locale: 'zh-Hans-HK' }, 'zh-TW')).locale).toBe('zh-Hans');
    const phoneNumber = nextNumber();
    await requestOtp(service, { phoneNumber });
    const headers = { 'accept-language': 'zh-HK,zh;q=0.9,en;q=0.8' };
    const { user } = await verifyOtp(service, { phoneNumber, otp: service.phone.code(phoneNumber) }, { headers });
    expect(user.locale).toBe('zh-Hant');
    expect((await languageOf({ phoneNumber }, 'fr')).locale).toBe('zh-Hant');
  });

  test('without one, the user’s decides, before the browser', async () => {
    const phoneNumber = await signedUp('ne');
    expect((await languageOf({ phoneNumber }, 'fr')).locale).toBe('ne');
    expect((await languageOf({ phoneNumber, locale: null }, 'fr')).locale).toBe('ne');
  });

  test('so it is for a user who registered, once the number is verified: until then anyone can have registered it', async () => {
    const phoneNumber = nextNumber();
    const input = form({ phoneNumber, email: 'locale@example.com' });
    const headers = { 'accept-language': 'sw-KE,sw;q=0.9' };
    const { user, tokens } = await register(service, input, { headers });
    expect(user.locale).toBe('sw');
    expect((await languageOf({ phoneNumber }, 'fr')).locale).toBe('fr');
    const verification = { phoneNumber, otp: service.phone.code(phoneNumber) };
    await verifyOtp(service, verification, { token: tokens.accessToken });
    expect((await languageOf({ phoneNumber }, 'fr')).locale).toBe('sw');
  });

  test('without both, the browser’s first language that there are texts in', async () => {
    expect((await languageOf({ phoneNumber: nextNumber() }, 'fr')).locale).toBe('fr');
    expect((await languageOf({ phoneNumber: nextNumber() }, 'xx, tlh;q=0.9, es-419;q=0.8, fr;q=0.7')).locale).toBe(
      'es',
    );
    expect((await languageOf({ phoneNumber: nextNumber() }, 'fr;q=0.5, ne;q=0.9')).locale).toBe('ne');
    expect((await languageOf({ phoneNumber: nextNumber() }, 'fr;q=0, ar')).locale).toBe('ar');
  });

  test('without any, English', async () => {
    for (const acceptLanguage of [undefined, '', '*', 'xx', 'not, a / language;;q=x', 'x'.repeat(4_000)]) {
      const { locale, text } = await languageOf({ phoneNumber: nextNumber() }, acceptLanguage);
      expect(locale).toBe('en');
      expect(text).toContain('is your verification code.');
    }
  });

  test('a language without texts falls through to the next wish', async () => {
    const phoneNumber = await signedUp('ne');
    expect((await languageOf({ phoneNumber, locale: 'tlh' }, 'fr')).locale).toBe('ne');
    expect((await languageOf({ phoneNumber: nextNumber(), locale: 'eo' }, 'fr')).locale).toBe('fr');
    expect((await languageOf({ phoneNumber: nextNumber(), locale: 'eo' })).locale).toBe('en');
  });

  test('a tag that names no language is no wish: nobody keeps an account from its codes by it', async () => {
    for (const tag of ['und', 'und-TW', 'und-Hant']) {
      expect((await languageOf({ phoneNumber: nextNumber(), locale: tag }, 'fr')).locale, tag).toBe('fr');
      expect((await languageOf({ phoneNumber: nextNumber() }, `${tag}, fr;q=0.5`)).locale, tag).toBe('fr');
    }
  });

  test('what is no language tag is refused beside everything else that is wrong', async () => {
    for (const locale of ['', ' ', 'english please', 'ne_NP', '../en', 'e', 'x'.repeat(60), '$where']) {
      const answer = await requestOtp(service, { phoneNumber: nextNumber(), locale });
      expect(problemsOf(answer)).toEqual({ locale: 'Enter a language tag (BCP 47), for example "en" or "pt-BR".' });
    }
    expect(problemsOf(await requestOtp(service, { phoneNumber: '', locale: 'ne_NP' }))).toEqual({
      phoneNumber: 'This field may not be blank.',
      locale: 'Enter a language tag (BCP 47), for example "en" or "pt-BR".',
    });
  });
});

describe('where DEFAULT_LOCALE is Nepali', () => {
  let nepali: TestService;
  beforeAll(async () => {
    nepali = await startService({ env: { DEFAULT_LOCALE: 'ne' } });
  });
  afterAll(() => nepali.close());

  test('a text is in Nepali for whoever wishes for nothing that there are texts in', async () => {
    for (const acceptLanguage of [undefined, '*', 'tlh, xx;q=0.5']) {
      const { locale, text } = await languageOf({ phoneNumber: nextNumber() }, acceptLanguage, nepali);
      expect(locale).toBe('ne');
      expect(text).toContain('कोड हो।');
    }
    expect((await languageOf({ phoneNumber: nextNumber(), locale: 'eo' }, 'tlh', nepali)).locale).toBe('ne');
  });

  test('request, user and browser still come before it', async () => {
    expect((await languageOf({ phoneNumber: nextNumber(), locale: 'en' }, 'fr', nepali)).locale).toBe('en');
    expect((await languageOf({ phoneNumber: await signedUp('sw', nepali) }, 'fr', nepali)).locale).toBe('sw');
    expect((await languageOf({ phoneNumber: nextNumber() }, 'tlh, fr;q=0.5', nepali)).locale).toBe('fr');
  });
});
