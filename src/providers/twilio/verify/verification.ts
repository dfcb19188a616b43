import type { VerificationListInstanceCreateOptions } from 'twilio/lib/rest/verify/v2/service/verification.js';
import { addSeconds } from '../../../platform/clock.js';
import type { EarlierAttempts, OutgoingMessage } from '../../message-sender.js';

/** Seconds by which Twilio's clock may differ from ours. */
const SKEW = 15;

/** How Verify names channels. */
const channels: Readonly<Record<string, string>> = { SMS: 'sms', WHATSAPP: 'whatsapp', VOICE: 'call' };

/**
 * Languages that Verify speaks, by ours (https://www.twilio.com/docs/verify/supported-languages). Without one Verify takes that of
 * the number's country. It answers 404 to a language that it does not know.
 */
const locales: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    'ar de en es fr hi id it ja ko mr nl pl pt ru te th tr uk vi'.split(' ').map((each) => [each, each]),
  ),
  fil: 'tl',
  'zh-Hans': 'zh-CN',
  'zh-Hant': 'zh-HK',
};

export interface CodeMessage {
  readonly message: OutgoingMessage;
  readonly code: string;
}

/** The request for a message. Its words are those of Twilio's templates. */
export function verificationForm(
  { message, code }: CodeMessage,
  templateSid: string | undefined,
): VerificationListInstanceCreateOptions {
  const { id, to, channel, locale } = message;
  const language = locales[locale];
  return {
    to,
    channel: channels[channel] ?? '',
    customCode: code,
    // Names the message in Twilio's events. It identifies no person.
    tags: JSON.stringify({ message: id }),
    ...(language !== undefined && { locale: language }),
    ...(templateSid !== undefined && channel !== 'WHATSAPP' && { templateSid }),
  };
}

export function isVerificationSid(sid: unknown): sid is string {
  return typeof sid === 'string' && /^VE[0-9a-f]{32}$/i.test(sid);
}

/** Whether Verify has sent by that channel since an earlier attempt of ours began. */
export function hasSent(
  attempts: unknown,
  { channel, earlier }: { channel: OutgoingMessage['channel']; earlier: EarlierAttempts },
): boolean {
  const since = addSeconds(earlier.since, -SKEW);
  return Array.isArray(attempts) && attempts.some((each) => isOf(each, channels[channel]) && timeOf(each) >= since);
}

function isOf(attempt: unknown, channel: string | undefined): boolean {
  return field(attempt, 'channel').toLowerCase() === channel;
}

function timeOf(attempt: unknown): Date {
  return new Date(field(attempt, 'time'));
}

function field(attempt: unknown, name: 'channel' | 'time'): string {
  return typeof attempt === 'object' && attempt !== null ? String(Reflect.get(attempt, name) ?? '') : '';
}
