import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Chore } from '../platform/chore.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';

const INTERVAL_MS = 60_000;
/** Rows per statement: few, so that locks are short (bench/housekeeping.js). */
const BATCH = 1_000;
/** Rounds under way or waiting. A round that takes an hour must not leave sixty behind it. */
const MOST_ROUNDS = 2;

/**
 * Removes rows that are no longer used, in the background. A round ends when nothing is left to remove. The chores take
 * turns with one batch each, so that none waits for a large one. Several processes share the work: each takes rows
 * that no other has locked.
 */
export class Housekeeper {
  readonly #chores: readonly Chore[];
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #rounds = 0;
  #underWay: Promise<void> = Promise.resolve();

  constructor(parts: { chores: readonly Chore[]; clock: Clock; logger: Logger }) {
    this.#chores = parts.chores;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
  }

  start(): void {
    this.#timer = setInterval(() => this.#begin(), INTERVAL_MS);
    this.#timer.unref();
  }

  /** Resolves when the batch under way has ended. Other processes, or the next start, do the rest. */
  async stop(): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#timer);
    await this.#underWay;
  }

  #begin(): void {
    if (this.#rounds >= MOST_ROUNDS) return;
    this.#rounds += 1;
    this.#underWay = this.#underWay
      .then(() => this.run())
      .finally(() => {
        this.#rounds -= 1;
      });
  }

  /** One round. If the database is unavailable, the next round tries again. */
  async run(): Promise<void> {
    let unfinished = this.#chores.map((chore) => ({ chore, removed: 0 }));
    while (unfinished.length > 0) {
      const full = [];
      for (const { chore, removed } of unfinished) {
        const count = await this.#batch(chore);
        if (count === BATCH) full.push({ chore, removed: removed + count });
        else this.#report(chore, removed + count);
      }
      unfinished = full;
    }
  }

  /** Then rests for as long as the batch took, if there is more to do: users come first. */
  async #batch(chore: Chore): Promise<number> {
    if (this.#stop.signal.aborted) return 0;
    const began = performance.now();
    try {
      const count = await chore.remove(this.#clock.now(), BATCH);
      if (count === BATCH) await this.#rest(performance.now() - began);
      return count;
    } catch (error) {
      this.#logger.warn({ err: error, chore: chore.name }, 'housekeeping failed');
      return 0;
    }
  }

  async #rest(milliseconds: number): Promise<void> {
    const { signal } = this.#stop;
    await pause(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
  }

  #report(chore: Chore, removed: number): void {
    if (removed > 0) this.#logger.info({ chore: chore.name, removed }, 'removed what was over');
  }
}
