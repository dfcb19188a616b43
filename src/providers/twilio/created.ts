import { type AcceptedOutcome, type SendOutcome, sendFailures } from '../message-sender.js';
import { said } from '../provider-words.js';
import { lostBecause, lostStatuses } from './delivery-failure.js';
import { isCallSid, isMessageSid } from './sid.js';

/** A message or call as Twilio shows it in its answer. Only a message has an error code. */
export interface Created {
  readonly sid: unknown;
  readonly status?: unknown;
  readonly errorCode?: unknown;
  readonly errorMessage?: unknown;
}

const unreadable: SendOutcome = { kind: 'failed', reason: 'provider_unavailable', providerCode: null };

/** Twilio can create a message and say in the same answer that it has failed (201 with `status: failed`). */
export function outcomeOf({ sid, status, errorCode, errorMessage }: Created): SendOutcome {
  if (typeof status !== 'string' || !lostStatuses.has(status)) return acceptedAs(sid) ?? unreadable;
  const { failure, providerCode } = lostBecause(typeof errorCode === 'number' ? String(errorCode) : undefined);
  // A reason that only reports have (such as `undelivered`) says nothing against another provider.
  const reason = sendFailures.find((each) => each === failure) ?? 'rejected';
  return { kind: 'failed', reason, providerCode: providerCode ?? status.toUpperCase(), ...said(errorMessage) };
}

/** Null: it is no id as Twilio makes them. */
export function acceptedAs(sid: unknown): AcceptedOutcome | null {
  return isMessageSid(sid) || isCallSid(sid) ? { kind: 'accepted', providerMessageId: sid } : null;
}
