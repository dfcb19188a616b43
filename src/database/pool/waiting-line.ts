import type { Connection } from './connection.js';

/** A statement that waits for a connection. */
interface Waiting {
  readonly number: number;
  readonly timer: NodeJS.Timeout;
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
      const timer = setTimeout(() => {
        line.delete(waiting);
        reject(parts.late());
      }, parts.within);
      const waiting = { number: this.#numbers++, timer, resolve, reject };
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
    clearTimeout(waiting.timer);
    return { isAgain, serve: waiting.resolve };
  }

  /** All of them fail. */
  fail(reason: unknown): void {
    for (const line of [this.#first, this.#again]) {
      for (const { timer, reject } of line) {
        clearTimeout(timer);
        reject(reason);
      }
      line.clear();
    }
  }
}
