import { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConsoleSender } from '../../src/providers/console/console.sender.js';
import { type Locale, pluralForms, supportedLocales as locales } from '../../src/texts/locale.js';
import { type OtpTextContent, otpText } from '../../src/texts/otp-text.js';
import { outsideGsmAlphabet, smsSize } from '../../src/texts/sms-size.js';
import { textMessage } from '../support/delivery/outgoing-message.js';
import { segments } from '../support/delivery/sms-segments.js';

const content: OtpTextContent = {
  code: '123456',
  locale: 'en',
  serviceName: 'Acme',
  minutesLeft: 10,
  webOtpDomain: null,
  androidAppHash: null,
};
const androidAppHash = 'FA+9qCX9VSu';
/** The longest that a segment is promised for: 20 characters of name, 30 of domain. */
const longest = { serviceName: 'Acme International 1', webOtpDomain: 'accounts.acme-international.io' };

describe('the text with a code', () => {
  test('in English', () => {
    expect(otpText(content)).toBe('123456 is your Acme code. It expires in 10 minutes. Do not share it with anyone.');
    expect(otpText({ ...content, serviceName: null, minutesLeft: 1 })).toBe(
      '123456 is your verification code. It expires in 1 minute. Do not share it with anyone.',
    );
  });

  test.each(locales)('in %s starts with the code and says name and minutes', (locale) => {
    for (const serviceName of ['Acme $& $1', null]) {
      const text = otpText({ ...content, locale, serviceName });
      expect(text).toMatch(/^123456 /);
      expect(text).toContain('10');
      if (serviceName) expect(text).toContain(serviceName);
      expect(text).not.toMatch(/undefined|null|\n| {2}/);
      expect(text.replaceAll(/[0-9]/g, '')).not.toMatch(/\p{Nd}/u); // Latin digits only
    }
  });

  test('of a code that is about to expire speaks of one minute, never of none', () => {
    for (const minutesLeft of [0, 0.2, -1]) {
      expect(otpText({ ...content, minutesLeft })).toContain('in 1 minute.');
    }
  });

  test.each<[Locale, number, string]>([
    ['ar', 1, 'دقيقة واحدة'],
    ['ar', 2, 'دقيقتين'],
    ['ar', 3, '3 دقائق'],
    ['ar', 10, '10 دقائق'],
    ['ar', 11, '11 دقيقة'],
    ['ar', 100, '100 دقيقة'],
    ['ru', 1, '1 минуту'],
    ['ru', 2, '2 минуты'],
    ['ru', 5, '5 минут.'],
    ['ru', 11, '11 минут.'],
    ['ru', 21, '21 минуту'],
    ['fr', 1, '1 minute.'],
    ['fr', 2, '2 minutes.'],
    ['es', 1, '1 minuto.'],
    ['de', 2, '2 Minuten'],
    ['ne', 2, '2 मिनेटसम्म'],
    ['sw', 2, 'dakika 2.'],
    ['uk', 1, '1 хвилину.'],
    ['uk', 2, '2 хвилини.'],
    ['uk', 5, '5 хвилин.'],
    ['uk', 12, '12 хвилин.'],
    ['uk', 22, '22 хвилини.'],
    ['pl', 1, 'za 1 min.'],
    ['pl', 5, 'za 5 min.'],
    ['nl', 1, '1 minuut.'],
    ['nl', 2, '2 minuten.'],
    ['tr', 2, '2 dakika sonra'],
    ['te', 1, '1 నిమిషం'],
    ['te', 2, '2 నిమిషాలు'],
    ['mr', 1, '1 मिनिट '],
    ['mr', 2, '2 मिनिटे '],
    ['zh-Hans', 2, '2分钟内'],
    ['zh-Hant', 2, '2分鐘內'],
    ['ja', 2, '2分です。'],
    ['ko', 2, '2분 동안'],
  ])('in %s has the right plural of %i minutes', (locale, minutesLeft, expected) => {
    expect(otpText({ ...content, locale, minutesLeft })).toContain(expected);
  });

  test.each(locales)('in %s has a wording of its own for every plural form that a day of minutes needs', (locale) => {
    const rules = new Intl.PluralRules(locale);
    const needed = new Set(Array.from({ length: 1440 }, (_, index) => rules.select(index + 1)));
    expect(pluralForms[locale]).toEqual(expect.arrayContaining([...needed]));
  });

  test('is different in every locale', () => {
    expect(new Set(locales.map((locale) => otpText({ ...content, locale }))).size).toBe(locales.length);
  });
});

describe('autofill in the browser', () => {
  test.each(locales)('finds code and domain in the last line, in %s', (locale) => {
    const lines = otpText({ ...content, locale, webOtpDomain: 'login.example.com' }).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines.slice(1)).toEqual(['', '@login.example.com #123456']);
  });

  // The pattern with which Chromium reads a message (content/browser/sms/sms_parser.cc).
  test.each(locales)("is not misled by anything before it, by Chromium's pattern, in %s", (locale) => {
    const text = otpText({ ...content, locale, webOtpDomain: 'example.com', serviceName: 'Ac@me #1' });
    const found = /(?:^|\s)@([a-zA-Z0-9.-]+) #([^#\s]+)/.exec(text);
    expect(found?.slice(1)).toEqual(['example.com', '123456']);
  });
});

