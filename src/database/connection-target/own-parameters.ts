import { LIMIT_NAMES } from '../pool/time-limits.js';

/**
 * How the server writes and reads dates and texts, whatever is set for the database and the role: a day must not be read as
 * a month. PgBouncer knows these parameters and passes them on.
 */
export const RELIED_ON = { DateStyle: 'ISO, MDY', TimeZone: 'UTC', standard_conforming_strings: 'on' };

const OWN = ['client_encoding', ...Object.keys(RELIED_ON), ...LIMIT_NAMES].map((name) => name.toLowerCase());

/** Whether the service sets this parameter of the server itself, so that no other value of it counts. */
export function isOwnParameter(name: string): boolean {
  return OWN.includes(name.toLowerCase().replaceAll('-', '_'));
}
