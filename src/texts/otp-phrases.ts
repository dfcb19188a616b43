import { isolatedIn } from './bidi.js';
import type { Locale } from './locale.js';
import { wordings } from './wordings/wordings.js';

export interface OtpPhrasesContent {
  readonly locale: Locale;
  readonly serviceName: string | null;
  /** Minutes until the code expires; rounded, never below 1. */
  readonly minutesLeft: number;
}

/** What a language says about one code: the pieces that the texts of every channel are made of. */
export interface OtpPhrases {
  /** The service's, as it may stand in a text of the language. */
  readonly name: string | null;
  readonly fullStop: string;
  /** What follows the code, without full stop. */
  readonly yourCode: string;
  readonly expiresIn: string;
  readonly keepSecret: string;
  readonly keepSecretBriefly: string;
  /** What stands before the code, up to a colon. */
  readonly introduction: string;
  readonly repetition: string;
  readonly ignoreEmail: string;
}

export function otpPhrases({ locale, serviceName, minutesLeft }: OtpPhrasesContent): OtpPhrases {
  const wording = wordings[locale];
  const name = serviceName === null ? null : isolatedIn(wording.yourCode, serviceName);
  const { fullStop, keepSecret, keepSecretBriefly, repetition, ignoreEmail } = wording;
  return {
    name,
    yourCode: name === null ? wording.yourCode : wording.yourServiceCode(name),
    expiresIn: expiresIn(locale, minutesLeft),
    introduction: name === null ? wording.introduction : wording.serviceIntroduction(name),
    ...{ fullStop, keepSecret, keepSecretBriefly, repetition, ignoreEmail },
  };
}

type Minutes = (minutes: number) => string;

function expiresIn(locale: Locale, minutesLeft: number): string {
  const minutes = Math.max(1, Math.round(minutesLeft));
  const forms: Partial<Record<Intl.LDMLPluralRule, Minutes>> & { other: Minutes } = wordings[locale].expiresIn;
  const form = forms[new Intl.PluralRules(locale).select(minutes)] ?? forms.other;
  return form(minutes);
}
