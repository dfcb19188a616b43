import type { NumberSignals } from '../number-signals/number-signals.js';
import { addSeconds } from '../platform/clock.js';
import type { LiveSession } from '../sessions/session.repository.js';
import type { ProofMethod } from '../sessions/proofs.js';
import { isSettled, type ReauthenticationRequired, requireOneOf } from '../sessions/step-up.js';
import { SWAP_COUNTS_FOR } from '../sign-in/opening/changed-hands.js';

/** Seconds after which a network that gave no answer may give one. */
export const AWAY_FOR = 60;
/** Seconds after which a number with a new SIM, and nothing else to prove its owner by, is looked at again. */
const LOOK_AGAIN_AFTER = 3_600;

/** The change waits: the mobile network gave no answer, or says that the number has a new SIM and nothing else is there. */
export interface NumberUnconfirmed {
  readonly kind: 'number_unconfirmed';
  readonly retryAfterSeconds: number;
}

/**
 * Whether a change of number or password may go on where nothing but the number speaks for it: a fresh code to the number,
 * on a device that the account has not known for long (docs/decisions/0043). Null: it may. The network is asked about the
 * SIM only. Whether the number has another owner was asked when the session began.
 */
export async function confirmNumber(
  session: LiveSession,
  { signals, now }: { readonly signals: NumberSignals; readonly now: Date },
): Promise<ReauthenticationRequired | NumberUnconfirmed | null> {
  const { phoneNumber, phoneVerifiedAt } = session.user;
  if (phoneNumber === null || phoneVerifiedAt === null || isSettled(session, now)) return null;
  const isFresh = (methods: readonly ProofMethod[]) => requireOneOf(methods, session, now) === null;
  if (!isFresh(['PHONE_OTP']) || isFresh(['EMAIL_OTP', 'PASSWORD', 'PASSKEY'])) return null;
  const answer = await signals.swappedSince(phoneNumber, addSeconds(now, -SWAP_COUNTS_FOR));
  if (answer === 'away') return { kind: 'number_unconfirmed', retryAfterSeconds: AWAY_FOR };
  if (answer !== 'yes') return null;
  const others = otherProofs(session);
  return others.length > 0
    ? requireOneOf(others, session, now)
    : { kind: 'number_unconfirmed', retryAfterSeconds: LOOK_AGAIN_AFTER };
}

/** What the account's owner can show besides the number. */
export function otherProofs({ user, hasPasskey }: LiveSession): readonly ProofMethod[] {
  const others: ProofMethod[] = [];
  if (user.emailVerifiedAt !== null) others.push('EMAIL_OTP');
  if (user.passwordHash !== null) others.push('PASSWORD');
  if (hasPasskey) others.push('PASSKEY');
  return others;
}
