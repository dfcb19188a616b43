import type { CodeUse } from './code-use.js';
import type { Locale, PluralForm } from './locale.js';

/**
 * The phrases of one language for messages with a code. Texts in Latin letters use the GSM 7-bit alphabet where
 * possible. It has é è à ù ì ò ñ ä ö ü, but not á í ó ú ç ğ ı ł ş. A single letter outside of it more than halves the
 * characters that fit into a segment, and each segment costs money. In all languages, a text with a service name of
 * four letters fits into one segment. Numbers are written in Latin digits. Phrases that only calls and emails have may
 * use any letter: the last three of `uses`, the introductions, `repetition` and `ignoreEmail`.
 */
export interface OtpWording<L extends Locale> {
  /** Follows the code; without full stop: "is your verification code". Also the subject of an email. */
  readonly yourCode: string;
  /** `yourCode` with the name of the service: "is your Acme code". */
  readonly yourServiceCode: (serviceName: string) => string;
  /** "It expires in 10 minutes." */
  readonly expiresIn: Readonly<Record<PluralForm<L>, (minutes: number) => string>>;
  /** "Do not share it with anyone." */
  readonly keepSecret: string;
  /** "Keep it secret.", for very short texts. At most 11 characters outside the GSM alphabet (otp-text.ts). */
  readonly keepSecretBriefly: string;
  /** What a code does that does not sign in. A sentence about the code, after it: "It resets your password." */
  readonly uses: Readonly<Record<CodeUse, string>>;
  /** Comes before the code, in emails and calls: "Your verification code is:", with a colon at its end. */
  readonly introduction: string;
  /** `introduction` with the name of the service: "Your Acme code is:" */
  readonly serviceIntroduction: (serviceName: string) => string;
  /** A call says this before it repeats the code: "Once more:" */
  readonly repetition: string;
  /** The end of an email: ignore it if you did not ask for a code, and share the code with no one. */
  readonly ignoreEmail: string;
}
