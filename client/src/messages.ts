import { AccountsError } from './accounts-error.js';
import type { Texts } from './messages/texts.js';
import type { FieldError } from './schema-types.js';

export type { Texts };

/** A result that is no success. Its fields are there where its type has them. */
interface Failure {
  readonly __typename?: string | undefined;
  readonly message?: string;
  readonly attemptsRemaining?: number;
  readonly retryAfterSeconds?: number;
  readonly reason?: string;
}

/** The languages that there are texts in, each in a file of its own. */
const loaders: Readonly<Record<string, () => Promise<Texts>>> = {
  am: async () => (await import('./messages/am.js')).am,
  ar: async () => (await import('./messages/ar.js')).ar,
  bn: async () => (await import('./messages/bn.js')).bn,
  de: async () => (await import('./messages/de.js')).de,
  en: async () => (await import('./messages/en.js')).en,
  es: async () => (await import('./messages/es.js')).es,
  fa: async () => (await import('./messages/fa.js')).fa,
  fil: async () => (await import('./messages/fil.js')).fil,
  fr: async () => (await import('./messages/fr.js')).fr,
  hi: async () => (await import('./messages/hi.js')).hi,
  id: async () => (await import('./messages/id.js')).id,
  it: async () => (await import('./messages/it.js')).it,
  ja: async () => (await import('./messages/ja.js')).ja,
  ko: async () => (await import('./messages/ko.js')).ko,
  mr: async () => (await import('./messages/mr.js')).mr,
  ne: async () => (await import('./messages/ne.js')).ne,
  nl: async () => (await import('./messages/nl.js')).nl,
  pl: async () => (await import('./messages/pl.js')).pl,
  pt: async () => (await import('./messages/pt.js')).pt,
  ru: async () => (await import('./messages/ru.js')).ru,
  sw: async () => (await import('./messages/sw.js')).sw,
  ta: async () => (await import('./messages/ta.js')).ta,
  te: async () => (await import('./messages/te.js')).te,
  th: async () => (await import('./messages/th.js')).th,
  tr: async () => (await import('./messages/tr.js')).tr,
  uk: async () => (await import('./messages/uk.js')).uk,
  ur: async () => (await import('./messages/ur.js')).ur,
  vi: async () => (await import('./messages/vi.js')).vi,
  'zh-Hans': async () => (await import('./messages/zh-Hans.js')).zhHans,
  'zh-Hant': async () => (await import('./messages/zh-Hant.js')).zhHant,
};

/**
 * Loads the texts of the first language that there are texts in, such as of `navigator.languages`; else the English ones.
 * An application with one language imports its file instead: `@phone-accounts/client/messages/ne`.
 */
export async function loadTexts(...tags: readonly string[]): Promise<Texts> {
  const language = [...tags.map(languageOf), 'en'].find((each) => Object.hasOwn(loaders, each));
  return (loaders[language ?? 'en'] as () => Promise<Texts>)();
}

/** The language of a tag. Chinese is written in two scripts: that of the tag or of its region decides, as in the service. */
function languageOf(tag: string): string {
  const written = tag.replaceAll('_', '-');
  try {
    const { language, script } = new Intl.Locale(written).maximize();
    return language === 'zh' ? chinese(script === 'Hant') : language;
  } catch {
    // Hermes of React Native has no `Intl.Locale`.
    const language = written.toLowerCase().split('-')[0] ?? '';
    return language === 'zh' ? chinese(/-(hant|tw|hk|mo)\b/i.test(written) && !/-hans\b/i.test(written)) : language;
  }
}

const chinese = (traditional: boolean) => (traditional ? 'zh-Hant' : 'zh-Hans');

type Overrides = { readonly [Part in keyof Texts]?: Texts[Part] extends string ? string : Partial<Texts[Part]> };

