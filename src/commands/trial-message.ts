import { addSeconds } from '../platform/clock.js';
import type { OutgoingMessage } from '../providers/message-sender.js';
import { writeOtp } from '../texts/otp-message.js';
import type { TextSettings } from '../texts/text-settings.js';
import type { TrialRequest } from './trial-request.js';

/** Belongs to no challenge: nobody can sign in with it. */
const CODE = '000000';
const MINUTES = 10;

export interface Trial extends Pick<TrialRequest, 'way' | 'to' | 'locale'> {
  readonly id: string;
  readonly texts: TextSettings;
  readonly now: Date;
}

/** A message as the service sends them, which says that it is only a test where there is room for more than the code. */
export function trialMessage({ id, way: { channel }, to, locale, texts, now }: Trial): OutgoingMessage {
  const written = writeOtp(channel, { ...texts, code: CODE, locale, minutesLeft: MINUTES });
  const message = { ...written, id, to, expiresAt: addSeconds(now, MINUTES * 60), text: `Test: ${written.text}` };
  if (message.channel === 'VOICE') {
    return { ...message, speech: { ...message.speech, introduction: `Test. ${message.speech.introduction}` } };
  }
  return message.channel === 'EMAIL' ? { ...message, subject: `Test: ${message.subject}` } : message;
}
