import {
  type CountryCode,
  type PhoneNumber as PhoneNumberOfLibrary,
  parsePhoneNumberWithError,
} from 'libphonenumber-js/max';
import { type Destination, INTERNATIONAL } from './destination.js';
import { textLimits } from '../platform/text-limits.js';
import { toAsciiDigits, withoutInvisibles } from './digits.js';
import type { TestPhones } from './test-phones.js';

export type PhoneNumberReading =
  | PhoneNumber
  | { readonly kind: 'blank' }
  | { readonly kind: 'too_long' }
  /** phone-number-problem.ts tells what is wrong with the text. */
  | { readonly kind: 'invalid'; readonly text: string };

export interface PhoneNumber {
  readonly kind: 'phone_number';
  /** E.164. */
  readonly phoneNumber: string;
  /** The fixed code of a test number, otherwise null. */
  readonly testCode: string | null;
  /** Null for test numbers, because nothing is sent to them. */
  readonly destination: Destination | null;
}

export interface PhoneNumberRules {
  /** ISO 3166-1 alpha-2 country of numbers that are typed without a country code. Null refuses these numbers. */
  readonly defaultRegion: CountryCode | null;
  /** The country of the examples in messages about numbers. */
  readonly exampleCountry: CountryCode;
  readonly testPhones: TestPhones;
}

/**
 * Reads a typed number as E.164 (ITU-T). All spellings of a number give one result, so they share one account and
 * limit.
 */
export function readPhoneNumber(typed: string, rules: PhoneNumberRules, now: Date): PhoneNumberReading {
  const text = readable(typed);
  if (text === '') return { kind: 'blank' };
  if (text === null) return { kind: 'too_long' };
  const number = withContext(bareNumber(text));
  const testPhone = rules.testPhones.find(number, now);
  if (testPhone) return { kind: 'phone_number', ...testPhone, destination: null };
  return (
    parse(number, rules.defaultRegion) ?? parse(number.replace(/^00/, '+'), null) ?? { kind: 'invalid', text: number }
  );
}

/** Null: the text is too long, as typed or once it is normalized. */
function readable(typed: string): string | null {
  const longest = textLimits.PHONE_NUMBER.maximum;
  const digits = toAsciiDigits(typed, longest);
  const text = digits === null ? null : withoutInvisibles(digits).trim();
  return text === null || text.length > longest ? null : text;
}

/**
 * The text from the first plus sign or digit to the last digit, as Google's libphonenumber takes it: `(+977) …`,
 * `tel:+977…`, a comma at the end. Letters and `#` stay, so that words and extensions are refused.
 */
function bareNumber(text: string): string {
  return text
    .replace(/^tel:(?!\s)/i, '')
    .replace(/^[^\p{L}\p{N}+#]+/u, '')
    .replace(/[^\p{L}\p{N}#]+$/u, '')
    .replace(/^\++/, '+');
}

/**
 * Puts the country code of `984-1234567;phone-context=+977` (RFC 3966, section 5.1.5) before its number. The library keeps
 * a position between two such texts, so that it refuses every second one. A context without a country code stays text.
 */
function withContext(text: string): string {
  const [, local = '', code = ''] = /^([^;]*);phone-context=(\+[\d().-]{1,8})$/i.exec(text) ?? [];
  return code === '' ? text.replace(/;phone-context=/gi, ' phone-context ') : code + local;
}

function parse(text: string, defaultRegion: CountryCode | null): PhoneNumber | null {
  try {
    const parsed = withoutMexicanOne(
      parsePhoneNumberWithError(text, { ...(defaultRegion && { defaultCountry: defaultRegion }), extract: false }),
    );
    if (!parsed.isValid() || parsed.ext) return null;
    const destination = { country: parsed.country ?? INTERNATIONAL, numberType: parsed.getType() ?? null };
    return { kind: 'phone_number', phoneNumber: parsed.number, testCode: null, destination };
  } catch {
    return null;
  }
}

/**
 * Until 2020, a 1 stood between Mexico's country code and the number of a mobile phone. WhatsApp and old contacts still
 * write it.
 */
function withoutMexicanOne(parsed: PhoneNumberOfLibrary): PhoneNumberOfLibrary {
  const [, national] = /^\+521(\d{10})$/.exec(parsed.number) ?? [];
  return national === undefined || parsed.ext ? parsed : parsePhoneNumberWithError(`+52${national}`);
}
