import { findPhoneNumbersInText, parsePhoneNumberFromString, validatePhoneNumberLength } from 'libphonenumber-js/max';
import { BLANK, type FieldProblem, invalidFormat, tooLong } from '../platform/field-problems.js';
import { callingCodeOf, exampleNumberOf } from './example-number.js';
import { textLimits } from '../platform/text-limits.js';
import type { PhoneNumberReading, PhoneNumberRules } from './phone-number.js';

const UNKNOWN_COUNTRY: FieldProblem = {
  code: 'UNKNOWN_COUNTRY',
  message: 'No country has this country code. Check the digits after the +.',
};
const EMAIL_ADDRESS: FieldProblem = {
  code: 'NOT_A_NUMBER',
  message: 'This is an email address. Enter a phone number.',
};
const SEVERAL_NUMBERS: FieldProblem = { code: 'SEVERAL_NUMBERS', message: 'Enter only one phone number.' };

/** What a user who typed something other than a number should correct; null if it is a number. */
export function phoneNumberProblem(reading: PhoneNumberReading, rules: PhoneNumberRules): FieldProblem | null {
  switch (reading.kind) {
    case 'phone_number':
      return null;
    case 'blank':
      return BLANK;
    case 'too_long':
      return tooLong(textLimits.PHONE_NUMBER.maximum);
    case 'invalid':
      return problemOf(reading.text, rules);
  }
}

function problemOf(text: string, rules: PhoneNumberRules): FieldProblem {
  if (text.includes('@')) return EMAIL_ADDRESS;
  if (holdsSeveral(text, rules)) return SEVERAL_NUMBERS;
  const number = text.replace(/^00/, '+');
  const international = number.startsWith('+');
  const abroad =
    international || rules.defaultRegion === null
      ? ''
      : ' Numbers of other countries start with + and the country code.';
  switch (validatePhoneNumberLength(number, parsing(rules))) {
    case 'NOT_A_NUMBER':
      return notANumber(rules);
    case 'INVALID_COUNTRY':
      return international ? UNKNOWN_COUNTRY : countryCodeMissing(rules);
    case 'TOO_SHORT':
      return { code: 'TOO_SHORT', message: `This phone number is too short. Check that no digit is missing.${abroad}` };
    case 'TOO_LONG':
      return {
        code: 'TOO_LONG',
        message: `This phone number is too long. Check that it has no extra digits.${abroad}`,
      };
    case 'INVALID_LENGTH':
      return invalidFormat(`This phone number has a digit too many or too few.${abroad}`);
    case undefined:
      return invalidFormat(
        hasExtension(number, rules)
          ? 'Enter the phone number without an extension.'
          : `Enter a valid phone number.${abroad}`,
      );
  }
}

function parsing({ defaultRegion }: PhoneNumberRules) {
  return { ...(defaultRegion && { defaultCountry: defaultRegion }), extract: false };
}

/** The library takes what comes after a comma or semicolon for an extension. */
function holdsSeveral(text: string, { defaultRegion }: PhoneNumberRules): boolean {
  const separated = text.replace(/[,;]/g, ' / ');
  const found = findPhoneNumbersInText(separated, defaultRegion ? { defaultCountry: defaultRegion } : undefined);
  return new Set(found.map(({ number }) => number.number)).size > 1;
}

/** The length can be right in a text that cannot be parsed. */
function hasExtension(text: string, rules: PhoneNumberRules): boolean {
  return parsePhoneNumberFromString(text, parsing(rules))?.ext !== undefined;
}

function countryCodeMissing({ exampleCountry }: PhoneNumberRules): FieldProblem {
  const message = `Start with the country code, for example ${callingCodeOf(exampleCountry)}.`;
  return { code: 'COUNTRY_CODE_MISSING', message };
}

function notANumber({ exampleCountry }: PhoneNumberRules): FieldProblem {
  const example = exampleNumberOf(exampleCountry);
  return { code: 'NOT_A_NUMBER', message: `Enter a phone number${example ? `, for example ${example}` : ''}.` };
}
