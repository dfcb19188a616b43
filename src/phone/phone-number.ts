import { type CountryCode, type NumberType, parsePhoneNumberWithError } from 'libphonenumber-js/max';
import { toAsciiDigits, withoutInvisibles } from './digits.js';
import type { TestPhones } from './test-phones.js';

/** Longer input is no phone number; it is refused before any pattern runs over it. */
const LONGEST_INPUT = 64;

/**
 * Types that reach a person's own phone. North American plans do not tell mobile from landline, and some mobile
 * operators' ranges are listed as VoIP. The rest cannot receive a text, or makes the receiver money.
 */
const REACHABLE: ReadonlySet<NumberType> = new Set<NumberType>(['MOBILE', 'FIXED_LINE_OR_MOBILE', 'VOIP']);

export type PhoneNumberReading =
  | { readonly kind: 'phone_number'; readonly phoneNumber: string; readonly testCode: string | null }
  | { readonly kind: 'blank' }
  | { readonly kind: 'invalid' };

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
  if (testPhone) return { kind: 'phone_number', ...testPhone };
  const phoneNumber = parse(text, rules.defaultRegion) ?? parse(text.replace(/^[\s(]*00/, '+'), null);
  return phoneNumber ? { kind: 'phone_number', phoneNumber, testCode: null } : { kind: 'invalid' };
}

function parse(text: string, defaultRegion: CountryCode | null): string | null {
  try {
    const parsed = parsePhoneNumberWithError(text, {
      ...(defaultRegion && { defaultCountry: defaultRegion }),
      extract: false,
    });
    const type = parsed.getType();
    return parsed.isValid() && !parsed.ext && type && REACHABLE.has(type) ? parsed.number : null;
  } catch {
    return null;
  }
}
