import { type FieldProblem, tooLong } from '../platform/field-problems.js';
import { normalized } from '../platform/normalized.js';
import { textLimits } from '../platform/text-limits.js';

/** The problem with a password that is to be compared, or null. It does not depend on the account. */
export function passwordLengthProblem(typed: string): FieldProblem | null {
  const { maximum } = textLimits.PASSWORD;
  return typed.length > maximum ? tooLong(maximum) : null;
}

/** Spellings that look the same count as one password (NIST SP 800-63B, normalization). Null: it is too long. */
export function normalizedPassword(typed: string): string | null {
  return normalized(typed, 'NFKC', textLimits.PASSWORD.maximum);
}
