import { leftToRightIn } from './bidi.js';
import type { CodeUse } from './code-use.js';
import { languages } from './languages/languages.js';
import type { Locale } from './locale.js';
import { type OtpPhrasesContent, otpPhrases, withUse } from './otp-phrases.js';

/** The words of a call. It says the introduction, the digits one by one, the repetition, and the digits again. */
export interface Speech {
  /** "Your Acme code is:" */
  readonly introduction: string;
  /** "Once more:", after what the code does. */
  readonly repetition: string;
}

/**
 * The words of a call in a language. A provider may lack a voice for a user's language; then this is called with the
 * language of the voice. Speech needs no isolates, so the name stays as it is.
 */
export function speechIn(locale: Locale, serviceName: string | null = null, use: CodeUse | null = null): Speech {
  const { codes, punctuation } = languages[locale];
  const { introduction, serviceIntroduction, repetition, uses } = codes;
  return {
    introduction: serviceName === null ? introduction : serviceIntroduction(serviceName),
    repetition: withUse(use && uses[use], repetition, punctuation),
  };
}

/** The words of a call as text: "Your Acme code is: 1, 2, 3, 4, 5, 6. Once more: 1, 2, 3, 4, 5, 6." */
export function otpTranscript(content: OtpPhrasesContent & { readonly code: string }): string {
  const { introduction, repetition, use, punctuation } = otpPhrases(content);
  const digits = `${leftToRightIn(repetition, [...content.code].join(', '))}${punctuation.fullStop}`;
  return [introduction, digits, withUse(use, repetition, punctuation), digits].join(punctuation.space);
}
