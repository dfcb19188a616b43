import { isSupportedCountry } from 'libphonenumber-js/max';
import { INTERNATIONAL } from './destination.js';

/** Whether phone numbers can belong to it: ISO 3166-1 alpha-2, or `001` for numbers of no country. */
export function isCountry(code: string): boolean {
  return code === INTERNATIONAL || isSupportedCountry(code);
}
