/**
 * Gathers what comes while a task is under way, and gives all of it to the next task. Each caller waits for the task that
 * has its item. So many callers that would queue at one row wait for two tasks at most.
 */
export class Gathered<Item> {
  readonly #task: (items: readonly Item[]) => Promise<void>;
  #latest: Promise<void> = Promise.resolve();
  #next: { readonly items: Item[]; readonly done: Promise<void> } | null = null;

  constructor(task: (items: readonly Item[]) => Promise<void>) {
    this.#task = task;
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
    this.#latest = done.catch(() => undefined);
    return { items, done };
  }
}
