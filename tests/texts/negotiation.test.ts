import { expect, test } from 'vitest';
import { isLanguageTag, type Locale, negotiateLocale, supportedLocales as locales } from '../../src/texts/locale.js';

/** The language of a message, out of the tags that a person, an account and a browser give. */

test('it is the one asked for, then the one of the user, then the one of the browser, then English', () => {
  const all = { requested: 'fr-CA', user: 'sw', acceptLanguage: 'ar-EG' };
  expect(negotiateLocale(all)).toBe('fr');
  expect(negotiateLocale({ ...all, requested: null })).toBe('sw');
  expect(negotiateLocale({ ...all, requested: 'tlh', user: undefined })).toBe('ar');
  expect(negotiateLocale({ acceptLanguage: 'tlh' })).toBe('en');
  expect(negotiateLocale({})).toBe('en');
  expect(negotiateLocale({ acceptLanguage: 'tlh', fallback: 'ne' })).toBe('ne');
});

test.each<[string, Locale]>([
  ['ne-NP', 'ne'],
  ['es-419', 'es'],
  ['ar-EG', 'ar'],
  ['AR-eg', 'ar'],
  ['pt-BR', 'pt'],
  ['in', 'id'], // the code that Java still uses for Indonesian
  ['de-DE-u-co-phonebk', 'de'],
  ['tl', 'fil'], // an old code for Filipino
  ['fil-PH', 'fil'],
  ['fa-AF', 'fa'],
  ['pl-PL', 'pl'],
  ['ja-JP', 'ja'],
  ['hi-Latn', 'hi'],
  // Chinese: the script, then what people of the region write, then what most people write.
  ['zh', 'zh-Hans'],
  ['zh-CN', 'zh-Hans'],
  ['zh-SG', 'zh-Hans'],
  ['zh-MY', 'zh-Hans'],
  ['zh-Hans-HK', 'zh-Hans'],
  ['zh-Hans-TW', 'zh-Hans'],
  ['zh-Latn', 'zh-Hans'],
  ['cmn', 'zh-Hans'],
  ['zh-TW', 'zh-Hant'],
  ['zh-HK', 'zh-Hant'],
  ['zh-MO', 'zh-Hant'],
  ['ZH-hant', 'zh-Hant'],
  ['zh-Hant-CN', 'zh-Hant'],
  ['zh-Hant-u-nu-hanidec', 'zh-Hant'],
])('%s is understood as %s, from the request and from the browser', (tag, locale) => {
  expect(negotiateLocale({ requested: tag })).toBe(locale);
  expect(negotiateLocale({ acceptLanguage: tag })).toBe(locale);
});

test.each<[string, Locale]>([
  ['tlh, ne-NP;q=0.9, en;q=0.8', 'ne'],
  ['en;q=0.1, fr;q=0.9', 'fr'],
  ['es-419, fr', 'es'],
  ['fr;q=0, es;q=0.5', 'es'],
  ['fr;q=0', 'en'],
  ['*', 'en'],
  ['tlh, *;q=0.5, fr;q=0.1', 'en'],
  ['', 'en'],
  ['zh-TW,zh;q=0.9,en;q=0.8', 'zh-Hant'],
  ['zh-HK, zh-CN;q=0.9', 'zh-Hant'],
  ['zh-CN,zh;q=0.9', 'zh-Hans'],
  ['en;q=0.1, fil;q=0.5', 'fil'],
  // No language of its own is invented for what is near another one.
  ['yue-HK, ja;q=0.5', 'ja'],
  ['ckb, sr-Latn, be', 'en'],
])('Accept-Language "%s" gives %s', (acceptLanguage, locale) => {
  expect(negotiateLocale({ acceptLanguage })).toBe(locale);
});

test('it is decided at once, whatever a hostile header holds', () => {
  const hostile = [
    ...[
      ',',
      ';',
      '-',
      ' ',
      'a',
      'a,',
      'xx-yy,',
      ';q=',
      'en;q=9e999,',
      '"',
      '\\"',
      '*,',
      '\u0000',
      'é',
      '😀',
      '\t ,',
    ].map((part) => part.repeat(1_000_000 / part.length)),
    '__proto__, constructor;q=0.5, toString;__proto__=1',
    'fr;q=NaN, es;q=-1',
  ];
  const start = performance.now();
  for (const value of hostile) {
    const locale = negotiateLocale({ requested: value, user: value, acceptLanguage: value });
    expect(locales).toContain(locale);
  }
  // A pattern that backtracks takes minutes.
  expect(performance.now() - start).toBeLessThan(5_000);
});

test.each(['en', 'ne-NP', 'es-419', 'zh-Hant-TW', 'sr-Latn-RS', 'tlh'])('%s is a language tag', (value) => {
  expect(isLanguageTag(value)).toBe(true);
});

test.each([
  '',
  ' ',
  'en_US',
  'english language',
  'en-',
  '-en',
  'e',
  '*',
  'fr;q=1',
  '१',
  'en\n',
  `en-${'a'.repeat(40)}`,
])('%j is not a language tag', (value) => {
  expect(isLanguageTag(value)).toBe(false);
});
