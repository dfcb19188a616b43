import { proofMethods, provedAt } from '../../sessions/proofs.js';
import type { LiveSession } from '../../sessions/session.repository.js';
import { isSettled } from '../../sessions/step-up.js';

/**
 * Whether taking a change of number back needs a proof that is not the old number (docs/decisions/0041). A thief of the old
 * SIM gets the notice, too. An owner who changed the number on a settled device, or who has shown two kinds of proofs, is
 * no such thief. Otherwise whoever made the change may have had no more than one stolen proof, and the old number wins.
 */
export function needsOtherProof(session: LiveSession, now: Date): boolean {
  return isSettled(session, now) || proofMethods.filter((method) => provedAt(session, method) !== null).length > 1;
}
