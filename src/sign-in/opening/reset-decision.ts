import type { ProofMethod } from '../../sessions/proofs.js';
import type { Opening, OpeningFacts } from './decision.js';

/** A password reset, as far as the decision depends on it. */
export interface ResetFacts extends Pick<OpeningFacts, 'has' | 'guarded'> {
  /** Whether the account has known the device that asks for seven days. */
  readonly settled: boolean;
  /** Whether the verified email address counts: a thief may have added it (devices/settled.ts). */
  readonly emailTrusted: boolean;
  /** What would open the account beside what was shown. */
  readonly further: readonly ProofMethod[];
  readonly now: Date;
}

/**
 * What a password reset needs more than opening the account. A number can be stolen. So on a device that the account has not
 * known for long, a code to the number resets the password of an account with a verified email address only together
 * with a code that is sent there, or with a passkey (docs/decisions/0023). One with a passkey asks for it, or for any other
 * proof, beside a code by email, too. A sign-in by code that waited long enough does not change the password at the same stroke.
 *
 * @param opening what `decideOpening` says
 */
export function decideReset(
  opening: Opening,
  { has, guarded, settled, emailTrusted, further, now }: ResetFacts,
  shown: readonly ProofMethod[],
): Opening {
  if (opening.kind === 'account_disabled') return opening;
  const byEmail = needsEmail({ has, shown, emailTrusted });
  const methods = byEmail ? further.filter((method) => method === 'EMAIL_OTP' || method === 'PASSKEY') : further;
  if (opening.kind === 'further_proof') return byEmail ? { ...opening, methods } : opening;
  if (settled || !(byEmail || guarded)) return opening;
  const availableAt = opening.claimedBack ? now : null;
  return { kind: 'further_proof', methods, newAccountAllowed: false, claims: false, availableAt };
}

/** Whether a method carries a waiting reset out, beside what was shown: it waits only where the device is not settled. */
export function mayFinishReset(
  method: ProofMethod,
  waiting: Pick<ResetFacts, 'has' | 'emailTrusted'> & { readonly shown: readonly ProofMethod[] },
): boolean {
  return method === 'EMAIL_OTP' || !needsEmail(waiting);
}

function needsEmail({ has, shown, emailTrusted }: Parameters<typeof mayFinishReset>[1]): boolean {
  return emailTrusted && has.includes('EMAIL_OTP') && !shown.includes('EMAIL_OTP');
}
