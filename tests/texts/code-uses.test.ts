import { expect, test } from 'vitest';
import { codeUses, codeUseOf, emailUses } from '../../src/texts/code-use.js';
import { emailPurposes } from '../../src/otp/otp-purpose.js';
import { supportedLocales } from '../../src/texts/locale.js';
import { writeOtp } from '../../src/texts/otp-message.js';
import { type OtpTextContent, otpText } from '../../src/texts/otp-text.js';
import { smsBytes, smsSegments } from '../../src/texts/sms-size.js';
import { languages } from '../../src/texts/languages/languages.js';
import { segments } from '../support/delivery/sms-segments.js';

/** Messages with a code that does more than sign in say what it does. */

const content: OtpTextContent = {
  code: '123456',
  locale: 'en',
  serviceName: 'Acme',
  minutesLeft: 10,
  webOtpDomain: null,
  androidAppHash: null,
};
const longest = { serviceName: 'Acme International 1', webOtpDomain: 'accounts.acme-international.io' };
const all = supportedLocales.flatMap((locale) => codeUses.map((use) => ({ locale, use })));

test('a text in English', () => {
  expect(otpText({ ...content, use: 'RESET_PASSWORD' })).toBe(
    '123456 is your Acme code. It resets your password. It expires in 10 minutes. Do not share it with anyone.',
  );
});

test('a call and an email in English', () => {
  const call = writeOtp('VOICE', { ...content, use: 'CHANGE_PHONE' });
  const email = writeOtp('EMAIL', { ...content, use: 'RESET_PASSWORD' });
  expect(call.text).toBe(
    'Your Acme code is: 1, 2, 3, 4, 5, 6. It changes your phone number. Once more: 1, 2, 3, 4, 5, 6.',
  );
  expect(email.text).toContain('\n\nIt resets your password. It expires in 10 minutes.\n\n');
});

test('a call where no voice reads the language says it in English', () => {
  const call = writeOtp('VOICE', { ...content, locale: 'ne', use: 'RESET_PASSWORD' });
  expect(call).toMatchObject({ englishSpeech: { repetition: 'It resets your password. Once more:' } });
});

test.each(all)('a text in $locale is one segment with a short name or none: $use', ({ locale, use }) => {
  const { uses, keepSecret, keepSecretBriefly } = languages[locale].codes;
  for (const serviceName of ['Acme', null]) {
    for (const minutesLeft of [1, 2, 5, 10, 60]) {
      const text = otpText({ ...content, serviceName, locale, use, minutesLeft });
      expect(text).toContain(uses[use]);
      expect(text.endsWith(keepSecret) || text.endsWith(keepSecretBriefly)).toBe(true);
      expect(segments(text).count).toBe(1);
      expect(segments(text).count).toBe(smsSegments(text));
    }
  }
});

test.each(all)('a text in $locale is no dearer than others with name and domain: $use', ({ locale, use }) => {
  const given = { ...content, ...longest, locale };
  expect(segments(otpText({ ...given, use })).count).toBe(segments(otpText(given)).count);
});

test.each(all)('a text in $locale says so where an Android app reads it: $use', ({ locale, use }) => {
  const text = otpText({ ...content, locale, use, androidAppHash: 'FA+9qCX9VSu' });
  expect(text).toContain(languages[locale].codes.uses[use]);
  expect(smsBytes(text)).toBeLessThanOrEqual(140);
});

test.each(supportedLocales)('an email in %s says what its code does, each use another thing', (locale) => {
  const uses = [...codeUses, ...emailUses];
  const texts = uses.map((use) => writeOtp('EMAIL', { ...content, locale, use }).text);
  expect(new Set(texts).size).toBe(uses.length);
  for (const [index, use] of uses.entries()) expect(texts[index]).toContain(languages[locale].codes.uses[use]);
});

test('every purpose of a code by email has its words', () => {
  expect(emailPurposes.map(codeUseOf)).toEqual([...emailPurposes]);
});
