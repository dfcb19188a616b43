import { addSeconds } from '../platform/clock.js';
import type { OutgoingMessage } from '../providers/message-sender.js';
import { writeOtp } from '../texts/otp-message.js';
import type { Speech } from '../texts/otp-speech.js';
import type { TextSettings } from '../texts/text-settings.js';
import type { TrialRequest } from './trial-request.js';

/** The code of no challenge: it signs no one in. */
const CODE = '000000';
const MINUTES = 10;

export interface Trial extends Pick<TrialRequest, 'target' | 'to' | 'locale'> {
  readonly id: string;
  readonly texts: TextSettings;
  readonly now: Date;
}

/** A message as the service sends it, with the word "Test" added. */
export function trialMessage({ id, target: { channel }, to, locale, texts, now }: Trial): OutgoingMessage {
  const written = writeOtp(channel, { ...texts, code: CODE, locale, minutesLeft: MINUTES });
  const message = { ...written, id, to, expiresAt: addSeconds(now, MINUTES * 60), text: `Test: ${written.text}` };
  if (message.channel === 'VOICE') {
    const marked = (speech: Speech) => ({ ...speech, introduction: `Test. ${speech.introduction}` });
    return { ...message, speech: marked(message.speech), englishSpeech: marked(message.englishSpeech) };
  }
  return message.channel === 'EMAIL' ? { ...message, subject: `Test: ${message.subject}` } : message;
}
