import type { Logger } from './logger.js';

/** Work that is due from time to time. While nothing is due, `poll` costs one cheap statement. */
export interface PolledWork {
  /** Names the work in the log when it fails: `the outbox`. */
  readonly name: string;
  readonly intervalMs: number;
  /** Before the first time; without it, an interval passes first. */
  readonly firstAfterMs?: number;
  /** @param stop is aborted when the process stops. After that, `poll` must not begin anything new. */
  poll(stop: AbortSignal): Promise<void>;
}

/** Polls at an interval while the process runs. */
export class Poller {
  readonly #work: PolledWork;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<void> = Promise.resolve();
  readonly #stop = new AbortController();
  #failing = false;

  constructor(work: PolledWork, logger: Logger) {
    this.#work = work;
    this.#logger = logger;
  }

  start(): void {
    const { intervalMs, firstAfterMs = intervalMs } = this.#work;
    this.#pollIn(firstAfterMs);
  }

  /** Stops polling and waits for the poll under way. Other processes do what is due later. */
  async stop(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.#polling;
  }

  #pollIn(milliseconds: number): void {
    if (this.#stop.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#polling = this.#poll().finally(() => this.#pollIn(this.#work.intervalMs));
    }, milliseconds);
    this.#timer.unref();
  }

  /** While the database is unavailable, each poll fails, but only the first failure is logged. */
  async #poll(): Promise<void> {
    try {
      await this.#work.poll(this.#stop.signal);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#logger.warn({ err: error }, `${this.#work.name} cannot be read`);
      this.#failing = true;
    }
  }
}
