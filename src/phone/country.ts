import { getCountries, isSupportedCountry } from 'libphonenumber-js/max';
import { type DestinationRules, INTERNATIONAL } from './destination.js';
import { callingCodeOf, exampleNumberOf } from './example-number.js';

/** A country as a person chooses it beside the box for the number. */
export interface Country {
  /** ISO 3166-1 alpha-2. */
  readonly code: string;
  /** How its numbers begin: `+977`. */
  readonly callingCode: string;
  readonly exampleNumber: string | null;
}

/** All countries with phone numbers: ISO 3166-1 alpha-2, in order. */
export const countryCodes = getCountries().sort();

export const countryCount = countryCodes.length;

/** Whether phone numbers can belong to it: ISO 3166-1 alpha-2, or `001` for numbers of no country. */
export function isCountry(code: string): boolean {
  return code === INTERNATIONAL || isSupportedCountry(code);
}

let all: readonly Country[] | null = null;

/** Formatting an example number for each of them takes milliseconds, so it is done once. */
function everyCountry(): readonly Country[] {
  all ??= countryCodes.map((code) => ({
    code,
    callingCode: callingCodeOf(code),
    exampleNumber: exampleNumberOf(code),
  }));
  return all;
}

/** The countries that codes may be sent to, by their codes. INTERNATIONAL is not among them: it is no country. */
export function countriesOf({ allowedCountries }: DestinationRules): Country[] {
  return everyCountry().filter(({ code }) => allowedCountries === null || allowedCountries.has(code));
}
