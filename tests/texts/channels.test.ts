import { describe, expect, test } from 'vitest';
import { channels } from '../../src/texts/channel.js';
import { type Locale, supportedLocales as locales } from '../../src/texts/locale.js';
import { type WrittenMessage, writeOtp } from '../../src/texts/otp-message.js';
import { speechIn } from '../../src/texts/otp-speech.js';
import type { OtpTextContent } from '../../src/texts/otp-text.js';
import { languages } from '../../src/texts/languages/languages.js';
import { codeIn } from '../support/operations/code-in.js';
import { always } from '../support/delivery/text-contents.js';

/** What every message keeps to, whatever the language, the minutes left and the name that an operator chose. */

type Written<Channel> = Extract<WrittenMessage, { channel: Channel }>;
const sms = (content: OtpTextContent) => writeOtp('SMS', content);
const voice = (content: OtpTextContent) => writeOtp('VOICE', content) as Written<'VOICE'>;
const email = (content: OtpTextContent) => writeOtp('EMAIL', content) as Written<'EMAIL'>;

const addressed = { id: 'message-1', to: '+9779800000000', expiresAt: new Date('2026-01-01T00:10:00Z') };

/** Everything that a message says or shows. */
function saidIn(message: WrittenMessage): string[] {
  if (message.channel === 'VOICE') return [message.text, message.speech.introduction, message.speech.repetition];
  return message.channel === 'EMAIL' ? [message.subject, message.text] : [message.text];
}

function isBalanced(text: string): boolean {
  let open = 0;
  for (const letter of text) {
    if (/[\u2066-\u2068]/.test(letter)) open += 1;
    if (letter === '\u2069') open -= 1;
    // A line end closes what is open.
    if (open < 0 || (letter === '\n' && open > 0)) return false;
  }
  return open === 0;
}

/** All that a language says, but for the name and the minutes. */
function wordsOf(locale: Locale): string[] {
  const { expiresIn, uses, ...others } = languages[locale].codes;
  const forms: Record<string, (minutes: number) => string> = expiresIn;
  const pieces = [...Object.values(others), ...Object.values(uses), () => forms['other']?.(5) ?? ''];
  return pieces.map((words) => (typeof words === 'function' ? words('') : words));
}

