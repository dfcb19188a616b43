import type { Locale, PluralForm } from '../locale.js';

/**
 * How one language says its part of a message with a code. Languages of the Latin alphabet keep to the GSM 7-bit
 * alphabet where they can (it has é è à ù ì ò ñ ä ö ü, but neither á í ó ú nor ç), because one letter outside it
 * more than halves what fits into a segment, and each segment is paid for.
 */
export interface OtpWording<L extends Locale> {
  /** The first sentence after the code: "is your verification code." */
  readonly yourCode: string;
  /** The same with the name of the service: "is your Acme code." */
  readonly yourServiceCode: (serviceName: string) => string;
  /** "It expires in 10 minutes." The number is written in Latin digits. */
  readonly expiresIn: Readonly<Record<PluralForm<L>, (minutes: number) => string>>;
  /** "Do not share it with anyone." */
  readonly keepSecret: string;
}
