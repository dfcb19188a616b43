import { addSeconds } from '../../platform/clock.js';
import type { LiveSession } from '../../sessions/session.repository.js';
import { passkeyStepUp, type ReauthenticationRequired, stepUp } from '../../sessions/step-up.js';

const DAY = 86_400;

export type LeavingDecision =
  | ReauthenticationRequired
  /** Everything goes at once. */
  | { readonly kind: 'erase' }
  /** All sessions end now, and everything goes at `dueAt`. */
  | { readonly kind: 'schedule'; readonly dueAt: Date };

/** @param graceDays `DELETION_GRACE` */
export function decideLeaving(
  session: LiveSession,
  { graceDays, now }: { graceDays: number; now: Date },
): LeavingDecision {
  const reauthentication = passkeyStepUp(session, now) ?? stepUp(session, now);
  if (reauthentication) return reauthentication;
  return graceDays === 0 ? { kind: 'erase' } : { kind: 'schedule', dueAt: addSeconds(now, graceDays * DAY) };
}
