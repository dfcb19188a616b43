import type { SendDecision } from './decision.js';
import type { PreparedRequest } from './prepared-request.js';

/** Why a code is not sent although the caller is told so: its range is paused, or no account could use it. */
export type WithheldBecause = 'paused' | 'nobody';

/**
 * A code that no account could use is never sent. The guard decides the same everywhere. Where codes are only shown
 * to a developer, texts cost nothing and have no other reader, so no pause holds.
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
