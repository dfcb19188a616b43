import { isTrusted } from '../../devices/settled.js';
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
  /** Whether a passkey protects it: a thief who copies it must not take that away, so also one that was copied, and opens nothing. */
  readonly guarded: boolean;
  /** From when the email address and the password count as its owner's: a thief may have added them (devices/settled.ts). */
  readonly emailTrustedFrom: Date | null;
  readonly passwordTrustedFrom: Date | null;
  /** When a right code was first entered for the sleeping account; null: never, or its number opened it since. */
  readonly claimedAt: Date | null;
  /** An administrator's lock raises it, as everything does that ends all sessions. */
  readonly sessionEpoch: number;
}

export interface OpeningRules {
  /** Days without use after which a number may have changed hands; 0: never. */
  readonly dormantAfter: number;
  /** Days after which a sleeping account with nothing but its number opens by a new code. */
  readonly claimBackAfter: number;
  /** Days without use after which an account with a passkey and nothing else but its number opens by a new code; 0: never. */
  readonly passkeyRecoveryAfter: number;
}

export type Opening =
  | AccountDisabled
  | {
      readonly kind: 'open';
      /** Whether it slept, has nothing but its number, and opens because the wait is over. */
      readonly claimedBack: boolean;
    }
  | {
      readonly kind: 'further_proof';
      /** What would do, any one of them; empty: the account has nothing else. */
      readonly methods: readonly ProofMethod[];
      /** Whether the number may go to a new account instead. */
      readonly newAccountAllowed: boolean;
      /** Whether it is noted that somebody had a right code: the number may be in other hands. */
      readonly claims: boolean;
      /** From when a new code opens the account; null: it never does alone. */
      readonly availableAt: Date | null;
    };

/**
 * Whether what was shown opens the account (docs/decisions/0037). A phone number is on loan, so where it may have changed
 * hands, a code alone opens nothing on a device that the account does not know. An account with a passkey counts as one whose
 * number has, always, and a code by email is worth no more there. An account with a role never opens by one proof alone there.
 * An account that an administrator has locked opens by nothing (docs/decisions/0046).
 */
export function decideOpening(
  facts: OpeningFacts,
  { shown, rules, now }: { readonly shown: readonly ProofMethod[]; readonly rules: OpeningRules; readonly now: Date },
): Opening {
  const disabled = disabledAt(facts, now);
  if (disabled) return disabled;
  const counted = countedProofs(facts, shown, now);
  if (facts.deviceKnown || counted.length > 1) return OPEN;
  const methods = furtherProofs(facts, shown, now);
  const never = { kind: 'further_proof', methods, newAccountAllowed: false, claims: false, availableAt: null } as const;
  if (facts.role !== 'USER') return never;
  const state = stateOf(facts, rules, now);
  const byCodeAlone = counted.every((method) => method === 'PHONE_OTP' || (method === 'EMAIL_OTP' && facts.guarded));
  if (!byCodeAlone || state.kind === 'in_use') return OPEN;
  // Only the number may have changed hands. So a code by email claims nothing, and begins no wait.
  if (!counted.includes('PHONE_OTP')) return never;
  const waiting = { ...never, newAccountAllowed: !facts.guarded, claims: sleeps(facts, rules, now) };
  // What was used again without the number needs more than the number. The number may still go to a new account.
  if (state.kind === 'kept' || methods.some((method) => method !== 'PASSKEY')) return waiting;
  const days = facts.guarded ? rules.passkeyRecoveryAfter : rules.claimBackAfter;
  if (days === 0) return waiting;
  const availableAt = addSeconds(state.claimedAt ?? now, days * DAY);
  if (state.claimedAt !== null && availableAt <= now) return { kind: 'open', claimedBack: true };
  return { ...waiting, claims: true, availableAt };
}

/** What would open the account beside what was shown, any one of them. */
export function furtherProofs(facts: OpeningFacts, shown: readonly ProofMethod[], now: Date): readonly ProofMethod[] {
  const enoughWithOne = countedProofs(facts, shown, now).length > 0;
  return facts.has.filter((method) => {
    if (shown.includes(method)) return false;
    return method === 'PASSKEY' || (enoughWithOne && counts(facts, method, now));
  });
}

function countedProofs(facts: OpeningFacts, shown: readonly ProofMethod[], now: Date): readonly ProofMethod[] {
  return [...new Set(shown)].filter((method) => counts(facts, method, now));
}

/** Who has a passkey needs nothing else to come back with. So what a thief may have added counts for nothing there. */
function counts(facts: OpeningFacts, method: ProofMethod, now: Date): boolean {
  if (!facts.guarded) return true;
  if (method === 'EMAIL_OTP') return isTrusted(facts.emailTrustedFrom, now);
  return method !== 'PASSWORD' || isTrusted(facts.passwordTrustedFrom, now);
}

type State =
  | { readonly kind: 'in_use' }
  /** It was unused for long, or has a passkey. `claimedAt`: when a right code was first entered since; null: never. */
  | { readonly kind: 'sleeping'; readonly claimedAt: Date | null }
  /** Somebody had a right code while it slept, and then it was used without one: its number may be in other hands. */
  | { readonly kind: 'kept' };

/** Whether the account was not used for long. */
export function sleeps(
  { lastUsedAt }: Pick<OpeningFacts, 'lastUsedAt'>,
  { dormantAfter }: Pick<OpeningRules, 'dormantAfter'>,
  now: Date,
): boolean {
  return dormantAfter > 0 && lastUsedAt <= addSeconds(now, -dormantAfter * DAY);
}

function stateOf(facts: OpeningFacts, rules: OpeningRules, now: Date): State {
  const { lastUsedAt, claimedAt, changedHands = false } = facts;
  const claimedSince = claimedAt !== null && claimedAt > lastUsedAt;
  const sleeping: State = { kind: 'sleeping', claimedAt: claimedSince ? claimedAt : null };
  if (changedHands || sleeps(facts, rules, now)) return sleeping;
  const oldest = addSeconds(now, -rules.dormantAfter * DAY);
  if (claimedAt !== null && !claimedSince && claimedAt > oldest) return { kind: 'kept' };
  return facts.guarded ? sleeping : { kind: 'in_use' };
}
