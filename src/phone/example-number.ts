import { type CountryCode, getCountryCallingCode, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';

/** How numbers of a country begin: `+977`. */
export function callingCodeOf(country: CountryCode): string {
  return `+${getCountryCallingCode(country)}`;
}

/** A mobile number for people to see how theirs should look. Null: the country has no mobile numbers. */
export function exampleNumberOf(country: CountryCode): string | null {
  return getExampleNumber(country, examples)?.formatInternational() ?? null;
}
