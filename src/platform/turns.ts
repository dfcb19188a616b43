/** Tasks with the same key run one after the other, in the order in which they came. Others do not wait for them. */
export class Turns {
  /** The latest task of each key that has one. */
  readonly #latest = new Map<string, Promise<unknown>>();

  async take<Value>(key: string, task: () => Promise<Value>): Promise<Value> {
    const before = this.#latest.get(key) ?? Promise.resolve();
    // A task that failed is over as well.
    const own = before.then(task, task);
    this.#latest.set(key, own);
    try {
      return await own;
    } finally {
      if (this.#latest.get(key) === own) this.#latest.delete(key);
    }
  }
}
