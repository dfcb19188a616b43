import { type ChallengePurpose, scopedPurpose } from '../../otp/otp-purpose.js';
import { BLANK, FieldProblems, type InvalidInput, REQUIRED } from '../../platform/field-problems.js';
import { type ReauthenticationRequired, strongStepUp } from '../../sessions/step-up.js';
import type { RequestOtpCommand, RequestOtpRules } from './prepared-request.js';

export type PurposeReading =
  | { readonly kind: 'purpose'; readonly purpose: ChallengePurpose }
  | InvalidInput
  | ReauthenticationRequired
  /** The purpose needs a session. */
  | { readonly kind: 'session_over' };

/** What the code of a request is bound to. A code that changes an account's number is of use to that account alone. */
export function readPurpose(
  { purpose, audience, session }: Pick<RequestOtpCommand, 'purpose' | 'audience' | 'session'>,
  { proofAudiences }: Pick<RequestOtpRules, 'proofAudiences'>,
  now: Date,
): PurposeReading {
  switch (purpose) {
    case 'SIGN_IN':
    case 'RESET_PASSWORD':
      return { kind: 'purpose', purpose };
    case 'CHANGE_PHONE':
      if (!session) return { kind: 'session_over' };
      return strongStepUp(session, now) ?? { kind: 'purpose', purpose: scopedPurpose(purpose, session.user.id) };
    case 'PROVE_NUMBER':
      if (audience !== null && proofAudiences.includes(audience))
        return { kind: 'purpose', purpose: scopedPurpose(purpose, audience) };
      return audienceProblem(audience, proofAudiences);
  }
}

function audienceProblem(audience: string | null, known: readonly string[]): InvalidInput {
  const problems = new FieldProblems();
  if (known.length === 0)
    problems.add('purpose', { code: 'NOT_OFFERED', message: 'This service proves no numbers to other applications.' });
  else if (audience === null) problems.add('audience', REQUIRED);
  else if (!audience.trim()) problems.add('audience', BLANK);
  else problems.add('audience', { code: 'UNKNOWN', message: 'Numbers are not proved to this application.' });
  return problems.toOutcome();
}
