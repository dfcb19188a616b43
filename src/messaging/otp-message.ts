import type { OtpPurpose } from '../otp/otp-challenge.table.js';
import { deriveOtp } from '../otp/otp-code.js';
import type { TestPhones } from '../phone/test-phones.js';
import { type AppSecrets, secretById } from '../platform/app-secret.js';
import { secondsUntil } from '../platform/clock.js';
import type { Channel } from './channel.js';
import { type Locale, negotiateLocale } from './locale.js';
import { otpText } from './otp-text.js';

/** What the text of a code is made from; it can be made again as long as the challenge lives. */
export interface OtpMessage {
  readonly channel: Channel;
  /** E.164. */
  readonly phoneNumber: string;
  readonly purpose: OtpPurpose;
  readonly challengeId: string;
  readonly secretId: string;
  readonly expiresAt: Date;
  readonly locale: string;
}

/** Writes the texts that carry codes, each time one is sent: they exist nowhere else. */
export class OtpMessageWriter {
  readonly #parts: OtpMessageParts;

  constructor(parts: OtpMessageParts) {
    this.#parts = parts;
  }

  /** Null: nothing may be sent, or the secret that the code was derived with is gone. */
  write(message: OtpMessage, now: Date): WrittenMessage | null {
    const { secrets, testPhones, serviceName, webOtpDomain } = this.#parts;
    // A number that has become a test number since.
    if (testPhones.codeOf(message.phoneNumber, now) !== null) return null;
    const secret = secretById(secrets, message.secretId);
    if (!secret) return null;
    const code = deriveOtp(secret.key('otp-code'), message);
    const locale = negotiateLocale({ requested: message.locale });
    const minutesLeft = Math.max(1, Math.floor(secondsUntil(message.expiresAt, now) / 60));
    const text = otpText({ code, locale, serviceName, minutesLeft, webOtpDomain });
    return { channel: 'SMS', code, locale, text };
  }
}

/** What a message says, by the channel that it travels. */
export interface WrittenMessage {
  readonly channel: 'SMS';
  readonly code: string;
  readonly locale: Locale;
  readonly text: string;
}

export interface OtpMessageParts {
  readonly secrets: AppSecrets;
  readonly testPhones: TestPhones;
  /** Name of the service in the text, if it has one. */
  readonly serviceName: string | null;
  /** Domain of the WebOTP line, if there is one. */
  readonly webOtpDomain: string | null;
}
