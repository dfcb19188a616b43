import { failureByStatus } from '../http/failure-by-status.js';
import type { FailedOutcome, SendFailure } from '../message-sender.js';

/**
 * Names with which Telegram refuses. It documents only the first of them (https://core.telegram.org/gateway/api#making-requests);
 * the others are those that its clients know.
 */
const reasonByName: ReadonlyMap<string, SendFailure> = new Map([
  ['ACCESS_TOKEN_INVALID', 'bad_credentials'],
  ['ACCESS_TOKEN_REQUIRED', 'bad_credentials'],
  ['BALANCE_NOT_ENOUGH', 'bad_credentials'],
  ['UNKNOWN_METHOD', 'bad_credentials'], // another address than Telegram's
  ['SENDER_USERNAME_INVALID', 'bad_credentials'],
  ['SENDER_NOT_VERIFIED', 'bad_credentials'],
  ['SENDER_NOT_OWNED', 'bad_credentials'],
  ['CALLBACK_URL_INVALID', 'bad_credentials'],
  ['PHONE_NUMBER_INVALID', 'invalid_number'],
  ['PHONE_NUMBER_NOT_FOUND', 'not_on_channel'],
  ['PHONE_NUMBER_NOT_AVAILABLE', 'not_on_channel'],
  ['FLOOD_WAIT', 'slow_down'],
]);

/** The request has its message already. */
export const ALREADY_SENT = 'MESSAGE_ALREADY_SENT';
/** The request is over, or was never there. */
export const UNKNOWN_REQUEST = 'REQUEST_ID_INVALID';

/** The longest that a flood wait is believed, in seconds. Every code has expired by then. */
const LONGEST_WAIT = 3_600;

/** What a refusal means. @param error the name as Telegram sent it, such as `FLOOD_WAIT_30` */
export function refusalOf(error: string): FailedOutcome {
  // No digits: they could be those of a number or code.
  const [, name = '', seconds] = /^([A-Z][A-Z_]{2,38}?)(?:_(\d{1,9}))?$/.exec(error) ?? [];
  const waits = reasonByName.get(name) === 'slow_down' && seconds !== undefined;
  return {
    kind: 'failed',
    reason: reasonByName.get(name) ?? 'rejected',
    providerCode: name || null,
    ...(waits && { retryAfterSeconds: Math.min(Number(seconds), LONGEST_WAIT) }),
  };
}

/** What an answer means that is none of Telegram's. A success that cannot be read may have been one. */
export function unreadable(status: number): FailedOutcome {
  const reason = status < 300 ? 'provider_unavailable' : failureByStatus(status);
  return { kind: 'failed', reason, providerCode: `HTTP_${status}` };
}
