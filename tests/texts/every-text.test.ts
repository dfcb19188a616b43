import { expect, test } from 'vitest';
import { type Channel, channels } from '../../src/texts/channel.js';
import { codeUses, emailUses } from '../../src/texts/code-use.js';
import { type Locale, supportedLocales } from '../../src/texts/locale.js';
import { noticeKinds } from '../../src/texts/notice-kind.js';
import { type NoticeContent, writeNotice } from '../../src/texts/notice-message.js';
import { type WrittenMessage, writeOtp } from '../../src/texts/otp-message.js';
import type { OtpTextContent } from '../../src/texts/otp-text.js';
import { segments } from '../support/delivery/sms-segments.js';

/** Every message in every language, with all kinds of settings: each one is written, and its form is checked. */

const CODE = '123456';
/** A number of each plural form, and usual ones. */
const MINUTES = [1, 2, 5, 10, 11, 21, 60];
const NAMES = [null, 'Acme', 'Acme International 1', 'أكمي', 'मेरो पसल', '微信支付'];
const DOMAINS = [null, 'app.acme.com', 'accounts.acme-international.io'];
const HASHES = [null, 'FA+9qCX9VSu'];
const LINES = DOMAINS.flatMap((webOtpDomain) => HASHES.map((androidAppHash) => ({ webOtpDomain, androidAppHash })));
const [NO_LINES = { webOtpDomain: null, androidAppHash: null }] = LINES;
const SMS_USES = [null, ...codeUses];
const USES = {
  SMS: SMS_USES,
  WHATSAPP: SMS_USES,
  TELEGRAM: SMS_USES,
  VOICE: SMS_USES,
  EMAIL: [...SMS_USES, ...emailUses],
};
const WITH_END = new Set(['phone_changed', 'deletion_requested', 'passkey_missing']);

/** Messages of one language. */
const NUMBER = 1_722;

function* codes(locale: Locale, channel: Channel): Generator<OtpTextContent> {
  for (const minutesLeft of MINUTES) {
    for (const serviceName of NAMES) {
      for (const use of USES[channel]) {
        for (const lines of channel === 'SMS' ? LINES : [NO_LINES]) {
          yield { code: CODE, locale, minutesLeft, serviceName, use, ...lines };
        }
      }
    }
  }
}

const WHAT = [
  ...noticeKinds.map((kind) => ({
    kind,
    until: WITH_END.has(kind) ? new Date('2026-01-31T14:05:00Z') : null,
    code: kind === 'phone_changed' ? 'ABCD-EFGH-IJKL-MNOP' : null,
  })),
  // At once.
  { kind: 'deletion_requested' as const, until: null, code: null },
];

function* notices(locale: Locale): Generator<NoticeContent> {
  for (const what of WHAT) {
    for (const serviceName of NAMES) {
      for (const device of [null, 'Samsung Internet, Android']) {
        yield { ...what, locale, serviceName, device, at: new Date('2026-01-28T14:05:00Z') };
      }
    }
  }
}

/** What is wrong with the form of a text in any language. Its name may hold anything. */
function faults(said: string, serviceName: string | null): string[] {
  const text = serviceName === null ? said : said.replaceAll(serviceName, 'N');
  const patterns: Record<string, RegExp> = {
    'a placeholder': /\b(undefined|null|NaN)\b|\$|[{}]|\[object/,
    'a space too many': / {2}|^\s|\s$| \n|\n /,
    'a space before a sign': / [.,!?:;。，：；、？！።،؟।۔]/,
    'a space behind a wide sign': /[。，：；、？！（）「」] /,
    'two full stops': /[.。።।۔]{2}/,
    'digits that are not Latin': /(?![0-9])\p{Nd}/u,
    'a mark that turns the direction of all that follows': /[\u200e\u200f\u202a-\u202e]/,
    'a letter in another form than it is typed':
      /\ufffd|[\ufb50-\ufdff\ufe70-\ufefc\uff01-\uff07\uff0a\uff0b\uff0d-\uff19]/,
  };
  const found = Object.entries(patterns).flatMap(([fault, pattern]) => (pattern.test(text) ? [fault] : []));
  return isBalanced(said) ? found : [...found, 'an isolate that is not closed in its line'];
}

function isBalanced(text: string): boolean {
  return text
    .split('\n')
    .every((line) => (line.match(/[\u2066-\u2068]/g) ?? []).length === (line.match(/\u2069/g) ?? []).length);
}

function saidIn(message: WrittenMessage): string[] {
  const spoken = message.channel === 'VOICE' ? [message.speech.introduction, message.speech.repetition] : [];
  return [message.text, ...(message.channel === 'EMAIL' ? [message.subject] : []), ...spoken];
}

/** What a text keeps to so that phones, apps and browsers find its code, and so that it costs no more than it should. */
function smsFaults({ text }: WrittenMessage, content: OtpTextContent): string[] {
  const { webOtpDomain, androidAppHash, serviceName, use } = content;
  const { alphabet, count } = segments(text);
  const bytes = Math.max(
    Buffer.byteLength(text),
    alphabet === 'GSM-7' ? Math.ceil((text.length * 7) / 8) : text.length * 2,
  );
  // A name in other letters costs what it costs: the service warns at start (settings.test.ts).
  const cheapName = segments(serviceName ?? '').alphabet === 'GSM-7';
  const short = (serviceName ?? '').length <= 4 && webOtpDomain === null;
  // What a code does must stay. With it and a domain, not every language leaves room for an app.
  const forApp = androidAppHash !== null && (use === null || webOtpDomain === null);
  const words = text.split(/[^A-Za-z0-9]/);
  const line = webOtpDomain === null ? undefined : `@${webOtpDomain} #${CODE}`;
  const holds: Record<string, boolean> = {
    'the code is not first': text.startsWith(`${CODE} `),
    'another word looks like the code': words.find((word) => /^(?=.*\d).{4,10}$/.test(word)) === CODE,
    'the line for browsers is not last': line === undefined || text.endsWith(`\n${line}`),
    'it is too long for an Android app': !forApp || bytes <= 140,
    'it costs too much': !cheapName || count <= (short || forApp ? 1 : 2),
  };
  return Object.entries(holds).flatMap(([fault, held]) => (held ? [] : [fault]));
}

test.each(supportedLocales)('every text in %s has its form', (locale) => {
  const wrong = new Map<string, string[]>();
  let checked = 0;
  const note = (text: string, found: string[]) => {
    checked += 1;
    if (found.length > 0) wrong.set(text, found);
  };
  for (const channel of channels) {
    for (const content of codes(locale, channel)) {
      const message = writeOtp(channel, content);
      const found = saidIn(message).flatMap((said) => faults(said, content.serviceName));
      note(message.text, channel === 'SMS' ? [...found, ...smsFaults(message, content)] : found);
    }
  }
  for (const content of notices(locale)) {
    for (const channel of ['SMS', 'EMAIL'] as const) {
      const message = writeNotice(channel, content);
      note(
        message.text,
        saidIn(message).flatMap((said) => faults(said, content.serviceName)),
      );
    }
  }
  expect(wrong).toEqual(new Map());
  expect(checked).toBe(NUMBER);
});
