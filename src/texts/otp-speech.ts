import { leftToRightIn } from './bidi.js';
import type { Locale } from './locale.js';
import { type OtpPhrasesContent, otpPhrases } from './otp-phrases.js';
import { wordings } from './wordings/wordings.js';

/** What a call says: the introduction, the digits one by one, the repetition, the digits again. */
export interface Speech {
  /** "Your Acme code is:" */
  readonly introduction: string;
  /** "Once more:" */
  readonly repetition: string;
}

/**
 * What a voice says in a language; also for a voice that a locale has to be content with. It is heard, so the name is as
 * it is, without the isolates that a text needs.
 */
export function speechIn(locale: Locale, serviceName: string | null = null): Speech {
  const { introduction, serviceIntroduction, repetition } = wordings[locale];
  return { introduction: serviceName === null ? introduction : serviceIntroduction(serviceName), repetition };
}

/** The same in writing: "Your Acme code is: 1, 2, 3, 4, 5, 6. Once more: 1, 2, 3, 4, 5, 6." */
export function otpTranscript(content: OtpPhrasesContent & { readonly code: string }): string {
  const { introduction, repetition, fullStop } = otpPhrases(content);
  const digits = `${leftToRightIn(repetition, [...content.code].join(', '))}${fullStop}`;
  return `${introduction} ${digits} ${repetition} ${digits}`;
}
