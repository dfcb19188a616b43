import type { Logger } from '../platform/logger.js';
import type { OutboxService } from './outbox.service.js';

/** Between two looks for what is due: one cheap statement each. */
const INTERVAL_MS = 1_000;

type Outbox = Pick<OutboxService, 'run'>;

/** Looks for what is due, again and again, for as long as the process runs. */
export class OutboxWatch {
  readonly #outbox: Outbox;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;
  #failing = false;

  constructor(outbox: Outbox, logger: Logger) {
    this.#outbox = outbox;
    this.#logger = logger;
  }

  start(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().finally(() => this.start());
    }, INTERVAL_MS);
    this.#timer.unref();
  }

  /** Takes nothing up any more: what is due is left to other processes. What was taken up is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  /** A database that is away is asked again each time, and told of once. */
  async #look(): Promise<void> {
    try {
      await this.#outbox.run();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#logger.warn({ err: error }, 'the outbox cannot be read');
      this.#failing = true;
    }
  }
}
