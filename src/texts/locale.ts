import Negotiator from 'negotiator';
import { textLimits } from '../platform/text-limits.js';

/**
 * The supported locales. Each has the plural forms of its whole numbers from 1 on, and `other` (CLDR, through
 * `Intl.PluralRules`). After a locale is added here, the code does not compile until all its texts exist.
 */
export const pluralForms = {
  en: ['one', 'other'],
  am: ['one', 'other'],
  ar: ['one', 'two', 'few', 'many', 'other'],
  bn: ['one', 'other'],
  de: ['one', 'other'],
  es: ['one', 'other'],
  fa: ['one', 'other'],
  fil: ['one', 'other'],
  fr: ['one', 'other'],
  hi: ['one', 'other'],
  id: ['other'],
  it: ['one', 'other'],
  ja: ['other'],
  ko: ['other'],
  mr: ['one', 'other'],
  ne: ['one', 'other'],
  nl: ['one', 'other'],
  pl: ['one', 'few', 'many', 'other'],
  pt: ['one', 'other'],
  ru: ['one', 'few', 'many', 'other'],
  sw: ['one', 'other'],
  ta: ['one', 'other'],
  te: ['one', 'other'],
  th: ['other'],
  tr: ['one', 'other'],
  uk: ['one', 'few', 'many', 'other'],
  ur: ['one', 'other'],
  vi: ['other'],
  'zh-Hans': ['other'],
  'zh-Hant': ['other'],
} as const satisfies Record<string, readonly Intl.LDMLPluralRule[]>;

/** A language that messages are written in: a language subtag of BCP 47, with the script where people write several. */
export type Locale = keyof typeof pluralForms;
export type PluralForm<L extends Locale> = (typeof pluralForms)[L][number];

const supported: ReadonlySet<string> = new Set(Object.keys(pluralForms));

/** In alphabetical order. */
export const supportedLocales: readonly Locale[] = [...supported].filter(isLocale).sort();

// Browsers send far less. These bound the work that one header can cause.
const MAX_HEADER_LENGTH = 1000;
const MAX_HEADER_TAGS = 20;

/** Whether `value` is a well-formed BCP 47 language tag (`en`, `es-419`) as `Intl` reads it, 35 characters at most. */
export function isLanguageTag(value: string): boolean {
  return parsedTag(value) !== null;
}

/** A language tag in its canonical form (`EN-us` becomes `en-US`); null if it is not well-formed or too long. */
export function canonicalTag(value: string): string | null {
  return parsedTag(value)?.toString() ?? null;
}

export interface LocalePreferences {
  /** The tag in the request. */
  readonly requested?: string | null | undefined;
  /** The tag stored with the user. */
  readonly user?: string | null | undefined;
  /** The HTTP header Accept-Language (RFC 9110, section 12.5.4). */
  readonly acceptLanguage?: string | null | undefined;
  /** Used if no wanted locale is supported; English by default. */
  readonly fallback?: Locale;
}

/** The locale to write to a person in: the first supported one of request, user, Accept-Language and fallback. */
export function negotiateLocale(preferences: LocalePreferences): Locale {
  const { requested, user, acceptLanguage, fallback = 'en' } = preferences;
  return supportedLocale(requested) ?? supportedLocale(user) ?? acceptedLocale(acceptLanguage) ?? fallback;
}

/** The first supported locale of an Accept-Language header, or null if no locale in it is supported. */
export function acceptedLocale(header: string | null | undefined): Locale | null {
  if (!header) return null;
  const headers = { 'accept-language': header.slice(0, MAX_HEADER_LENGTH) };
  for (const tag of new Negotiator({ headers }).languages().slice(0, MAX_HEADER_TAGS)) {
    if (tag === '*') return null; // The user takes any language, so the fallback decides.
    const locale = supportedLocale(tag);
    if (locale) return locale;
  }
  return null;
}

/**
 * The locale of a tag, or null if it is not supported. A language with several scripts is decided by the script of the
 * tag, then by its region (`zh-HK` is `zh-Hant`), then by what most people write (CLDR, likely subtags).
 */
export function supportedLocale(tag: string | null | undefined): Locale | null {
  const parsed = tag ? parsedTag(tag) : null;
  if (parsed === null) return null;
  const language = languageOf(parsed);
  if (language === null) return null;
  if (isLocale(language)) return language;
  const likely = [parsed, new Intl.Locale(language)].map((each) => `${language}-${each.maximize().script}`);
  return likely.find(isLocale) ?? null;
}

export function isLocale(tag: string): tag is Locale {
  return supported.has(tag);
}

/** Null where a tag names none (`und-TW`): engines say `und`, nothing, or `undefined`, which TypeScript does not know. */
function languageOf({ language }: Pick<Partial<Intl.Locale>, 'language'>): string | null {
  return language === undefined || language === '' || language === 'und' ? null : language;
}

/** In canonical form (`in` becomes `id`, `tl` becomes `fil`), or null if the tag is not well-formed. */
function parsedTag(tag: string): Intl.Locale | null {
  if (tag.length > textLimits.LANGUAGE_TAG.maximum) return null;
  try {
    return new Intl.Locale(tag);
  } catch {
    return null;
  }
}
