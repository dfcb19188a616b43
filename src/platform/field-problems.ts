/** The kind of a problem, for clients that show texts of their own. */
export type FieldProblemCode =
  | 'REQUIRED'
  | 'BLANK'
  | 'TOO_SHORT'
  | 'TOO_LONG'
  | 'INVALID_FORMAT'
  | 'MISMATCH'
  | 'TAKEN'
  | 'UNKNOWN'
  | 'NOT_OFFERED'
  | 'TOO_COMMON'
  | 'BREACHED'
  | 'CONTAINS_OWN_DATA'
  | 'COUNTRY_CODE_MISSING'
  | 'UNKNOWN_COUNTRY'
  | 'NOT_A_NUMBER'
  | 'SEVERAL_NUMBERS';

/** One thing that a caller should correct. */
export interface FieldProblem {
  readonly code: FieldProblemCode;
  readonly message: string;
  /** The shortest length that is accepted. */
  readonly minimum?: number;
  /** The greatest length that is accepted. */
  readonly maximum?: number;
}

export interface InvalidField extends FieldProblem {
  /** Path inside the input, e.g. `phoneNumber`. */
  readonly field: string;
}

export interface InvalidInput {
  readonly kind: 'invalid_input';
  readonly fields: readonly InvalidField[];
}

export const REQUIRED: FieldProblem = { code: 'REQUIRED', message: 'This field is required.' };
export const BLANK: FieldProblem = { code: 'BLANK', message: 'This field may not be blank.' };

export function invalidFormat(message: string): FieldProblem {
  return { code: 'INVALID_FORMAT', message };
}

/** @param message the general one, if the caller has no better one. */
export function tooShort(minimum: number, message?: string): FieldProblem {
  return { code: 'TOO_SHORT', minimum, message: message ?? `Ensure this field has at least ${minimum} characters.` };
}

/** @param message the general one, if the caller has no better one. */
export function tooLong(maximum: number, message?: string): FieldProblem {
  return { code: 'TOO_LONG', maximum, message: message ?? `Ensure this field has no more than ${maximum} characters.` };
}

/** Collects every problem of one input, so that they are reported together. */
export class FieldProblems {
  readonly #fields: InvalidField[] = [];

  add(field: string, problem: FieldProblem | null): void {
    if (problem !== null) this.#fields.push({ field, ...problem });
  }

  get found(): boolean {
    return this.#fields.length > 0;
  }

  toOutcome(): InvalidInput {
    return { kind: 'invalid_input', fields: this.#fields };
  }
}
