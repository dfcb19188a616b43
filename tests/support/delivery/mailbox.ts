interface Waiter<Item> {
  readonly to: string;
  readonly resolve: (item: Item) => void;
  readonly timer: NodeJS.Timeout;
}

/** What came for a number, each handed out once, to whoever asks first, before or after it arrives. */
export class Mailbox<Item extends { readonly to: string }> {
  readonly #waiting: Waiter<Item>[] = [];
  readonly #unread: Item[] = [];

  put(item: Item): void {
    const waiter = this.#waiting.find(({ to }) => to === item.to);
    if (!waiter) {
      this.#unread.push(item);
      return;
    }
    this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
    clearTimeout(waiter.timer);
    waiter.resolve(item);
  }

  next(to: string): Promise<Item> {
    const index = this.#unread.findIndex((item) => item.to === to);
    const [item] = index === -1 ? [] : this.#unread.splice(index, 1);
    if (item) return Promise.resolve(item);
    return this.#wait(to);
  }

  #wait(to: string): Promise<Item> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(new Error(`no message to ${to} within 5 seconds`));
      }, 5_000);
      const waiter = { to, resolve, timer };
      this.#waiting.push(waiter);
    });
  }
}
