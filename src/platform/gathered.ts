import { setTimeout as pause } from 'node:timers/promises';

/**
 * Gathers what comes while a task is under way, and gives all of it to the next task. Each caller waits for the task that
 * has its item. So many callers that would queue at one row wait for two tasks at most.
 */
export class Gathered<Item> {
  readonly #task: (items: readonly Item[]) => Promise<void>;
  readonly #pauseMs: number;
  #latest: Promise<void> = Promise.resolve();
  #next: { readonly items: Item[]; readonly done: Promise<void> } | null = null;

  /** @param options.pauseMs between two tasks, so that more comes together. What comes after a longer rest does not wait. */
  constructor(task: (items: readonly Item[]) => Promise<void>, { pauseMs = 0 } = {}) {
    this.#task = task;
    this.#pauseMs = pauseMs;
  }

  add(item: Item): Promise<void> {
    this.#next ??= this.#plan();
    this.#next.items.push(item);
    return this.#next.done;
  }

  #plan() {
    const items: Item[] = [];
    const done = this.#latest.then(() => {
      this.#next = null;
      return this.#task(items);
    });
    const over = done.catch(() => undefined);
    this.#latest = this.#pauseMs > 0 ? over.then(() => pause(this.#pauseMs)) : over;
    return { items, done };
  }
}
