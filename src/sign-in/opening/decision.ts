import { addSeconds } from '../../platform/clock.js';
import type { ProofMethod } from '../../sessions/proofs.js';
import { type AccountDisabled, disabledAt, type LockColumns } from '../../users/account-lock.js';
import type { Role } from '../../users/user.table.js';

const DAY = 86_400;
const OPEN: Opening = { kind: 'open', claimedBack: false };

/** An account that somebody has shown proofs of. */
export interface OpeningFacts extends LockColumns {
  readonly role: Role;
  readonly lastUsedAt: Date;
  /** The mobile network says that the number has another SIM or another owner since. Absent: it was not asked. */
  readonly changedHands?: boolean;
  /** Whether the account knows the device that asks. */
  readonly deviceKnown: boolean;
  /** What its owner can prove who they are with. */
  readonly has: readonly ProofMethod[];
  /** When somebody first had a right code of the account while it slept; null: nobody, or it was opened by its number since. */
  readonly claimedAt: Date | null;
  /** An administrator's lock raises it, as everything does that ends all sessions. */
  readonly sessionEpoch: number;
}

export interface OpeningRules {
  /** Days without use after which a number may have changed hands; 0: never. */
  readonly dormantAfter: number;
  /** Days after which a sleeping account with nothing but its number opens by a new code. */
  readonly claimBackAfter: number;
}

export type Opening =
  | AccountDisabled
  | {
      readonly kind: 'open';
      /** Whether it slept, has nothing but its number, and opens because nobody came forward in time. */
      readonly claimedBack: boolean;
    }
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
 * proof alone there. An account that an administrator has locked opens by nothing (docs/decisions/0046).
 */
export function decideOpening(
  facts: OpeningFacts,
  { shown, rules, now }: { readonly shown: readonly ProofMethod[]; readonly rules: OpeningRules; readonly now: Date },
): Opening {
  const disabled = disabledAt(facts, now);
  if (disabled) return disabled;
  if (facts.deviceKnown || new Set(shown).size > 1) return OPEN;
  const methods = facts.has.filter((method) => !shown.includes(method));
  if (facts.role !== 'USER') return { kind: 'further_proof', methods, newAccountAllowed: false, availableAt: null };
  const state = stateOf(facts, rules, now);
  const byNumberAlone = shown.every((method) => method === 'PHONE_OTP');
  if (!byNumberAlone || state.kind === 'in_use') return OPEN;
  // What was used again without the number needs more than the number. The number may still go to a new account.
  if (state.kind === 'kept' || methods.length > 0) {
    return { kind: 'further_proof', methods, newAccountAllowed: true, availableAt: null };
  }
  const availableAt = addSeconds(state.claimedAt ?? now, rules.claimBackAfter * DAY);
  if (state.claimedAt !== null && availableAt <= now) return { kind: 'open', claimedBack: true };
  return { kind: 'further_proof', methods, newAccountAllowed: true, availableAt };
}

type State =
  | { readonly kind: 'in_use' }
  /** Nobody has used it for long. `claimedAt`: when somebody first had a right code since; null: nobody. */
  | { readonly kind: 'sleeping'; readonly claimedAt: Date | null }
  /** Somebody had a right code while it slept, and then it was used without one: its number may be in other hands. */
  | { readonly kind: 'kept' };

/** Whether nobody has used the account for long. */
export function sleeps(
  { lastUsedAt }: Pick<OpeningFacts, 'lastUsedAt'>,
  { dormantAfter }: Pick<OpeningRules, 'dormantAfter'>,
  now: Date,
): boolean {
  return dormantAfter > 0 && lastUsedAt <= addSeconds(now, -dormantAfter * DAY);
}

function stateOf(facts: OpeningFacts, { dormantAfter }: OpeningRules, now: Date): State {
  const { lastUsedAt, claimedAt, changedHands = false } = facts;
  if (dormantAfter === 0 && !changedHands) return { kind: 'in_use' };
  const oldest = addSeconds(now, -dormantAfter * DAY);
  const claimedSince = claimedAt !== null && claimedAt > lastUsedAt;
  if (changedHands || sleeps(facts, { dormantAfter }, now))
    return { kind: 'sleeping', claimedAt: claimedSince ? claimedAt : null };
  return claimedAt !== null && !claimedSince && claimedAt > oldest ? { kind: 'kept' } : { kind: 'in_use' };
}
