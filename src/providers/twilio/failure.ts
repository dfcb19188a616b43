import { failureByStatus } from '../http/failure-by-status.js';
import { said } from '../provider-words.js';
import type { FailedOutcome, SendFailure } from '../message-sender.js';

/** Codes with which Twilio refuses a message or call (https://www.twilio.com/docs/api/errors), as far as we use them. */
const reasonByTwilioCode: ReadonlyMap<number, SendFailure> = new Map([
  [20003, 'bad_credentials'],
  [20005, 'bad_credentials'], // account not active: suspended, closed or out of funds
  [20008, 'bad_credentials'], // test credentials
  [70051, 'bad_credentials'], // authorization failed: API key without the permission
  [20429, 'slow_down'],
  [63017, 'slow_down'], // messages per second of the account
  [63038, 'slow_down'], // messages per day of the account
  [21211, 'invalid_number'],
  [21214, 'invalid_number'], // cannot be reached
  [21217, 'invalid_number'], // does not appear to be valid
  [21265, 'invalid_number'], // short code
  [21266, 'invalid_number'], // the sender's own number
  [21268, 'invalid_number'], // premium rate or information service
  [21614, 'invalid_number'], // not a mobile number
  [21635, 'invalid_number'], // landline
  [21408, 'country_not_enabled'],
  [21610, 'opted_out'],
  // Calls.
  [10001, 'bad_credentials'], // account not active
  [10004, 'slow_down'], // calls at once
  [13227, 'country_not_enabled'],
  [21215, 'country_not_enabled'],
]);

/** The codes of axios for a timeout, by our signal or by its own timers. */
const timeoutCodes: ReadonlySet<unknown> = new Set(['ERR_CANCELED', 'ECONNABORTED', 'ETIMEDOUT']);

/** What a code means, in an answer or in a report; undefined: unknown. */
export function sendFailureOf(code: number): SendFailure | undefined {
  return reasonByTwilioCode.get(code);
}

/**
 * What an error of the `twilio` package means. Only its code, its HTTP status and Twilio's own message are read, because an
 * axios error also holds the credentials and the text.
 */
export function twilioFailure(error: unknown): FailedOutcome {
  const { code, status } = codeAndStatus(error);
  return {
    kind: 'failed',
    reason: reasonOf(code, status),
    providerCode: providerCodeOf(code, status),
    ...said(wordsOf(error)),
    ...(error instanceof TwilioSlowDown && { retryAfterSeconds: error.retryAfterSeconds }),
  };
}

/** An answer of 429 with its header Retry-After, which the package drops. */
export class TwilioSlowDown extends Error {
  readonly status = 429;
  readonly code: unknown;
  readonly retryAfterSeconds: number | undefined;

  constructor({ data, headers }: { data: unknown; headers: Readonly<Record<string, unknown>> }) {
    super('slow down');
    this.code = codeAndStatus(data).code;
    const seconds = /^\d{1,5}$/.exec(String(headers['retry-after']))?.[0];
    this.retryAfterSeconds = seconds === undefined ? undefined : Number(seconds);
  }
}

function reasonOf(code: unknown, status: unknown): SendFailure {
  const known = typeof code === 'number' ? sendFailureOf(code) : undefined;
  if (known) return known;
  if (timeoutCodes.has(code)) return 'timeout';
  return typeof status === 'number' ? failureByStatus(status) : 'provider_unavailable';
}

/** Twilio's code; else the status of the answer (`HTTP_502`); else Node's code (`ECONNREFUSED`). */
function providerCodeOf(code: unknown, status: unknown): string | null {
  if (timeoutCodes.has(code)) return null;
  if (typeof code === 'number' && Number.isInteger(code) && code > 0 && code < 1_000_000) return String(code);
  if (typeof status === 'number' && Number.isInteger(status)) return `HTTP_${status}`;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,39}$/.test(code) ? code : null;
}

/** Twilio's own words: only its answers have a number for a code. Other errors are of Node or axios. */
function wordsOf(error: unknown): string | null {
  const { code } = codeAndStatus(error);
  return typeof code === 'number' && error instanceof Error ? error.message : null;
}

function codeAndStatus(error: unknown): { code: unknown; status: unknown } {
  if (typeof error !== 'object' || error === null) return { code: undefined, status: undefined };
  return { code: 'code' in error ? error.code : undefined, status: 'status' in error ? error.status : undefined };
}
