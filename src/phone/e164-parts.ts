import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { INTERNATIONAL } from './destination.js';

/** What providers want to know of a number. */
export interface E164Parts {
  /** ISO 3166-1 alpha-2, or INTERNATIONAL. */
  readonly country: string;
  /** As it is written after the country code. */
  readonly national: string;
}

/** @param phoneNumber in E.164 */
export function e164Parts(phoneNumber: string): E164Parts {
  const number = parsePhoneNumberFromString(phoneNumber);
  return { country: number?.country ?? INTERNATIONAL, national: number?.nationalNumber ?? phoneNumber.slice(1) };
}
