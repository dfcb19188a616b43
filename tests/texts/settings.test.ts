import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';

/** What operators are told about the settings of texts before anybody pays for them. */

function warnings(env: Record<string, string>): readonly string[] {
  const reading = readConfig({ NODE_ENV: 'test', ...env });
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  return reading.warnings;
}

function problems(env: Record<string, string>): readonly string[] {
  const reading = readConfig({ NODE_ENV: 'test', ...env });
  return reading.kind === 'problems' ? reading.problems : [];
}

describe('the name of the service', () => {
  test.each(['Acme', 'Café Zürich', '€uro {1}', 'Acme 24', 'C#', 'a@b'])('%s brings no warning', (SERVICE_NAME) => {
    expect(warnings({ SERVICE_NAME })).toEqual([]);
  });

  test('with letters that texts lack is told with what it costs', () => {
    expect(warnings({ SERVICE_NAME: 'Açaí Açaí' })).toEqual([
      'SERVICE_NAME has ç í, which the GSM alphabet of texts lacks. Each text is billed as 2 segments instead of 1 (de, en, es, fil, fr, id, it, nl, pl, pt, sw, tr). Leave it out if you can.',
    ]);
    expect(warnings({ SERVICE_NAME: 'नेपाल', WEB_OTP_DOMAIN: 'accounts.nepal.example' })).toEqual([
      expect.stringMatching(
        /^SERVICE_NAME has .* billed as 2 segments instead of 1 \(de, en, es, fil, fr, id, it, nl, pl, pt, sw, tr\)/,
      ),
    ]);
  });

  test('with such letters is no matter where the text is short enough in any case', () => {
    // Languages outside the GSM alphabet cost the same, and with a hash a shorter text is sent.
    expect(warnings({ SERVICE_NAME: 'Açaí', ANDROID_APP_HASH: 'FA+9qCX9VSu' })).toEqual([]);
  });

  test.each<[string, string]>([
    ['Acme\nBcc: a@b.io', 'must have no line ends, control characters or direction marks'],
    ['Ac\u2028me', 'must have no line ends, control characters or direction marks'],
    ['\u202eemcA', 'must have no line ends, control characters or direction marks'],
    ['Acme\u2069', 'must have no line ends, control characters or direction marks'],
    ['Acme 123456', 'must not have 4 digits in a row: phones would take them for the code'],
    ['Club 1860', 'must not have 4 digits in a row: phones would take them for the code'],
    ['क्लब १८६०', 'must not have 4 digits in a row: phones would take them for the code'],
    ['@evil.com #1', 'must have no word that begins with @: browsers would take it for the domain of the code'],
    ['A @evil.com #1', 'must have no word that begins with @: browsers would take it for the domain of the code'],
  ])('%j is refused', (SERVICE_NAME, problem) => {
    expect(problems({ SERVICE_NAME }).join('\n')).toContain(`SERVICE_NAME ${problem}`);
  });
});

describe('the domain of the website', () => {
  const long = `${'accounts.'.repeat(6)}example.com`;

  test('of up to 30 characters brings no warning, with the longest name and an app', () => {
    const env = { SERVICE_NAME: 'Acme International 1', WEB_OTP_DOMAIN: 'accounts.acme-international.io' };
    expect(warnings(env)).toEqual([]);
    expect(warnings({ ...env, ANDROID_APP_HASH: 'FA+9qCX9VSu' })).toEqual([]);
  });

  test('that does not fit into one text is told with what it costs', () => {
    expect(warnings({ WEB_OTP_DOMAIN: long })).toEqual([
      'WEB_OTP_DOMAIN has 65 characters, which do not fit into one text. Each text is billed as 2 segments instead of 1 (de, en, fil, fr, id, it, nl, sw). Use a shorter one if you can.',
    ]);
  });

  test('that keeps texts from an Android app is told with the languages', () => {
    expect(warnings({ WEB_OTP_DOMAIN: 'accounts.acme-internationals.io', ANDROID_APP_HASH: 'FA+9qCX9VSu' })).toEqual([
      'ANDROID_APP_HASH is of no use in texts in bn, hi, ru, te, vi: with this WEB_OTP_DOMAIN they have more than 140 bytes, and Android hands no such text to an app.',
    ]);
  });
});

test('without settings there is nothing to tell', () => {
  expect(warnings({})).toEqual([]);
});