describe('a right-to-left text', () => {
  test.each<Locale>(['ar', 'fa', 'ur'])('in %s keeps code and name whole wherever it is shown', (locale) => {
    const text = otpText({ ...content, locale, serviceName: 'Acme!' });
    expect(text).toMatch(/^123456 \p{Script=Arabic}/u); // no Latin letter beside the code, which would join its run
    expect(text).toContain('\u2068Acme!\u2069');
    expect(text).not.toMatch(/[\u200e\u200f\u202a-\u202e\u2066\u2067]/);
  });
});

describe('what a text costs', () => {
  const gsm: Locale[] = ['de', 'en', 'es', 'fil', 'fr', 'id', 'it', 'nl', 'pl', 'pt', 'sw', 'tr'];
  const ucs2 = locales.filter((locale) => !gsm.includes(locale));
  const minutes = Array.from({ length: 60 }, (_, index) => index + 1);

  function costs(locale: Locale, given: Partial<OtpTextContent>): unknown[] {
    const texts = minutes.map((minutesLeft) => otpText({ ...content, ...given, locale, minutesLeft }));
    return [...new Map(texts.map((text) => [JSON.stringify(segments(text)), segments(text)])).values()];
  }

  test.each(gsm)('one segment of the GSM alphabet in %s, with the longest name and domain', (locale) => {
    for (const serviceName of [longest.serviceName, null]) {
      expect(costs(locale, { ...longest, serviceName })).toEqual([{ alphabet: 'GSM-7', count: 1 }]);
      expect(costs(locale, { ...longest, serviceName, androidAppHash })).toEqual([{ alphabet: 'GSM-7', count: 1 }]);
    }
  });

  test.each(ucs2)('one segment of UCS-2 in %s with a short name or none', (locale) => {
    for (const serviceName of ['Acme', null]) {
      expect(costs(locale, { serviceName })).toEqual([{ alphabet: 'UCS-2', count: 1 }]);
    }
  });

  test.each(ucs2)('at most two segments of UCS-2 in %s, with the longest name and domain', (locale) => {
    expect(costs(locale, longest)).toEqual([{ alphabet: 'UCS-2', count: 2 }]);
    for (const cost of costs(locale, { ...longest, serviceName: null })) {
      expect([1, 2]).toContain((cost as { count: number }).count);
    }
  });

  test.each(ucs2)(
    'one segment in %s where an Android app reads the text, because longer ones it is not given',
    (locale) => {
      for (const serviceName of [longest.serviceName, null]) {
        expect(costs(locale, { ...longest, serviceName, androidAppHash })).toEqual([{ alphabet: 'UCS-2', count: 1 }]);
      }
    },
  );

  test('is counted as providers do', () => {
    const agree = (text: string) => {
      const { alphabet, segments: count } = smsSize(text);
      expect({ alphabet, count }, JSON.stringify(text)).toEqual(segments(text));
      expect(outsideGsmAlphabet(text).length > 0).toBe(alphabet === 'UCS-2');
    };
    for (const text of ['€'.repeat(80), '€'.repeat(81), 'a'.repeat(160), 'a'.repeat(161)]) agree(text);
    for (const text of [`${'a'.repeat(152)}€${'b'.repeat(152)}`, 'é'.repeat(70), 'क'.repeat(71)]) agree(text);
    for (const letter of 'áíóúçãêéèàùìòñäöüß[]{}~^|\\€\n') agree(letter);
    const letters = fc.constantFrom(...'aé€{ç😀क\n');
    fc.assert(fc.property(fc.string({ unit: letters, maxLength: 400 }), agree));
    expect(segments('€'.repeat(80))).toEqual({ alphabet: 'GSM-7', count: 1 });
    expect(segments('€'.repeat(81))).toEqual({ alphabet: 'GSM-7', count: 2 });
    for (const letter of 'áíóúçãê') expect(segments(letter).alphabet).toBe('UCS-2');
    for (const letter of 'éèàùìòñäöüß') expect(segments(letter).alphabet).toBe('GSM-7');
  });
});

describe('the console', () => {
  const to = '+9779800000000';

  async function printed(text: string): Promise<string> {
    let output = '';
    const terminal = new Writable({
      write(chunk, _encoding, done) {
        output += String(chunk);
        done();
      },
    });
    const outcome = await new ConsoleSender(terminal).send(textMessage({ to, text }));
    expect(outcome).toEqual({ kind: 'accepted', providerMessageId: null });
    return output;
  }

  test('shows a message on one line, the one for autofill included', async () => {
    expect(await printed(otpText({ ...content, webOtpDomain: 'example.com' }))).toBe(
      `SMS to ${to}: 123456 is your Acme code. It expires in 10 minutes. Do not share it with anyone. @example.com #123456\n`,
    );
  });

  test('cannot be made to show a second line or to move the cursor', async () => {
    const forged = `SMS to +1: 000000`;
    for (const control of [
      '\n',
      '\r',
      '\r\n',
      '\v',
      '\f',
      '\u0085',
      '\u2028',
      '\u2029',
      '\u001b[2K\u001b[1A',
      '\u009b1A',
    ]) {
      const output = await printed(`hello${control}${forged}`);
      expect(output).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]+\n$/u);
      expect(output.startsWith(`SMS to ${to}: hello `)).toBe(true);
    }
  });

  test('that is gone is a failure, not a crash', async () => {
    const closed = new Writable().destroy();
    expect(await new ConsoleSender(closed).send(textMessage({ to, text: 'x' }))).toEqual({
      kind: 'failed',
      reason: 'provider_unavailable',
      providerCode: null,
    });
  });
});
