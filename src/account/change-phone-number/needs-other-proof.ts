import { isTrusted } from '../../devices/settled.js';
import { type ProofMethod, proofMethods, provedAt } from '../../sessions/proofs.js';
import type { LiveSession } from '../../sessions/session.repository.js';
import { isSettled } from '../../sessions/step-up.js';

/**
 * Whether taking a change of number back needs a proof that is not the old number (docs/decisions/0041). A thief of the old
 * SIM gets the notice, too. An owner who changed the number on a settled device, or who has shown two kinds of proofs, is
 * no such thief. Otherwise whoever made the change may have had no more than one stolen proof, and the old number wins. A
 * password or an email address that such a thief may have added is no second one.
 */
export function needsOtherProof(session: LiveSession, now: Date): boolean {
  const { emailTrustedFrom, passwordTrustedFrom } = session.user;
  const from: Record<ProofMethod, Date | null> = {
    PHONE_OTP: null,
    EMAIL_OTP: emailTrustedFrom,
    PASSWORD: passwordTrustedFrom,
  };
  const shown = proofMethods.filter((method) => provedAt(session, method) !== null && isTrusted(from[method], now));
  return isSettled(session, now) || shown.length > 1;
}
