import { addSeconds } from '../../platform/clock.js';
import { type AccountDisabled, disabledAt, type LockColumns } from '../../users/account-lock.js';

/** What a right code of a number without an account does (UNKNOWN_PHONE). */
export type UnknownPhone = 'sign-up' | 'register' | 'reject';

/** Seconds for which the names of a registration count as the owner's own: people register, and then sign in by code. */
const FRESH = 3600;

/** An account that was registered with the number and has not verified it. */
export interface Registration extends LockColumns {
  readonly id: string;
  readonly createdAt: Date;
  /** Whether somebody has verified its email address: then it has an owner, whoever has the number. */
  readonly emailVerified: boolean;
}

/** What is known of a number that accounts were registered with and none has verified. */
export interface FirstVerificationFacts {
  /** Two at most: whether there is a second one is all that matters. */
  readonly registrations: readonly Registration[];
  /** The registration whose access token came with the code. Its session lives. */
  readonly signedInAs: string | null;
  /** The registration that knows the device whose token came with the code. */
  readonly knownTo: string | null;
  /** An administrator's lock of whichever of these two counts. */
  readonly written: LockColumns;
}

export type FirstVerification =
  /** The owner of the number wrote the registration. Everything stays. */
  | { readonly kind: 'keep'; readonly userId: string }
  /** The owner probably wrote it. Names and username stay, and nothing that somebody else could come back with. */
  | { readonly kind: 'take_over'; readonly userId: string }
  /** Somebody else may have written it. The owner gets an account of their own. */
  | { readonly kind: 'begin_anew' }
  /** The same, where accounts are made by `register` only. The code stays good for that. */
  | { readonly kind: 'registration_required' }
  /** The owner would get a registration that an administrator has locked. */
  | AccountDisabled;

/**
 * Which account the owner of a number gets with the first code that verifies it (docs/decisions/0003). Registrations that
 * the owner does not get go on without the number.
 */
export function decideFirstVerification(
  { registrations, signedInAs, knownTo, written: lock }: FirstVerificationFacts,
  { unknownPhone, now }: { readonly unknownPhone: UnknownPhone; readonly now: Date },
): FirstVerification {
  const written = signedInAs ?? knownTo;
  if (written !== null) return disabledAt(lock, now) ?? { kind: 'keep', userId: written };
  const [only, second] = registrations;
  if (only && !second && !only.emailVerified && only.createdAt > addSeconds(now, -FRESH))
    return disabledAt(only, now) ?? { kind: 'take_over', userId: only.id };
  return { kind: unknownPhone === 'register' ? 'registration_required' : 'begin_anew' };
}
