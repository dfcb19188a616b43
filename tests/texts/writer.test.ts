import { describe, expect, test } from 'vitest';
import { channels } from '../../src/texts/channel.js';
import type { OutgoingMessage } from '../../src/providers/message-sender.js';
import { type OtpMessage, OtpMessageWriter } from '../../src/messaging/otp-message-writer.js';
import { writeOtp } from '../../src/texts/otp-message.js';
import type { TextSettings } from '../../src/texts/text-settings.js';
import { deriveOtp } from '../../src/otp/otp-code.js';
import { TestPhones } from '../../src/phone/test-phones.js';
import { appSecret } from '../../src/platform/app-secret.js';
import { PLAIN_TEXTS } from '../support/delivery/plain-texts.js';
import { TEST_SECRET } from '../support/service.js';

/** The messages as they are written from a row of the outbox. */

const secret = appSecret(TEST_SECRET);
const now = new Date('2026-01-01T00:00:00Z');
const row: OtpMessage = {
  channel: 'SMS',
  destination: '+9779800000000',
  purpose: 'SIGN_IN',
  challengeId: '5e3a1f0c-6a55-4b8a-9c7e-1d2f3a4b5c6d',
  secretId: secret.id,
  expiresAt: new Date('2026-01-01T00:10:00Z'),
  locale: 'en',
};
const code = deriveOtp(secret.key('otp-code'), row);
const acme: TextSettings = {
  serviceName: 'Acme',
  defaultLocale: 'ne',
  webOtpDomain: 'acme.com',
  androidAppHash: 'FA+9qCX9VSu',
};

function write(given: Partial<OtpMessage>, texts: TextSettings = acme, at = now) {
  const testPhones = new TestPhones(new Map([['+15005550006', '000000']]), null);
  const writer = new OtpMessageWriter({ secrets: { current: secret, previous: null }, testPhones, texts });
  return writer.write({ ...row, ...given }, at);
}

describe('a message', () => {
  test.each(channels)('by %s has the code of its challenge, the settings and the minutes that are left', (channel) => {
    const content = { ...acme, code, locale: 'en', minutesLeft: 10 } as const;
    expect(write({ channel })).toEqual(writeOtp(channel, content));
    const later = new Date('2026-01-01T00:03:30Z');
    expect(write({ channel }, acme, later)).toEqual(writeOtp(channel, { ...content, minutesLeft: 6 }));
  });

  test.each(channels)('by %s is complete for a sender but for where it goes', (channel) => {
    const written = write({ channel });
    if (written === null) throw new Error('nothing was written');
    const message: OutgoingMessage = { id: 'message-1', to: row.destination, expiresAt: row.expiresAt, ...written };
    expect(message.channel).toBe(channel);
    expect('speech' in message).toBe(channel === 'VOICE');
    expect('subject' in message).toBe(channel === 'EMAIL');
  });

  test('carries the same code on every way', () => {
    expect(channels.map((channel) => write({ channel })?.code)).toEqual(channels.map(() => code));
  });

  test('of a code about to expire speaks of one minute', () => {
    const last = new Date('2026-01-01T00:09:50Z');
    expect(write({}, PLAIN_TEXTS, last)?.text).toContain('in 1 minute.');
  });

  test('in a language that there are no texts in any more is in the default language', () => {
    for (const locale of ['tlh', 'zz-ZZ', '', 'not a tag']) expect(write({ locale })?.locale).toBe('ne');
    expect(write({ locale: 'tlh' }, PLAIN_TEXTS)?.locale).toBe('en');
    expect(write({ locale: 'fr' })?.locale).toBe('fr');
  });

  test('to a number that has become a test number, or with a secret that is gone, is not written', () => {
    expect(write({ destination: '+15005550006' })).toBeNull();
    expect(write({ secretId: 'gone' })).toBeNull();
  });
});
