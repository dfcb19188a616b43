import type { FailureTrail } from '../../audit/failures/failure-trail.service.js';
import type { GuessLimits } from '../../budgets/guess-budget.repository.js';
import { isTrusted } from '../../devices/settled.js';
import type { RightPasskey } from '../../passkeys/passkey-fragments.js';
import type { Passkeys } from '../../passkeys/passkeys.js';
import type { PasskeyRow } from '../../passkeys/passkey.table.js';
import { type FieldProblem, FieldProblems, type InvalidInput } from '../../platform/field-problems.js';
import type { LiveSession } from '../../sessions/session.repository.js';

/** Whatever is wrong with the passkey: the answer is the same. */
export interface PasskeyRefused {
  readonly kind: 'passkey_refused';
  readonly attemptsRemaining: number;
}

export type PasskeyJudgement =
  | { readonly kind: 'right'; readonly right: RightPasskey & { readonly passkey: PasskeyRow } }
  | InvalidInput
  | PasskeyRefused;

export interface PasskeyProofParts {
  readonly passkeys: Passkeys;
  readonly failureTrail: FailureTrail;
  readonly limits: GuessLimits;
}

const OVER: FieldProblem = {
  code: 'UNKNOWN',
  message: 'This answers no challenge of this session, or one that is over. Begin with startPasskeySignIn, signed in.',
};
const TOO_NEW: FieldProblem = {
  code: 'NOT_OFFERED',
  message: 'This passkey was added on a new device. It counts as a proof seven days later.',
};

/** Whether a passkey shows anew who the user of a session is. */
export class PasskeyProofs {
  readonly #parts: PasskeyProofParts;

  constructor(parts: PasskeyProofParts) {
    this.#parts = parts;
  }

  async judge(
    { id: sessionId, user }: LiveSession,
    { response, ipAddress }: { readonly response: unknown; readonly ipAddress: string | null },
    now: Date,
  ): Promise<PasskeyJudgement> {
    const { ceremonies, keys } = this.#parts.passkeys;
    const answer = ceremonies?.answeredSignIn(response);
    if (!ceremonies || answer?.challenge.kind !== 'reauthentication' || !answer.challenge.isFor(sessionId))
      return invalid(OVER);
    const passkey = (await keys.list([user.id])).find(({ credentialId }) => credentialId === answer.response.id);
    if (passkey && !isTrusted(passkey.trustedFrom, now)) return invalid(TOO_NEW);
    const use = passkey && (await ceremonies.checkSignIn(answer, passkey));
    if (passkey && use) return { kind: 'right', right: { passkey, challenge: answer.challenge, ...use } };
    this.#parts.failureTrail.failed({ subject: user.id, proof: 'PASSKEY', ipAddress, at: now });
    return this.refused();
  }

  refused(): PasskeyRefused {
    return { kind: 'passkey_refused', attemptsRemaining: this.#parts.limits.lockAfter };
  }
}

function invalid(problem: FieldProblem): InvalidInput {
  const problems = new FieldProblems();
  problems.add('passkeyResponse', problem);
  return problems.toOutcome();
}
