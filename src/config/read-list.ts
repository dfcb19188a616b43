import { isSupportedCountry } from 'libphonenumber-js/max';
import { INTERNATIONAL } from '../phone/destination.js';

export function splitList(list: string | undefined): string[] {
  return (list ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** Whether it is a country that numbers can be of: ISO 3166-1 alpha-2, or `001` for numbers of no country. */
export function isCountry(code: string): boolean {
  return code === INTERNATIONAL || isSupportedCountry(code);
}
