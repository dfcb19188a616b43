import type { RevertVia } from '../../notices/revert-token.js';

/** What is known of a change of number whose token somebody brings. */
export interface RevertFacts {
  /** Whether it is not over: it is younger than 72 hours, and was not taken back. */
  readonly open: boolean;
  /** Where the token was sent. */
  readonly via: RevertVia;
  /** Whether the change was made with a second proof, or on a settled device. */
  readonly needsOtherProof: boolean;
  /** Whether a living session of the account asks, or a device that the account knows. */
  readonly known: boolean;
  /** The verified number before the change; null: there was none. */
  readonly oldPhoneNumber: string | null;
  /** Whether another account has verified that number since. */
  readonly oldNumberTaken: boolean;
  /** Whether an administrator has locked the account. Its number must not come free for another account then. */
  readonly disabled: boolean;
}

export type RevertDecision =
  | { readonly kind: 'invalid_token' }
  /** The token alone came from the old number, and its holder may be a thief of the old SIM. */
  | { readonly kind: 'other_proof_needed' }
  | { readonly kind: 'account_disabled' }
  /** The account gets its number back; null: it stays without one. */
  | { readonly kind: 'revert'; readonly phoneNumber: string | null };

/**
 * Whether a change of number is taken back (docs/decisions/0041). The token in the text proves the old number and no more. The
 * token in the email proves the verified email address, so it needs nothing besides.
 */
export function decideRevert(facts: RevertFacts): RevertDecision {
  if (!facts.open) return { kind: 'invalid_token' };
  if (facts.needsOtherProof && facts.via === 'number' && !facts.known) return { kind: 'other_proof_needed' };
  if (facts.disabled) return { kind: 'account_disabled' };
  return { kind: 'revert', phoneNumber: facts.oldNumberTaken ? null : facts.oldPhoneNumber };
}
