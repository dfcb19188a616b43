import { addSeconds } from '../platform/clock.js';

/** Seconds after which an account trusts a device: a thief's is younger. */
export const SETTLED_AFTER = 7 * 86_400;

/** Whether an account trusts a device that it has known since then; null: since before that was written down. */
export function isSettledSince(since: string | null, now: Date): boolean {
  return since === null || new Date(since) <= addSeconds(now, -SETTLED_AFTER);
}
