import type { Channel } from './channel.js';
import type { CodeUse } from './code-use.js';
import type { Locale } from './locale.js';
import type { NoticeKind } from './notice-kind.js';
import { otpEmail } from './otp-email.js';
import { otpTranscript, type Speech, speechIn } from './otp-speech.js';
import { type OtpTextContent, otpText, plainOtpText } from './otp-text.js';

/** The content of a message, by channel: an `OutgoingMessage` without its destination. */
export type WrittenMessage = {
  /** Null: a notice without one. */
  readonly code: string | null;
  readonly locale: Locale;
  readonly text: string;
  /** Absent: it carries a one-time code. */
  readonly notice?: NoticeKind;
  /** What the code does besides signing in, where it does. */
  readonly use?: CodeUse;
} & (
  | { readonly channel: 'SMS' | 'WHATSAPP' | 'TELEGRAM' }
  | { readonly channel: 'VOICE'; readonly speech: Speech; readonly englishSpeech: Speech }
  | { readonly channel: 'EMAIL'; readonly subject: string }
);

/** Writes the content for a channel. */
export function writeOtp(channel: Channel, content: OtpTextContent): WrittenMessage {
  const { use } = content;
  return { ...writeFor(channel, content), ...(use && { use }) };
}

function writeFor(channel: Channel, content: OtpTextContent): WrittenMessage {
  const { code, locale, serviceName, use } = content;
  switch (channel) {
    case 'SMS':
      return { channel, code, locale, text: otpText(content) };
    case 'WHATSAPP':
    case 'TELEGRAM':
      return { channel, code, locale, text: plainOtpText(content) };
    case 'VOICE': {
      const [speech, englishSpeech] = [speechIn(locale, serviceName, use), speechIn('en', serviceName, use)];
      return { channel, code, locale, text: otpTranscript(content), speech, englishSpeech };
    }
    case 'EMAIL':
      return { channel, code, locale, ...otpEmail(content) };
  }
}
