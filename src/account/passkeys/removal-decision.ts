import type { ProofMethod } from '../../sessions/proofs.js';
import type { OwnerProofs } from '../remove-password/decision.js';

/**
 * What its owner verifies before a passkey goes; null: enough is left. An account with special rights opens on a new device by
 * two proofs, or by a passkey (docs/decisions/0037).
 *
 * @param leavesPasskeys whether one stays that signs in, or the one that goes opens nothing anyway
 */
export function neededWithout(user: OwnerProofs, leavesPasskeys: boolean): readonly ProofMethod[] | null {
  const left = [user.phoneVerifiedAt, user.emailVerifiedAt, user.passwordHash].filter((proof) => proof !== null).length;
  if (leavesPasskeys || left >= (user.role === 'USER' ? 1 : 2)) return null;
  if (user.phoneVerifiedAt === null) return ['PHONE_OTP'];
  return ['EMAIL_OTP'];
}
