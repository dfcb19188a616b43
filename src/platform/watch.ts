import type { Logger } from './logger.js';

/** Something that is looked at again and again: one cheap statement each time while nothing is due. */
export interface Watched {
  /** For the log, when it fails: `the outbox`. */
  readonly name: string;
  readonly intervalMs: number;
  /** @param stop tells that nothing more is to be begun. */
  look(stop: AbortSignal): Promise<void>;
}

/** Looks for what is due, again and again, for as long as the process runs. */
export class Watch {
  readonly #watched: Watched;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  readonly #stop = new AbortController();
  #failing = false;

  constructor(watched: Watched, logger: Logger) {
    this.#watched = watched;
    this.#logger = logger;
  }

  start(): void {
    if (this.#stop.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().finally(() => this.start());
    }, this.#watched.intervalMs);
    this.#timer.unref();
  }

  /** Takes nothing up any more: what is due is left to other processes. What was taken up is under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.#looking;
  }

  /** A database that is away is asked again each time, and told of once. */
  async #look(): Promise<void> {
    try {
      await this.#watched.look(this.#stop.signal);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#logger.warn({ err: error }, `${this.#watched.name} cannot be read`);
      this.#failing = true;
    }
  }
}
