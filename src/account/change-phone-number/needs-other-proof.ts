import { proofMethods, provedAt } from '../../sessions/proofs.js';
import type { LiveSession } from '../../sessions/session.repository.js';
import { isOwners, isSettled } from '../../sessions/step-up.js';

/**
 * Whether taking a change of number back needs a proof that is not the old number (docs/decisions/0041). A thief of the old
 * SIM gets the notice, too. An owner who changed the number on a settled device, or who has shown two kinds of proofs, is
 * no such thief, and a passkey is two proofs in one. Otherwise whoever made the change may have had no more than one stolen proof, and the old number wins. A
 * password, an email address or a passkey that such a thief may have added is none.
 */
export function needsOtherProof(session: LiveSession, now: Date): boolean {
  const shown = proofMethods.filter((method) => provedAt(session, method) !== null && isOwners(session, method, now));
  return isSettled(session, now) || shown.length > 1 || shown.includes('PASSKEY');
}
