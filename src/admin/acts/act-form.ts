import { FieldProblems, type InvalidInput } from '../../platform/field-problems.js';
import { endProblem, inOneLine, reasonProblem } from '../reason.js';

/** Why something is done, as typed, and until when; null: for good. */
export interface ReasonForm {
  readonly reason: string;
  readonly until: Date | null;
}

/** Reads a form and finds everything that is wrong with it. A reason becomes one line. */
export function readReason(
  { reason, until }: ReasonForm,
  now: Date,
): ({ readonly kind: 'reason' } & ReasonForm) | InvalidInput {
  const problems = new FieldProblems();
  problems.add('reason', reasonProblem(reason));
  problems.add('until', endProblem(until, now));
  return problems.found ? problems.toOutcome() : { kind: 'reason', reason: inOneLine(reason), until };
}
