import { addSeconds } from '../../platform/clock.js';
import type { ProofMethod } from '../../sessions/proofs.js';
import type { Role } from '../../users/user.table.js';

const DAY = 86_400;

/** An account that somebody has shown proofs of. */
export interface OpeningFacts {
  readonly role: Role;
  readonly lastUsedAt: Date;
  /** The mobile network says that the number has another SIM or another owner since. Absent: it was not asked. */
  readonly changedHands?: boolean;
  /** Whether the account knows the device that asks. */
  readonly deviceKnown: boolean;
  /** What its owner can prove who they are with. */
  readonly has: readonly ProofMethod[];
  /** When somebody first had a right code of the account while it slept; null: nobody. */
  readonly claimedAt: Date | null;
}

export interface OpeningRules {
  /** Days without use after which a number may have changed hands; 0: never. */
  readonly dormantAfter: number;
  /** Days after which a sleeping account with nothing but its number opens by a new code. */
  readonly claimBackAfter: number;
}

export type Opening =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'further_proof';
      /** What would do, any one of them; empty: the account has nothing else. */
      readonly methods: readonly ProofMethod[];
      /** Whether the number may go to a new account instead. */
      readonly newAccountAllowed: boolean;
      /** From when a new code opens the account; null: it never does alone. */
      readonly availableAt: Date | null;
    };

/**
 * Whether what was shown opens the account (docs/decisions/0037). A phone number is on loan, so where it may have changed
 * hands, a code alone opens nothing on a device that the account does not know. An account with a role never opens by one
 * proof alone there.
 */
export function decideOpening(
  facts: OpeningFacts,
  { shown, rules, now }: { readonly shown: readonly ProofMethod[]; readonly rules: OpeningRules; readonly now: Date },
): Opening {
  if (facts.deviceKnown || new Set(shown).size > 1) return { kind: 'open' };
  const methods = facts.has.filter((method) => !shown.includes(method));
  if (facts.role !== 'USER') return { kind: 'further_proof', methods, newAccountAllowed: false, availableAt: null };
  const byNumberAlone = shown.every((method) => method === 'PHONE_OTP');
  if (!byNumberAlone || !isDormant(facts, rules, now)) return { kind: 'open' };
  const availableAt = methods.length > 0 ? null : addSeconds(facts.claimedAt ?? now, rules.claimBackAfter * DAY);
  if (facts.claimedAt !== null && availableAt !== null && availableAt <= now) return { kind: 'open' };
  return { kind: 'further_proof', methods, newAccountAllowed: true, availableAt };
}

function isDormant(
  { lastUsedAt, changedHands = false }: OpeningFacts,
  { dormantAfter }: OpeningRules,
  now: Date,
): boolean {
  if (changedHands) return true;
  return dormantAfter > 0 && lastUsedAt <= addSeconds(now, -dormantAfter * DAY);
}
