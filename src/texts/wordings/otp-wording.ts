import type { Locale, PluralForm } from '../locale.js';

/**
 * How one language says its part of a message with a code. Languages of the Latin alphabet keep what goes into a text to
 * the GSM 7-bit alphabet where they can (it has é è à ù ì ò ñ ä ö ü, but neither á í ó ú nor ç), because one letter
 * outside it more than halves what fits into a segment, and each segment is paid for. Whatever the language, a text with
 * a name of four letters fits into one. Numbers are written in Latin digits.
 */
export interface OtpWording<L extends Locale> {
  /** What ends a sentence. */
  readonly fullStop: '.' | '।' | '۔';
  /** What follows the code, without full stop: "is your verification code". Also the subject of an email. */
  readonly yourCode: string;
  /** The same with the name of the service: "is your Acme code". */
  readonly yourServiceCode: (serviceName: string) => string;
  /** "It expires in 10 minutes." */
  readonly expiresIn: Readonly<Record<PluralForm<L>, (minutes: number) => string>>;
  /** "Do not share it with anyone." */
  readonly keepSecret: string;
  /** "Keep it secret.", for texts that have hardly room; outside the GSM alphabet 11 characters at most (otp-text.ts). */
  readonly keepSecretBriefly: string;
  /** What stands, or is said, before the code: "Your verification code is:" */
  readonly introduction: string;
  /** The same with the name of the service: "Your Acme code is:" */
  readonly serviceIntroduction: (serviceName: string) => string;
  /** What a call says before the code comes again: "Once more:" */
  readonly repetition: string;
  /** The end of an email: what to do if it was not asked for, and that the code is for nobody else. */
  readonly ignoreEmail: string;
}
