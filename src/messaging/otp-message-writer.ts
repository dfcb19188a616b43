import { type ChallengePurpose, purposeOf, scopeOf } from '../otp/otp-purpose.js';
import { deriveOtp } from '../otp/otp-code.js';
import type { TestPhones } from '../phone/test-phones.js';
import { type AppSecrets, secretById } from '../platform/app-secret.js';
import { secondsUntil } from '../platform/clock.js';
import type { Channel } from '../texts/channel.js';
import { codeUseOf } from '../texts/code-use.js';
import { negotiateLocale } from '../texts/locale.js';
import { type WrittenMessage, writeOtp } from '../texts/otp-message.js';
import type { TextSettings } from '../texts/text-settings.js';

/** What a message with a code is made from; it can be made again as long as the challenge lives. */
export interface OtpMessage {
  readonly channel: Channel;
  /** E.164. */
  readonly destination: string;
  readonly purpose: ChallengePurpose;
  readonly challengeId: string;
  readonly secretId: string;
  readonly expiresAt: Date;
  readonly locale: string;
}

/** Writes the messages that carry codes, each time one is sent: they exist nowhere else. */
export class OtpMessageWriter {
  readonly #parts: OtpMessageParts;

  constructor(parts: OtpMessageParts) {
    this.#parts = parts;
  }

  /** Null: nothing may be sent, or the secret that the code was derived with is gone. */
  write(message: OtpMessage, now: Date): WrittenMessage | null {
    const { secrets, testPhones, texts } = this.#parts;
    // A number that has become a test number since.
    if (testPhones.codeOf(message.destination, now) !== null) return null;
    const secret = secretById(secrets, message.secretId);
    if (!secret) return null;
    const code = deriveOtp(secret.key('otp-code'), message);
    const locale = negotiateLocale({ requested: message.locale, fallback: texts.defaultLocale });
    const minutesLeft = Math.max(1, Math.floor(secondsUntil(message.expiresAt, now) / 60));
    const purpose = purposeOf(message.purpose);
    // Whoever gives the number's code to an application must know to which.
    const application = purpose === 'PROVE_NUMBER' ? scopeOf(message.purpose) : null;
    const serviceName = application ?? texts.serviceName;
    return writeOtp(message.channel, { ...texts, serviceName, code, locale, minutesLeft, use: codeUseOf(purpose) });
  }
}

export interface OtpMessageParts {
  readonly secrets: AppSecrets;
  readonly testPhones: TestPhones;
  readonly texts: TextSettings;
}
