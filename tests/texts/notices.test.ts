import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { roughDevice } from '../../src/notices/rough-device.js';
import { type Locale, supportedLocales as locales } from '../../src/texts/locale.js';
import { type NoticeKind, noticeKinds } from '../../src/texts/notice-kind.js';
import { type NoticeContent, writeNotice } from '../../src/texts/notice-message.js';
import { languages } from '../../src/texts/languages/languages.js';
import { segments } from '../support/delivery/sms-segments.js';

/** What every notice keeps to, in every language. */

// Codes are in it in Polish and Turkish as well: these languages cannot say all notices without their own letters.
const IN_GSM: readonly Locale[] = ['de', 'en', 'es', 'fil', 'fr', 'id', 'it', 'nl', 'pt', 'sw'];
const CODE = 'ABCD-EFGH-IJKL-MNOP';
const WITH_END: ReadonlySet<NoticeKind> = new Set(['phone_changed', 'deletion_requested', 'passkey_missing']);

/** As the kinds come in the service. */
function content(kind: NoticeKind, locale: Locale, given: Partial<NoticeContent> = {}): NoticeContent {
  const until = WITH_END.has(kind) ? new Date('2026-01-31T14:05:00Z') : null;
  const code = kind === 'phone_changed' ? CODE : null;
  const at = new Date('2026-01-28T14:05:00Z');
  return { kind, locale, serviceName: 'Acme', at, device: null, until, code, ...given };
}

function each(check: (given: NoticeContent) => void): void {
  for (const locale of locales) {
    for (const kind of noticeKinds) {
      for (const device of [null, 'Samsung Internet, Android']) check(content(kind, locale, { device }));
    }
  }
}

const text = (given: NoticeContent) => writeNotice('SMS', given).text;

function email(given: NoticeContent) {
  const written = writeNotice('EMAIL', given);
  if (written.channel !== 'EMAIL') throw new Error('No email.');
  return written;
}

describe('a notice by text', () => {
  test('is one segment in most languages of the GSM alphabet, and never more than two', () => {
    each((given) => {
      const { alphabet, count } = segments(text(given));
      const inGsm = IN_GSM.includes(given.locale);
      expect({ text: text(given), alphabet }).toMatchObject({ alphabet: inGsm ? 'GSM-7' : 'UCS-2' });
      expect(count, text(given)).toBeLessThanOrEqual(inGsm ? 1 : 2);
    });
  });

  test('names the service, says what happened and what to do', () => {
    each((given) => {
      const words = languages[given.locale].notices;
      expect(text(given)).toMatch(/^\u2068?Acme\u2069?(: |：)/);
      expect(text(given)).toContain(words.happened[given.kind]);
      expect(text(given).length).toBeGreaterThan(words.happened[given.kind].length + 20);
    });
  });

  test('has the code that takes a change back, and until when', () => {
    for (const locale of locales) {
      const written = text(content('phone_changed', locale));
      expect(written).toContain(CODE);
      expect(written).toContain('2026-01-31 14:05 UTC');
    }
  });

  test('says how else to help oneself, where a change has no such code', () => {
    expect(text(content('phone_changed', 'en', { code: null, until: null }))).toBe(
      'Acme: The phone number of your account was changed. Not you? Sign in and end all other sessions.',
    );
  });

  test('says that an account is gone, where it was deleted at once', () => {
    expect(text(content('deletion_requested', 'en', { until: null }))).toBe('Acme: Your account was deleted.');
    for (const locale of locales) {
      const gone = text(content('deletion_requested', locale, { until: null }));
      expect(gone).toContain(languages[locale].notices.accountDeleted);
      expect(segments(gone).count).toBe(1);
    }
  });

  test('has the device only where it costs nothing more', () => {
    const device = 'Chrome, Windows';
    expect(text(content('new_device', 'en', { device }))).toBe(
      'Acme: A new device signed in to your account (Chrome, Windows). Not you? Sign in and end all other sessions.',
    );
    expect(text(content('password_changed', 'ru', { device }))).toBe(
      'Acme: Пароль изменён. Не вы? Войдите по коду и смените пароль.',
    );
  });

  test('is as good without a name of the service', () => {
    expect(text(content('password_changed', 'en', { serviceName: null }))).toBe(
      'Your password was changed. Not you? Sign in with a code and set a new password.',
    );
  });
});

describe('a notice by email', () => {
  test('has what happened as its subject, and the device and the time, in every language', () => {
    each((given) => {
      const { subject, text: said } = email(given);
      expect(subject).not.toMatch(/\n/);
      expect(said.startsWith(subject)).toBe(true);
      expect(said).toContain('2026-01-28 14:05 UTC');
      if (given.device) expect(said).toContain(given.device);
    });
  });

  test('has its code on a line of its own', () => {
    expect(email(content('phone_changed', 'en', { device: 'Chrome, Windows' })).text).toBe(
      [
        'Acme: The phone number of your account was changed.',
        'Chrome, Windows, 2026-01-28 14:05 UTC',
        'Not you? Take it back before 2026-01-31 14:05 UTC with this code:',
        CODE,
      ].join('\n\n'),
    );
  });
});

test('no notice has a placeholder left, or a direction that stays turned around', () => {
  each((given) => {
    for (const said of [text(given), email(given).subject, email(given).text]) {
      expect(said).not.toMatch(/\b(undefined|null|NaN)\b|\$|[{}]|\[object/);
      expect([...said.matchAll(/[\u2066-\u2068]/g)]).toHaveLength([...said.matchAll(/\u2069/g)].length);
    }
  });
});

test('in every language each kind says something of its own', () => {
  for (const locale of locales) {
    const said = Object.values(languages[locale].notices.happened);
    expect(new Set(said).size).toBe(noticeKinds.length);
  }
});

describe('what a client calls itself', () => {
  test.each([
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36',
      'Chrome, Windows',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0',
      'Edge, Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
      'Safari, iPhone',
    ],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko/20100101 Firefox/132.0', 'Firefox, Mac'],
    ['okhttp/4.12.0', 'Android'],
    ['Acme/17 CFNetwork/1568.100.1 Darwin/24.0.0', 'iOS'],
    ['curl/8.9.1', null],
    ['', null],
  ])('%s is read as %s', (userAgent, device) => {
    expect(roughDevice(userAgent)).toBe(device);
    expect(roughDevice(device)).toBe(device);
  });

  test('reaches nobody in its own words', () => {
    const known =
      /^((Edge|Opera|Samsung Internet|Firefox|Chrome|Safari)(, |$))?((iPhone|iPad|Android|Windows|Mac|iOS|ChromeOS|Linux)$)?$/;
    const lures = fc.constantFrom(
      'Call +15005550006',
      'https://evil.example',
      'Chrome',
      'Windows',
      'iPhone',
      ' ',
      '\n',
    );
    const userAgents = fc.oneof(
      fc.string({ maxLength: 700 }),
      fc.array(lures).map((parts) => parts.join(' ')),
    );
    fc.assert(fc.property(userAgents, (userAgent) => known.test(roughDevice(userAgent) ?? '')));
  });
});
