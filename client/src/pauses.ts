/** Between two tries to ask the service. All end early when the device is on a network again. */
export class Pauses {
  readonly #ends = new Set<() => void>();

  constructor() {
    globalThis.addEventListener?.('online', () => this.end());
  }

  begin(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#ends.delete(end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      this.#ends.add(end);
    });
  }

  /** Ends all, so that a process need not wait for them. */
  end(): void {
    for (const end of this.#ends) end();
  }
}