describe('every message', () => {
  test('has no placeholder left, and no direction that stays turned around', () => {
    always((content) => {
      for (const channel of channels) {
        const message = writeOtp(channel, content);
        expect(message).toMatchObject({ channel, code: content.code, locale: content.locale });
        for (const said of saidIn(message)) {
          const own = content.serviceName === null ? said : said.replaceAll(content.serviceName, '');
          expect(own).not.toMatch(/undefined|null|NaN|\$|[{}]|\[object/);
          expect(isBalanced(said), JSON.stringify(said)).toBe(true);
          expect(said).not.toMatch(/[\u200e\u200f\u202a-\u202e]/);
        }
      }
    });
  });

  test('has the code where a person finds it', () => {
    always((content) => {
      for (const channel of channels) {
        const message = writeOtp(channel, content);
        expect(codeIn({ ...addressed, ...message })).toBe(content.code);
      }
    });
  });

  test('says the name as the operator wrote it', () => {
    always((content) => {
      const { serviceName } = content;
      if (serviceName === null) return;
      for (const channel of channels) {
        if (channel === 'SMS' && content.androidAppHash !== null) continue; // may have no room for it
        expect(writeOtp(channel, content).text).toContain(serviceName);
      }
      expect(email(content).subject).toContain(serviceName);
      expect(voice(content).speech.introduction).toContain(serviceName);
    });
  });

  test.each(locales)('in %s has its digits in Latin', (locale) => {
    for (const channel of channels) {
      const content = { code: '123456', locale, minutesLeft: 10, serviceName: null };
      for (const said of saidIn(writeOtp(channel, { ...content, webOtpDomain: null, androidAppHash: null }))) {
        expect(said.replaceAll(/[0-9]/g, '')).not.toMatch(/\p{Nd}/u);
      }
    }
  });

  test.each(locales)('in %s is in words of that language', (locale) => {
    for (const piece of wordsOf(locale)) {
      const elsewhere = locales.filter((other) => other !== locale && wordsOf(other).includes(piece));
      expect(elsewhere, piece).toEqual([]);
    }
  });
});

describe('a call', () => {
  test('says each digit by itself, twice', () => {
    always((content) => {
      const apart = [...content.code].join(', ');
      const { text, speech } = voice(content);
      expect(text.match(/\d(, \d){5}/g)).toEqual([apart, apart]);
      expect(text).not.toMatch(/\d{6}/);
      const [before, between] = text.replaceAll(/[\u2066-\u2069]/g, '').split(apart);
      expect(before?.trim()).toBe(speech.introduction);
      expect(between).toContain(speech.repetition);
    });
  });

  test('is spoken without marks that are only for the eye, and without the digits, which a voice reads', () => {
    always((content) => {
      const { introduction, repetition } = voice(content).speech;
      expect(introduction + repetition).not.toMatch(/[\u2066-\u2069\n]/);
      expect(introduction).not.toContain(content.code);
      expect(introduction).toMatch(/[:：]$/);
    });
  });

  test('can be had in another language, for a voice that does not speak the one of the message', () => {
    expect(speechIn('en', 'Acme')).toEqual({ introduction: 'Your Acme code is:', repetition: 'Once more:' });
    expect(speechIn('en').introduction).toBe('Your verification code is:');
    const content = { code: '102030', minutesLeft: 10, serviceName: 'Acme', webOtpDomain: null, androidAppHash: null };
    expect(voice({ ...content, locale: 'en' }).text).toBe(
      'Your Acme code is: 1, 0, 2, 0, 3, 0. Once more: 1, 0, 2, 0, 3, 0.',
    );
  });

  test.each(['ar', 'fa', 'ur'] as const)('in %s shows the digits in the order in which they are typed', (locale) => {
    const content = { code: '102030', minutesLeft: 10, serviceName: null, webOtpDomain: null, androidAppHash: null };
    expect(voice({ ...content, locale }).text).toContain('\u20661, 0, 2, 0, 3, 0\u2069');
  });
});

describe('an email', () => {
  test('has a subject of one line that begins with the code', () => {
    always((content) => {
      const { subject } = email(content);
      expect(subject).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u);
      expect(subject.startsWith(`${content.code} `)).toBe(true);
      expect(subject).not.toMatch(/[।۔።。]$/);
    });
  });

  test('has the code on a line of its own, once, between paragraphs', () => {
    always((content) => {
      const paragraphs = email(content).text.split('\n\n');
      expect(paragraphs).toHaveLength(4);
      expect(paragraphs[1]).toBe(content.code);
      expect(paragraphs[2]).toMatch(content.minutesLeft > 2 ? String(content.minutesLeft) : /./);
      expect(paragraphs.join('\n').match(/\d{6,}/g)).toEqual([content.code]);
      for (const paragraph of paragraphs) expect(paragraph).not.toMatch(/\n|^\s|\s$|^$/);
    });
  });

  test('in English', () => {
    const content = { code: '123456', minutesLeft: 10, serviceName: 'Acme', webOtpDomain: 'acme.com' };
    const message = email({ ...content, locale: 'en', androidAppHash: 'FA+9qCX9VSu' });
    expect(message.subject).toBe('123456 is your Acme code');
    expect(message.text).toBe(
      [
        'Your Acme code is:',
        '123456',
        'It expires in 10 minutes.',
        'If you did not ask for this code, ignore this email. Never share the code with anyone.',
      ].join('\n\n'),
    );
  });
});

describe('a name from right to left', () => {
  test.each(locales)('is kept apart from the text around it, in %s', (locale) => {
    const content = { code: '123456', locale, minutesLeft: 10, webOtpDomain: null, androidAppHash: null };
    for (const serviceName of ['אקמה (2)', 'أكمي']) {
      expect(sms({ ...content, serviceName }).text).toContain(`\u2068${serviceName}\u2069`);
    }
  });

  test.each(['en', 'hi', 'ja', 'ru', 'th'] as const)('and only such a name, in %s, for marks cost money', (locale) => {
    const content = { code: '123456', locale, minutesLeft: 10, webOtpDomain: null, androidAppHash: null };
    expect(sms({ ...content, serviceName: 'Acme' }).text).not.toMatch(/[\u2066-\u2069]/);
  });
});

test('a name with a full stop of its own gets no second one', () => {
  const content = { code: '123456', locale: 'de', minutesLeft: 10, webOtpDomain: null, androidAppHash: null } as const;
  expect(sms({ ...content, serviceName: 'Acme Inc.' }).text).toContain('für Acme Inc. Er');
});
