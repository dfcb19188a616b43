import { BLANK, type FieldProblem, invalidFormat, tooLong } from '../platform/field-problems.js';

/** UTF-16 code units. */
export const LONGEST_REASON = 500;

/** What is wrong with a reason that an administrator gives; null: nothing. */
export function reasonProblem(reason: string): FieldProblem | null {
  if (reason.length > LONGEST_REASON) return tooLong(LONGEST_REASON);
  return reason.trim() === '' ? BLANK : null;
}

/** What is wrong with the end of a lock or a block; null: nothing. It may have none. */
export function endProblem(until: Date | null, now: Date): FieldProblem | null {
  return until !== null && until <= now ? invalidFormat('This time has passed. Choose a later one, or none.') : null;
}
