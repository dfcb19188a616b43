import { addSeconds } from '../platform/clock.js';

/** Seconds after which an account trusts a device: a thief's is younger. */
export const SETTLED_AFTER = 7 * 86_400;

/** Whether an account trusts a device that it has known since then; null: since before that was written down. */
export function isSettledSince(since: string | null, now: Date): boolean {
  return since === null || new Date(since) <= addSeconds(now, -SETTLED_AFTER);
}

/** Seconds of a new account in which its owner sets it up: no proof of it is stolen yet. */
const FIRST_DAY = 86_400;

/** The account to which a proof is added, and since when it has known the device on which that is done. */
export interface AddedProof {
  readonly account: { readonly createdAt: Date };
  readonly deviceKnownSince: Date;
}

/**
 * From when a password or an email address counts that is added now. A thief with one proof can add another one of their
 * own. So one that was added on a device that the account has not known for seven days counts seven days later, unless it
 * has known the device since its first day. Null: it counts at once.
 */
export function trustedFrom({ account, deviceKnownSince }: AddedProof, now: Date): Date | null {
  const isOwners = deviceKnownSince <= addSeconds(account.createdAt, FIRST_DAY);
  return isOwners || isSettledSince(deviceKnownSince.toISOString(), now) ? null : addSeconds(now, SETTLED_AFTER);
}

/** Whether a proof counts that counts from then on; null: it always does. */
export function isTrusted(from: Date | null, now: Date): boolean {
  return from === null || from <= now;
}
