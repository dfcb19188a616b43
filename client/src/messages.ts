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
  ar: async () => (await import('./messages/ar.js')).ar,
  bn: async () => (await import('./messages/bn.js')).bn,
  de: async () => (await import('./messages/de.js')).de,
  en: async () => (await import('./messages/en.js')).en,
  es: async () => (await import('./messages/es.js')).es,
  fr: async () => (await import('./messages/fr.js')).fr,
  hi: async () => (await import('./messages/hi.js')).hi,
  id: async () => (await import('./messages/id.js')).id,
  it: async () => (await import('./messages/it.js')).it,
  ne: async () => (await import('./messages/ne.js')).ne,
  pt: async () => (await import('./messages/pt.js')).pt,
  ru: async () => (await import('./messages/ru.js')).ru,
  sw: async () => (await import('./messages/sw.js')).sw,
  ur: async () => (await import('./messages/ur.js')).ur,
  vi: async () => (await import('./messages/vi.js')).vi,
};

/**
 * Loads the texts of the first language that there are texts in, such as of `navigator.languages`; else the English ones.
 * An application with one language imports its file instead: `@phone-accounts/client/messages/ne`.
 */
export async function loadTexts(...tags: readonly string[]): Promise<Texts> {
  const languages = tags.map((tag) => tag.toLowerCase().split(/[-_]/)[0] ?? '');
  const language = [...languages, 'en'].find((each) => Object.hasOwn(loaders, each));
  return (loaders[language ?? 'en'] as () => Promise<Texts>)();
}

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
  return [text ?? texts.errors.OTHER, ...after].filter((part) => part).join(' ');
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
    told[field] ??= [own(texts.fields, code) ?? message, ...after].filter((part) => part).join(' ');
  }
  return told;
}

function ofError({ code, retryAfterSeconds }: AccountsError, texts: Texts): string {
  if (retryAfterSeconds !== null) return `${texts.failures.TooManyRequestsError} ${again(texts, retryAfterSeconds)}`;
  return own(texts.errors, code) ?? texts.errors.OTHER;
}

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
