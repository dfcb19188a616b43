import { type CountryCode, parsePhoneNumberWithError } from 'libphonenumber-js/max';
import { BLANK } from '../platform/field-problems.js';
import { type Destination, INTERNATIONAL } from './destination.js';
import { toAsciiDigits, withoutInvisibles } from './digits.js';
import type { TestPhones } from './test-phones.js';

/** Longer input is no phone number; it is refused before any pattern runs over it. */
const LONGEST_INPUT = 64;

export type PhoneNumberReading = PhoneNumber | { readonly kind: 'blank' } | { readonly kind: 'invalid' };

export interface PhoneNumber {
  readonly kind: 'phone_number';
  /** E.164. */
  readonly phoneNumber: string;
  /** The fixed code of a test number. */
  readonly testCode: string | null;
  /** Where a text to it would go; null for test numbers, which are sent none. */
  readonly destination: Destination | null;
}

export interface PhoneNumberRules {
  /** ISO 3166-1 alpha-2 country of numbers typed without a country code, or null to refuse those. */
  readonly defaultRegion: CountryCode | null;
  readonly testPhones: TestPhones;
}

/** Reads what a person typed as one E.164 number (ITU-T), so that every spelling means one account and one counter. */
export function readPhoneNumber(typed: string, rules: PhoneNumberRules, now: Date): PhoneNumberReading {
  const text = toAsciiDigits(withoutInvisibles(typed)).trim();
  if (text === '') return { kind: 'blank' };
  if (text.length > LONGEST_INPUT) return { kind: 'invalid' };
  const testPhone = rules.testPhones.find(text, now);
  if (testPhone) return { kind: 'phone_number', ...testPhone, destination: null };
  return parse(text, rules.defaultRegion) ?? parse(text.replace(/^[\s(]*00/, '+'), null) ?? { kind: 'invalid' };
}

function parse(text: string, defaultRegion: CountryCode | null): PhoneNumber | null {
  try {
    const parsed = parsePhoneNumberWithError(text, {
      ...(defaultRegion && { defaultCountry: defaultRegion }),
      extract: false,
    });
    if (!parsed.isValid() || parsed.ext) return null;
    const destination = { country: parsed.country ?? INTERNATIONAL, numberType: parsed.getType() ?? null };
    return { kind: 'phone_number', phoneNumber: parsed.number, testCode: null, destination };
  } catch {
    return null;
  }
}

/** What is wrong with what was typed, for the person who typed it; null: it is a number. */
export function phoneNumberProblem({ kind }: PhoneNumberReading): string | null {
  switch (kind) {
    case 'blank':
      return BLANK;
    case 'invalid':
      return 'Enter a valid phone number.';
    case 'phone_number':
      return null;
  }
}
