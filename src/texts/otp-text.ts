import { type OtpPhrases, type OtpPhrasesContent, otpPhrases } from './otp-phrases.js';
import { smsBytes } from './sms-size.js';
import type { TextSettings } from './text-settings.js';

/** Android hands no longer text to an app (https://developers.google.com/identity/sms-retriever/verify). */
export const SMS_RETRIEVER_BYTES = 140;

export interface OtpTextContent extends OtpPhrasesContent, Pick<TextSettings, 'webOtpDomain' | 'androidAppHash'> {
  /** Latin digits. */
  readonly code: string;
}

/**
 * The text that carries a code. The code stands first, in Latin digits in every locale, so that a phone finds it and a
 * notification shows it. Lines for programs follow it:
 * - the hash of the Android app, anywhere in the text, which must be short then (SMS Retriever);
 * - last, because only there it counts, `@domain #code`, which WebOTP and Safari read (WICG "Origin-bound one-time codes
 *   delivered via SMS", https://wicg.github.io/sms-one-time-codes/).
 */
export function otpText(content: OtpTextContent): string {
  const { code, webOtpDomain, androidAppHash } = content;
  const origin = webOtpDomain === null ? null : `@${webOtpDomain} #${code}`;
  const full = plainOtpText(content);
  if (androidAppHash === null) return origin === null ? full : `${full}\n\n${origin}`;
  // Without empty lines: every byte counts here.
  const below = [androidAppHash, ...(origin === null ? [] : [origin])];
  const texts = [full, ...shorterTexts(code, otpPhrases(content))].map((text) => [text, ...below].join('\n'));
  return texts.find((text) => smsBytes(text) <= SMS_RETRIEVER_BYTES) ?? texts.at(-1) ?? full;
}

/** The same for people only, without a line for programs. */
export function plainOtpText(content: OtpPhrasesContent & { readonly code: string }): string {
  const phrases = otpPhrases(content);
  return [yourCodeIs(content.code, phrases), phrases.expiresIn, phrases.keepSecret].join(' ');
}

/**
 * What is left out first: when the code expires, which the app shows as well; then the words around the name; then the
 * name, which the app and the domain tell. That it is secret is said in any case, because frauds who ask for codes rely
 * on nobody saying so.
 */
function shorterTexts(code: string, phrases: OtpPhrases): string[] {
  const { name, fullStop, keepSecret, keepSecretBriefly } = phrases;
  const yourCode = yourCodeIs(code, phrases);
  return [
    `${yourCode} ${keepSecret}`,
    `${yourCode} ${keepSecretBriefly}`,
    ...(name === null ? [] : [`${code} (${name})${fullStop} ${keepSecretBriefly}`]),
    `${code} ${keepSecretBriefly}`,
  ];
}

/** A name such as "Acme Inc." has its own full stop. */
function yourCodeIs(code: string, { yourCode, fullStop }: OtpPhrases): string {
  return `${code} ${yourCode}${yourCode.endsWith(fullStop) ? '' : fullStop}`;
}