/** The texts with some of your own. */
export function withTexts(texts: Texts, own: Overrides): Texts {
  const { fields, failures, reasons, errors, attempts } = texts;
  return {
    ...texts,
    ...own,
    fields: { ...fields, ...own.fields },
    failures: { ...failures, ...own.failures },
    reasons: { ...reasons, ...own.reasons },
    errors: { ...errors, ...own.errors },
    attempts: { ...attempts, ...own.attempts },
  };
}

/**
 * What to tell a user of a failure: of a result that is no success, or of what was thrown. Its seconds are those of now,
 * so ask again while you show them. What a newer service adds is told in the words of the service.
 */
export function messageFor(failure: Failure | AccountsError | Error, texts: Texts): string {
  if (failure instanceof AccountsError) return ofError(failure, texts);
  const { __typename: type, message, attemptsRemaining, retryAfterSeconds, reason } = failure as Failure;
  const text = own(texts.reasons, reason) ?? own(texts.failures, type) ?? (type ? message : null);
  const after = [
    attemptsRemaining === 0 && type === 'InvalidOtpError' && texts.newCode,
    attemptsRemaining && filled(form(texts, attemptsRemaining), attemptsRemaining),
    retryAfterSeconds !== undefined && again(texts, retryAfterSeconds),
  ];
  return joined(texts, [text ?? texts.errors.OTHER, ...after]);
}

/** What to tell of each field of an `InvalidInputError`, by its path in the input. */
export function messagesByField(
  { fields }: { readonly fields: readonly FieldError[] },
  texts: Texts,
): Record<string, string> {
  const told: Record<string, string> = {};
  for (const { field, code, message, minimum, maximum } of fields) {
    const after = [
      code === 'TOO_SHORT' && minimum && filled(texts.minimum, minimum),
      code === 'TOO_LONG' && maximum && filled(texts.maximum, maximum),
    ];
    told[field] ??= joined(texts, [own(texts.fields, code) ?? message, ...after]);
  }
  return told;
}

function ofError({ code, retryAfterSeconds }: AccountsError, texts: Texts): string {
  if (retryAfterSeconds !== null)
    return joined(texts, [texts.failures.TooManyRequestsError, again(texts, retryAfterSeconds)]);
  return own(texts.errors, code) ?? texts.errors.OTHER;
}

const joined = ({ space }: Texts, sentences: readonly unknown[]) =>
  sentences.filter((sentence) => sentence).join(space ?? ' ');

const own = (texts: Readonly<Record<string, string>>, key: string | undefined) =>
  key && Object.hasOwn(texts, key) ? texts[key] : undefined;

const filled = (text: string, number: number) => text.replace('{n}', String(number));

/** The form of plurals for a number. Hermes of React Native knows no plurals, and one is `one` wherever it is a form. */
function form({ locale, attempts }: Texts, number: number): string {
  const simple = number === 1 ? 'one' : 'other';
  const hasRules = typeof Intl === 'object' && 'PluralRules' in Intl;
  const name = hasRules ? new Intl.PluralRules(locale).select(number) : simple;
  return attempts[name] ?? attempts.other;
}

function again({ locale, tryAgain, tryLater }: Texts, seconds: number): string {
  const when = whenIn(locale, seconds);
  return when ? tryAgain.replace('{when}', when) : tryLater;
}

/** "in 5 minutes", with Latin digits as in the messages of the service; null where the platform cannot say it. */
function whenIn(locale: string, seconds: number): string | null {
  if (typeof Intl !== 'object' || !('RelativeTimeFormat' in Intl)) return null;
  const [known] = Intl.RelativeTimeFormat.supportedLocalesOf(locale);
  if (!known) return null;
  const time = new Intl.RelativeTimeFormat(`${locale}-u-nu-latn`);
  if (seconds <= 90) return time.format(Math.max(1, Math.ceil(seconds)), 'second');
  return seconds <= 5400
    ? time.format(Math.ceil(seconds / 60), 'minute')
    : time.format(Math.ceil(seconds / 3600), 'hour');
}
