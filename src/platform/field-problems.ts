/** One thing that a caller should correct. */
export interface FieldProblem {
  /** Path inside the input, e.g. `phoneNumber`. */
  readonly field: string;
  readonly message: string;
}

export interface InvalidInput {
  readonly kind: 'invalid_input';
  readonly fields: readonly FieldProblem[];
}

export const BLANK = 'This field may not be blank.';

/** Collects every problem of one input, so that they are reported together. */
export class FieldProblems {
  readonly #fields: FieldProblem[] = [];

  add(field: string, message: string | null): void {
    if (message !== null) this.#fields.push({ field, message });
  }

  get found(): boolean {
    return this.#fields.length > 0;
  }

  toOutcome(): InvalidInput {
    return { kind: 'invalid_input', fields: this.#fields };
  }
}
