import {
  BLANK,
  type FieldProblem,
  FieldProblems,
  type InvalidInput,
  invalidFormat,
  tooLong,
} from '../../platform/field-problems.js';
import { textLimits } from '../../platform/text-limits.js';

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
  if (until !== null && until <= now) problems.add('until', invalidFormat('Give a time in the future.'));
  return problems.found ? problems.toOutcome() : { kind: 'reason', reason: inOneLine(reason), until };
}

function reasonProblem(reason: string): FieldProblem | null {
  const { maximum } = textLimits.REASON;
  if (reason.length > maximum) return tooLong(maximum);
  return inOneLine(reason) === '' ? BLANK : null;
}

function inOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ').trim();
}
