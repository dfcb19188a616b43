import type { SendFailure } from '../message-sender.js';

/** About us, and neither about the message nor its number: no credentials, no funds, nothing at that address. */
const aboutUs: ReadonlySet<number> = new Set([401, 402, 403, 404, 405, 407, 410]);
/** The server asks for another attempt (RFC 9110, section 15.5.9; RFC 8470, section 5.2). */
const temporary: ReadonlySet<number> = new Set([408, 425]);

/** What the status of an answer means that is no success, where its body says nothing else. */
export function failureByStatus(status: number): SendFailure {
  if (aboutUs.has(status)) return 'bad_credentials';
  if (status === 429) return 'slow_down';
  return status >= 400 && status < 500 && !temporary.has(status) ? 'rejected' : 'provider_unavailable';
}
