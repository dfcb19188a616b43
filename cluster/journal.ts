import type { Outcome } from './api.js';

/** What the callers of one run saw. */
export class Journal {
  /** Email addresses of registrations that the service has acknowledged. */
  readonly acknowledged: string[] = [];
  /** Answers that are not true, such as "wrong code" for the right one. */
  readonly wrong: string[] = [];
  readonly #failures = new Map<string, number>();
  readonly #answersTo = new Map<string, number>();
  #answers = 0;
  #lastAnswer = performance.now();
  #longestGap = 0;

  get answers(): number {
    return this.#answers;
  }

  /** Answers to one kind of call. */
  answersTo(operation: string): number {
    return this.#answersTo.get(operation) ?? 0;
  }

  get failures(): number {
    return [...this.#failures.values()].reduce((sum, count) => sum + count, 0);
  }

  get failureReasons(): string {
    return [...this.#failures].map(([reason, count]) => `${count} × ${reason}`).join(', ');
  }

  /** Notes an outcome, and says whether it is the answer that was expected. */
  note(operation: string, outcome: Outcome, expected: string): boolean {
    if (outcome.kind === 'failure') {
      const reason = `${operation}: ${outcome.reason}`;
      this.#failures.set(reason, (this.#failures.get(reason) ?? 0) + 1);
      return false;
    }
    this.#answersTo.set(operation, this.answersTo(operation) + 1);
    this.#answered();
    if (outcome.type !== expected) this.wrong.push(`${operation}: ${outcome.type} instead of ${expected}`);
    return outcome.type === expected;
  }

  /** Begins to look for the longest time without an answer. */
  watch(): void {
    this.#lastAnswer = performance.now();
    this.#longestGap = 0;
  }

  /** Seconds. Since `watch`, no caller at all was answered for this long. */
  get longestGap(): number {
    return Math.max(this.#longestGap, performance.now() - this.#lastAnswer) / 1000;
  }

  #answered(): void {
    const now = performance.now();
    this.#longestGap = Math.max(this.#longestGap, now - this.#lastAnswer);
    this.#lastAnswer = now;
    this.#answers += 1;
  }
}
