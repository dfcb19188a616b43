import { type OtpPhrases, type OtpPhrasesContent, otpPhrases, withUse } from './otp-phrases.js';
import { smsBytes, smsSegments } from './sms-size.js';
import type { TextSettings } from './text-settings.js';

/** Android passes no longer text to an app (https://developers.google.com/identity/sms-retriever/verify). */
export const SMS_RETRIEVER_BYTES = 140;

export interface OtpTextContent extends OtpPhrasesContent, Pick<TextSettings, 'webOtpDomain' | 'androidAppHash'> {
  /** In Latin digits. */
  readonly code: string;
}

/**
 * The text of a code. The code comes first, in Latin digits in all locales, so that phones find it and notifications
 * show it. Lines for programs follow:
 * - the hash of the Android app (SMS Retriever). It may stand anywhere, but then the text must be short.
 * - `@domain #code`, which WebOTP and Safari read (WICG "Origin-bound one-time codes delivered via SMS",
 *   https://wicg.github.io/sms-one-time-codes/). It must be the last line.
 */
export function otpText(content: OtpTextContent): string {
  const { code, webOtpDomain, androidAppHash } = content;
  const origin = webOtpDomain === null ? null : `@${webOtpDomain} #${code}`;
  const full = plainOtpText(content);
  if (androidAppHash === null) {
    const lines = origin === null ? '' : `\n\n${origin}`;
    return `${cheapest([full, ...whereItSaysMore(content)], lines)}${lines}`;
  }
  // No empty lines, because the text must be short.
  const below = [androidAppHash, ...(origin === null ? [] : [origin])];
  const texts = [full, ...shorterTexts(code, otpPhrases(content))].map((text) => [text, ...below].join('\n'));
  return texts.find((text) => smsBytes(text) <= SMS_RETRIEVER_BYTES) ?? texts.at(-1) ?? full;
}

/** The text of a code without the lines for programs. */
export function plainOtpText(content: OtpPhrasesContent & { readonly code: string }): string {
  const phrases = otpPhrases(content);
  const { use, expiresIn, keepSecret, punctuation } = phrases;
  const sentences = [yourCodeIs(content.code, phrases), withUse(use, expiresIn, punctuation), keepSecret];
  return sentences.join(punctuation.space);
}

/**
 * Shorter texts for a code that does not sign in: what it does takes space, and must stay. With it, not every language leaves
 * space in one segment for when the code expires.
 */
function whereItSaysMore(content: OtpTextContent): string[] {
  const { use, ...phrases } = otpPhrases(content);
  const { expiresIn, keepSecret, keepSecretBriefly, punctuation } = phrases;
  const yourCode = yourCodeIs(content.code, phrases);
  if (use === null) return [];
  return [[expiresIn, keepSecretBriefly], [keepSecret], [keepSecretBriefly]].map((rest) =>
    [yourCode, use, ...rest].join(punctuation.space),
  );
}

/** The first of those that are billed as the fewest segments with `lines` behind them. */
function cheapest(texts: readonly string[], lines: string): string {
  const segments = texts.map((text) => smsSegments(text + lines));
  return texts[segments.indexOf(Math.min(...segments))] ?? '';
}

/**
 * Shorter and shorter texts. The first lacks the time of expiry, which the app also shows. The next has a shorter
 * warning, then the words around the name go, and then the name, which the app and the domain show. The warning to keep
 * the code secret always stays, and so does what the code does, because it protects people from fraudsters who ask for codes.
 */
function shorterTexts(code: string, phrases: OtpPhrases): string[] {
  const { name, use, punctuation } = phrases;
  const { fullStop, space } = punctuation;
  const keepSecret = withUse(use, phrases.keepSecret, punctuation);
  const keepSecretBriefly = withUse(use, phrases.keepSecretBriefly, punctuation);
  const yourCode = yourCodeIs(code, phrases);
  return [
    `${yourCode}${space}${keepSecret}`,
    `${yourCode}${space}${keepSecretBriefly}`,
    ...(name === null ? [] : [`${code} (${name})${fullStop}${space}${keepSecretBriefly}`]),
    `${code} ${keepSecretBriefly}`,
  ];
}

/** A name such as "Acme Inc." already ends with a full stop. */
function yourCodeIs(code: string, { yourCode, punctuation }: Pick<OtpPhrases, 'yourCode' | 'punctuation'>): string {
  const { fullStop } = punctuation;
  return `${code} ${yourCode}${yourCode.endsWith(fullStop) ? '' : fullStop}`;
}
