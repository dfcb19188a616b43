import type { Channel } from './channel.js';
import type { Locale } from './locale.js';
import { otpEmail } from './otp-email.js';
import { otpTranscript, type Speech, speechIn } from './otp-speech.js';
import { type OtpTextContent, otpText, plainOtpText } from './otp-text.js';

/** The content of a message, by channel: an `OutgoingMessage` without its destination. */
export type WrittenMessage = {
  readonly code: string;
  readonly locale: Locale;
  readonly text: string;
} & (
  | { readonly channel: 'SMS' | 'WHATSAPP' }
  | { readonly channel: 'VOICE'; readonly speech: Speech }
  | { readonly channel: 'EMAIL'; readonly subject: string }
);

/** Writes the content for a channel. */
export function writeOtp(channel: Channel, content: OtpTextContent): WrittenMessage {
  const { code, locale, serviceName } = content;
  switch (channel) {
    case 'SMS':
      return { channel, code, locale, text: otpText(content) };
    case 'WHATSAPP':
      return { channel, code, locale, text: plainOtpText(content) };
    case 'VOICE':
      return { channel, code, locale, text: otpTranscript(content), speech: speechIn(locale, serviceName) };
    case 'EMAIL':
      return { channel, code, locale, ...otpEmail(content) };
  }
}
