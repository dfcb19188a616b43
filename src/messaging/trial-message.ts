import { addSeconds } from '../platform/clock.js';
import type { OutgoingMessage } from './message-sender.js';
import { otpText } from './otp-text.js';
import type { TrialRequest } from './trial-request.js';

/** Belongs to no challenge: nobody can sign in with it. */
const CODE = '000000';
const MINUTES = 10;

export interface Trial extends Pick<TrialRequest, 'way' | 'to' | 'locale'> {
  readonly id: string;
  readonly serviceName: string | null;
  readonly now: Date;
}

/** A message as the service sends them, which says that it is only a test. */
export function trialMessage({ id, way: { channel }, to, locale, serviceName, now }: Trial): OutgoingMessage {
  const content = { code: CODE, locale, serviceName, minutesLeft: MINUTES, webOtpDomain: null };
  const expiresAt = addSeconds(now, MINUTES * 60);
  const message = { id, to, locale, expiresAt, code: CODE, text: `Test: ${otpText(content)}` };
  switch (channel) {
    case 'SMS':
    case 'WHATSAPP':
      return { ...message, channel };
    case 'VOICE':
      return { ...message, channel, speech: { introduction: 'Test. The code is:', repetition: 'Once more:' } };
    case 'EMAIL':
      return { ...message, channel, subject: `Test: ${CODE}` };
  }
}
