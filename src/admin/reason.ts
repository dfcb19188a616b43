import { BLANK, type FieldProblem, invalidFormat, tooLong } from '../platform/field-problems.js';
import { textLimits } from '../platform/text-limits.js';

/** What is wrong with a reason that an administrator gives; null: nothing. */
export function reasonProblem(reason: string): FieldProblem | null {
  const { maximum } = textLimits.REASON;
  if (reason.length > maximum) return tooLong(maximum);
  return inOneLine(reason) === '' ? BLANK : null;
}

/** What is wrong with the end of a lock or a block; null: nothing. It may have none. */
export function endProblem(until: Date | null, now: Date): FieldProblem | null {
  return until !== null && until <= now ? invalidFormat('Give a time in the future, or none.') : null;
}

/** A reason as it is kept. */
export function inOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ').trim();
}
