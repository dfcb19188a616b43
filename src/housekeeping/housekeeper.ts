import type { Chore } from '../platform/chore.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';

const INTERVAL_MS = 60_000;
/** Rows per statement: few, so that locks are short. */
const BATCH = 500;
/** Batches per chore and round. The other rows wait for the next round. */
const MOST_BATCHES = 20;

/** Removes rows that are no longer used, in the background and a few at a time. */
export class Housekeeper {
  readonly #chores: readonly Chore[];
  readonly #clock: Clock;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> = Promise.resolve();

  constructor(parts: { chores: readonly Chore[]; clock: Clock; logger: Logger }) {
    this.#chores = parts.chores;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#underWay = this.#underWay.then(() => this.run());
    }, INTERVAL_MS);
    this.#timer.unref();
  }

  /** Resolves when the round under way has ended. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#underWay;
  }

  /** One round. If the database is unavailable, the next round tries again. */
  async run(): Promise<void> {
    for (const chore of this.#chores) {
      try {
        const removed = await this.#remove(chore);
        if (removed > 0) this.#logger.info({ chore: chore.name, removed }, 'removed what was over');
      } catch (error) {
        this.#logger.warn({ err: error, chore: chore.name }, 'housekeeping failed');
      }
    }
  }

  async #remove(chore: Chore): Promise<number> {
    let removed = 0;
    for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
      const count = await chore.remove(this.#clock.now(), BATCH);
      removed += count;
      if (count < BATCH) break;
    }
    return removed;
  }
}
