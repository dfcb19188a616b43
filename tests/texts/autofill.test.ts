import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textSettings } from '../../src/texts/texts.settings.js';
import { writeOtp } from '../../src/texts/otp-message.js';
import type { OtpTextContent } from '../../src/texts/otp-text.js';
import { languages } from '../../src/texts/languages/languages.js';
import { segments } from '../support/delivery/sms-segments.js';
import { always, contents } from '../support/delivery/text-contents.js';

/** What phones, apps and browsers find in a text, so that nobody has to type. */

const sms = (content: OtpTextContent) => writeOtp('SMS', content);

/** Octets of a text as it travels. */
function travelling(text: string): number {
  return segments(text).alphabet === 'GSM-7' ? Math.ceil((text.length * 7) / 8) : text.length * 2;
}

/** https://wicg.github.io/sms-one-time-codes/#parsing */
function originBoundCode(message: string): { host: string; code: string } | null {
  const line = message.split('\n').at(-1) ?? '';
  const [, host, code] = /^@(\S+) #(\S+)/.exec(line) ?? [];
  return host !== undefined && code !== undefined ? { host, code } : null;
}

describe('a text', () => {
  test('begins with the code, and no other six digits stand in it', () => {
    always((content) => {
      const { text } = sms(content);
      expect(text.startsWith(`${content.code} `)).toBe(true);
      const forPeople = text.split('\n').filter((line) => line !== content.androidAppHash);
      expect(new Set(forPeople.join('\n').match(/\d{6,}/g))).toEqual(new Set([content.code]));
    });
  });

  // SMS User Consent takes the first word of 4 to 10 letters and digits with a digit in it.
  test('shows an Android app that asks for consent the code before any other word', () => {
    always((content) => {
      const words = sms(content).text.split(/[^A-Za-z0-9]/);
      expect(words.find((word) => /^(?=.*\d).{4,10}$/.test(word))).toBe(content.code);
    });
  });

  test('ends with the line for browsers, exactly, for the specification and for Chromium', () => {
    always((content) => {
      const { text } = sms(content);
      const { code, webOtpDomain: host } = content;
      expect(originBoundCode(text)).toEqual(host === null ? null : { host, code });
      if (host === null) return;
      expect(text.endsWith(`\n@${host} #${code}`)).toBe(true);
      // content/browser/sms/sms_parser.cc: the first match counts.
      expect(/(?:^|\s)@([a-zA-Z0-9.-]+) #([^#\s]+)/.exec(text)?.slice(1)).toEqual([host, code]);
    });
  });

  test('has the hash of the Android app on a line of its own, above the one for browsers', () => {
    always((content) => {
      const lines = sms(content).text.split('\n');
      const { androidAppHash: hash, webOtpDomain: host } = content;
      if (hash === null) expect(lines).toHaveLength(host === null ? 1 : 3);
      else expect(lines.slice(1)).toEqual([hash, ...(host === null ? [] : [`@${host} #${content.code}`])]);
    });
  });

  test('for an Android app has 140 bytes at most, however one counts, and says that the code is secret', () => {
    always((content) => {
      if (content.androidAppHash === null) return;
      const { text } = sms(content);
      expect(Buffer.byteLength(text), text).toBeLessThanOrEqual(140);
      expect(travelling(text), text).toBeLessThanOrEqual(140);
      expect(segments(text).count).toBe(1);
      const { keepSecret, keepSecretBriefly } = languages[content.locale].codes;
      expect([keepSecret, keepSecretBriefly].some((words) => text.includes(words))).toBe(true);
    });
  });

  test('for an Android app leaves out only what there is no room for', () => {
    const hash = { androidAppHash: 'FA+9qCX9VSu', webOtpDomain: null };
    const content = { code: '123456', minutesLeft: 10, serviceName: 'Acme' };
    expect(sms({ ...content, ...hash, locale: 'en' }).text).toBe(
      '123456 is your Acme code. It expires in 10 minutes. Do not share it with anyone.\nFA+9qCX9VSu',
    );
    expect(sms({ ...content, ...hash, locale: 'ru' }).text).toBe(
      '123456 — ваш код Acme. Никому не сообщайте.\nFA+9qCX9VSu',
    );
    expect(sms({ ...content, ...hash, locale: 'ru', webOtpDomain: 'app.acme.com' }).text).toBe(
      '123456 — ваш код Acme. Это секрет.\nFA+9qCX9VSu\n@app.acme.com #123456',
    );
    expect(sms({ ...content, ...hash, locale: 'ru', webOtpDomain: 'accounts.acme.example' }).text).toBe(
      '123456 (Acme). Это секрет.\nFA+9qCX9VSu\n@accounts.acme.example #123456',
    );
    expect(sms({ ...content, ...hash, locale: 'ru', webOtpDomain: 'accounts.acme-international.io' }).text).toBe(
      '123456 Это секрет.\nFA+9qCX9VSu\n@accounts.acme-international.io #123456',
    );
  });

  test('with a domain that leaves no room still says that the code is secret', () => {
    const webOtpDomain = `${'a'.repeat(60)}.example.com`;
    const content = {
      code: '123456',
      minutesLeft: 10,
      serviceName: 'Acme',
      androidAppHash: 'FA+9qCX9VSu',
      webOtpDomain,
    };
    expect(sms({ ...content, locale: 'ru' }).text).toBe(`123456 Это секрет.\nFA+9qCX9VSu\n@${webOtpDomain} #123456`);
  });

  test('is the same on WhatsApp, without the lines for programs', () => {
    always((content) => {
      const plain = sms({ ...content, webOtpDomain: null, androidAppHash: null });
      expect(writeOtp('WHATSAPP', content).text).toBe(plain.text);
    });
  });
});

describe('the hash of an Android app', () => {
  test('is accepted as Google tells how to compute it, and stands in the text as it is', () => {
    const packages = fc.stringMatching(/^[a-z]{1,8}(\.[a-z][a-z0-9_]{0,8}){1,3}$/);
    const certificates = fc.uint8Array({ minLength: 16, maxLength: 64 });
    fc.assert(
      fc.property(packages, certificates, contents, (name, certificate, content) => {
        const signed = `${name} ${Buffer.from(certificate).toString('hex')}`;
        const hash = createHash('sha256').update(signed).digest('base64').slice(0, 11);
        expect(textSettings.ANDROID_APP_HASH.schema.parse(hash)).toBe(hash);
        expect(sms({ ...content, androidAppHash: hash }).text.split('\n')[1]).toBe(hash);
      }),
    );
  });

  test.each(['FA+9qCX9VS', 'FA+9qCX9VSu=', 'FA-9qCX9VSu', 'FA+9qCX9 Su', 'FA+9qCX9VSu\n'])('%j is none', (hash) => {
    expect(textSettings.ANDROID_APP_HASH.schema.safeParse(hash).success).toBe(false);
  });
});
