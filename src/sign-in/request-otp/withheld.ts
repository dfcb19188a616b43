import type { SendDecision } from './decision.js';
import type { PreparedRequest } from './prepared-request.js';

/** Why a code is not sent although the caller is told so: its range is paused, or no account could use it. */
export type WithheldBecause = 'paused' | 'nobody';

/**
 * A code that nobody could use is never sent. The guard decides the same everywhere. Where codes are only shown to a developer, no text costs money and nobody else
 * reads them, so the developer gets every code.
 */
export function withheldBecause(
  { shownOnly }: PreparedRequest,
  { withheld, forNobody }: SendDecision,
): WithheldBecause | null {
  if (forNobody) return 'nobody';
  return withheld && !shownOnly ? 'paused' : null;
}

export function isWithheld(request: PreparedRequest, decision: SendDecision): boolean {
  return withheldBecause(request, decision) !== null;
}
