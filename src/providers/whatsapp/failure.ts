import type { DeliveryFailure } from '../delivery-report.js';
import { failureByStatus } from '../http/failure-by-status.js';
import { type FailedOutcome, sendFailures } from '../message-sender.js';
import { said } from '../provider-words.js';

/**
 * Codes of the Cloud API (https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes), in
 * answers and in reports.
 */
const failureByCode: ReadonlyMap<number, DeliveryFailure> = new Map([
  // Token, permissions and account.
  [0, 'bad_credentials'],
  [3, 'bad_credentials'],
  [10, 'bad_credentials'],
  [33, 'bad_credentials'], // the sending number is gone
  [190, 'bad_credentials'], // the token is over
  [368, 'bad_credentials'], // blocked for what it sent
  [131005, 'bad_credentials'], // permission
  [131031, 'bad_credentials'], // account locked
  [131037, 'bad_credentials'], // display name not approved
  [131042, 'bad_credentials'], // payment
  [131045, 'bad_credentials'], // number not registered
  [133010, 'bad_credentials'], // number not registered
  // Too much.
  [4, 'slow_down'],
  [80007, 'slow_down'],
  [130429, 'slow_down'],
  [131048, 'slow_down'], // too much of it was reported as spam
  [131056, 'slow_down'], // to one number
  // WhatsApp itself.
  [1, 'provider_unavailable'],
  [2, 'provider_unavailable'],
  [131000, 'provider_unavailable'],
  [131016, 'provider_unavailable'],
  [131057, 'provider_unavailable'], // account in maintenance
  [133004, 'provider_unavailable'],
  // The person.
  [131021, 'invalid_number'], // the sender's own number
  [131026, 'not_on_channel'], // no WhatsApp, an old version, or its terms not accepted
  [130472, 'blocked'], // an experiment of Meta
  [131049, 'blocked'], // Meta chose not to deliver it
  [131050, 'opted_out'],
  [130497, 'country_not_enabled'],
  // The message. Templates that are missing, paused or disabled are among them.
  [100, 'rejected'],
  [131008, 'rejected'],
  [131009, 'rejected'],
  [131030, 'rejected'], // a number for tests sends to few numbers
  [131047, 'rejected'],
  [131051, 'rejected'],
  [132000, 'rejected'],
  [132001, 'rejected'],
  [132005, 'rejected'],
  [132007, 'rejected'],
  [132012, 'rejected'],
  [132015, 'rejected'],
  [132016, 'rejected'],
]);

/** The template is not there in a language: never approved, paused, or disabled. */
const missingTemplate: ReadonlySet<number> = new Set([132001, 132015, 132016]);

/** An error as answers and reports hold it. */
export interface WhatsAppError {
  readonly code?: number | undefined;
  readonly message?: string | undefined;
  readonly title?: string | undefined;
  readonly error_data?: { readonly details?: string | undefined } | undefined;
}

export function saysTemplateIsMissing({ code }: WhatsAppError): boolean {
  return code !== undefined && missingTemplate.has(code);
}

/** Why a message that was taken did not arrive. */
export function lostBecause(error: WhatsAppError = {}) {
  return { failure: failureOf(error) ?? 'undelivered', providerCode: codeOf(error), ...said(wordsOf(error)) };
}

/** Why a message was not taken. */
export function refusedBecause(error: WhatsAppError, status: number): FailedOutcome {
  const failure = failureOf(error);
  // A reason that only reports have (such as `blocked`) says nothing against another provider.
  const known = failure && (sendFailures.find((each) => each === failure) ?? 'rejected');
  const providerCode = codeOf(error) ?? `HTTP_${status}`;
  return { kind: 'failed', reason: known ?? failureByStatus(status), providerCode, ...said(wordsOf(error)) };
}

function failureOf({ code }: WhatsAppError): DeliveryFailure | undefined {
  if (code === undefined) return undefined;
  // 200 to 299 are all permissions.
  return failureByCode.get(code) ?? (code >= 200 && code < 300 ? 'bad_credentials' : undefined);
}

/** Six digits could be those of a code, but Meta counts its own errors with as many. */
function codeOf({ code }: WhatsAppError): string | null {
  return code !== undefined && Number.isInteger(code) && code >= 0 && code < 10_000_000 ? String(code) : null;
}

function wordsOf({ error_data: data, message, title }: WhatsAppError): string | undefined {
  return data?.details ?? message ?? title;
}
