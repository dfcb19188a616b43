import { isolatedIn } from './bidi.js';
import type { CodeUse } from './code-use.js';
import { languages } from './languages/languages.js';
import type { Locale } from './locale.js';
import type { Punctuation } from './punctuation.js';

export interface OtpPhrasesContent {
  readonly locale: Locale;
  readonly serviceName: string | null;
  /** Minutes until the code expires. It is rounded, and at least 1. */
  readonly minutesLeft: number;
  /** Null or absent: it signs in. */
  readonly use?: CodeUse | null;
}

/** The phrases of one language about one code. The texts of all channels consist of them. */
export interface OtpPhrases {
  /** The name of the service, prepared for a text in this language. */
  readonly name: string | null;
  readonly punctuation: Punctuation;
  /** Follows the code; without full stop. */
  readonly yourCode: string;
  /** What the code does, in a sentence; null: it signs in. */
  readonly use: string | null;
  readonly expiresIn: string;
  readonly keepSecret: string;
  readonly keepSecretBriefly: string;
  /** Stands before the code; ends with a colon. */
  readonly introduction: string;
  readonly repetition: string;
  readonly ignoreEmail: string;
}

export function otpPhrases({ locale, serviceName, minutesLeft, use = null }: OtpPhrasesContent): OtpPhrases {
  const { codes: wording, punctuation } = languages[locale];
  const name = serviceName === null ? null : isolatedIn(wording.yourCode, serviceName);
  const { keepSecret, keepSecretBriefly, repetition, ignoreEmail } = wording;
  return {
    name,
    yourCode: name === null ? wording.yourCode : wording.yourServiceCode(name),
    use: use && wording.uses[use],
    expiresIn: expiresIn(locale, minutesLeft),
    introduction: name === null ? wording.introduction : wording.serviceIntroduction(name),
    ...{ punctuation, keepSecret, keepSecretBriefly, repetition, ignoreEmail },
  };
}

type Minutes = (minutes: number) => string;

function expiresIn(locale: Locale, minutesLeft: number): string {
  const minutes = Math.max(1, Math.round(minutesLeft));
  const forms: Partial<Record<Intl.LDMLPluralRule, Minutes>> & { other: Minutes } = languages[locale].codes.expiresIn;
  const form = forms[pluralRules(locale).select(minutes)] ?? forms.other;
  return form(minutes);
}

/** Kept: making them takes longer than all else that a text takes. */
const rulesOf = new Map<Locale, Intl.PluralRules>();

function pluralRules(locale: Locale): Intl.PluralRules {
  const rules = rulesOf.get(locale) ?? new Intl.PluralRules(locale);
  rulesOf.set(locale, rules);
  return rules;
}

/** What the code does comes first. */
export function withUse(use: string | null, text: string, { space }: Punctuation): string {
  return use === null ? text : `${use}${space}${text}`;
}
