import type { ProofMethod } from '../../sessions/proofs.js';
import type { User } from '../../users/user.js';

export type OwnerProofs = Pick<
  User,
  'phoneNumber' | 'phoneVerifiedAt' | 'email' | 'emailVerifiedAt' | 'passwordHash' | 'role'
>;

export type RemovalDecision =
  | { readonly kind: 'remove' }
  /** There is no password. */
  | { readonly kind: 'nothing_to_remove' }
  /** Too little else would open the account. `methods`: what its owner can verify first. */
  | { readonly kind: 'needed'; readonly methods: readonly ProofMethod[] };

/**
 * Whether the account opens without its password. An account with special rights opens on a new device by two proofs only
 * (docs/decisions/0037), so it needs a verified number and a verified email address.
 */
export function decideRemoval(user: OwnerProofs): RemovalDecision {
  if (user.passwordHash === null) return { kind: 'nothing_to_remove' };
  const missing: ProofMethod[] = [];
  if (user.phoneVerifiedAt === null) missing.push('PHONE_OTP');
  if (user.emailVerifiedAt === null) missing.push('EMAIL_OTP');
  const others = 2 - missing.length;
  return others >= (user.role === 'USER' ? 1 : 2) ? { kind: 'remove' } : { kind: 'needed', methods: missing };
}
