import type { Locale } from './locale.js';
import { ar } from './texts/ar.js';
import { bn } from './texts/bn.js';
import { de } from './texts/de.js';
import { en } from './texts/en.js';
import { es } from './texts/es.js';
import { fr } from './texts/fr.js';
import { hi } from './texts/hi.js';
import { id } from './texts/id.js';
import { it } from './texts/it.js';
import { ne } from './texts/ne.js';
import type { OtpWording } from './texts/otp-wording.js';
import { pt } from './texts/pt.js';
import { ru } from './texts/ru.js';
import { sw } from './texts/sw.js';
import { ur } from './texts/ur.js';
import { vi } from './texts/vi.js';

const wordings: { readonly [L in Locale]: OtpWording<L> } = {
  ar,
  bn,
  de,
  en,
  es,
  fr,
  hi,
  id,
  it,
  ne,
  pt,
  ru,
  sw,
  ur,
  vi,
};

export interface OtpTextContent {
  /** Latin digits. */
  readonly code: string;
  readonly locale: Locale;
  readonly serviceName: string | null;
  /** Minutes until the code expires; rounded, never below 1. */
  readonly minutesLeft: number;
  /** Host name of the page where the code is typed in, for autofill bound to that origin. */
  readonly webOtpDomain: string | null;
}

/**
 * The message that carries a code. The code stands first, in Latin digits in every locale, so that a phone finds it
 * and a notification shows it. With a domain the last line is `@domain #code`, which WebOTP and Safari read
 * (WICG "Origin-bound one-time codes delivered via SMS", https://wicg.github.io/sms-one-time-codes/).
 */
export function otpText({ code, locale, serviceName, minutesLeft, webOtpDomain }: OtpTextContent): string {
  const wording = wordings[locale];
  const yourCode = serviceName ? wording.yourServiceCode(serviceName) : wording.yourCode;
  const text = `${code} ${yourCode} ${expiresIn(locale, minutesLeft)} ${wording.keepSecret}`;
  return webOtpDomain ? `${text}\n\n@${webOtpDomain} #${code}` : text;
}

type Minutes = (minutes: number) => string;

function expiresIn(locale: Locale, minutesLeft: number): string {
  const minutes = Math.max(1, Math.round(minutesLeft));
  const forms: Partial<Record<Intl.LDMLPluralRule, Minutes>> & { other: Minutes } = wordings[locale].expiresIn;
  const form = forms[new Intl.PluralRules(locale).select(minutes)] ?? forms.other;
  return form(minutes);
}
