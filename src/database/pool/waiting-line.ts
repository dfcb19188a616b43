import { type Patience, patience } from '../../platform/patience.js';
import type { Connection } from './connection.js';

/** A statement that waits for a connection. */
interface Waiting {
  readonly number: number;
  readonly late: Patience;
  resolve(connection: Connection): void;
  reject(reason: unknown): void;
}

/** Statements in front of the pool, in the order of their arrival. Those that begin again form a line of their own. */
export class WaitingLine {
  readonly #first = new Set<Waiting>();
  readonly #again = new Set<Waiting>();
  #numbers = 0;

  get length(): number {
    return this.#first.size + this.#again.size;
  }

  /** @param parts.within milliseconds; then the statement fails with what `late` returns */
  join(parts: { isAgain: boolean; within: number; late(): unknown }): Promise<Connection> {
    const line = parts.isAgain ? this.#again : this.#first;
    return new Promise((resolve, reject) => {
      const late = patience(parts.within, () => {
        line.delete(waiting);
        reject(parts.late());
      });
      const waiting = { number: this.#numbers++, late, resolve, reject };
      line.add(waiting);
    });
  }

  /** Who is next. Statements that begin again are passed over where `again` is false. */
  next({ again }: { again: boolean }): { serve(connection: Connection): void; isAgain: boolean } | null {
    const [first] = this.#first;
    const [repeated] = again ? this.#again : [];
    const waiting = first && repeated ? (first.number < repeated.number ? first : repeated) : (first ?? repeated);
    if (!waiting) return null;
    const isAgain = waiting === repeated;
    (isAgain ? this.#again : this.#first).delete(waiting);
    waiting.late.end();
    return { isAgain, serve: waiting.resolve };
  }

  /** All of them fail. */
  fail(reason: unknown): void {
    for (const line of [this.#first, this.#again]) {
      for (const { late, reject } of line) {
        late.end();
        reject(reason);
      }
      line.clear();
    }
  }
}
