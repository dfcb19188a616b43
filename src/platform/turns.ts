/** Milliseconds that a task waits for its turn. One takes a few, but one that waits for a locked row takes seconds. */
export const LONGEST_TURN_WAIT_MS = 4_000;

/** The turn of a task did not come in time, so nothing of it was done. */
export class TurnTooLate extends Error {}

/** Tasks with the same key run one after the other, in the order in which they came. Others do not wait for them. */
export class Turns {
  /** The latest task of each key that has one. */
  readonly #latest = new Map<string, Promise<unknown>>();
  readonly #longestWaitMs: number;

  constructor(longestWaitMs: number = LONGEST_TURN_WAIT_MS) {
    this.#longestWaitMs = longestWaitMs;
  }

  /** @throws TurnTooLate when the tasks before it take too long. */
  async take<Value>(key: string, task: () => Promise<Value>): Promise<Value> {
    const before = this.#latest.get(key) ?? Promise.resolve();
    const { turn, gaveUp } = withPatience(task, this.#longestWaitMs);
    // A task that failed is over as well.
    const own = before.then(turn, turn);
    this.#latest.set(key, own);
    const forget = () => {
      if (this.#latest.get(key) === own) this.#latest.delete(key);
    };
    own.then(forget, forget);
    return Promise.race([own, gaveUp]);
  }
}

function withPatience<Value>(task: () => Promise<Value>, longestWaitMs: number) {
  let isLate = false;
  let timer: NodeJS.Timeout | undefined;
  const gaveUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isLate = true;
      reject(new TurnTooLate('The tasks before this one took too long.'));
    }, longestWaitMs);
  });
  const turn = async (): Promise<Value> => {
    clearTimeout(timer);
    if (isLate) throw new TurnTooLate('Its turn came too late.');
    return task();
  };
  return { turn, gaveUp };
}
