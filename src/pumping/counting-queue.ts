import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';

/** Events in one batch: the rows of a batch are locked for a moment, and its statements have a size. */
const MOST_IN_BATCH = 200;
/** Milliseconds between two batches that are not full: many events in one batch cost little more than one. */
const PAUSE_MS = 25;
/** Events that wait, when the database is slow or away. More than these are dropped. */
const MOST_WAITING = 10_000;

/**
 * Hands events over in batches, one batch at a time: an event that comes alone is handed over at once, and load makes the
 * batches larger.
 */
export class CountingQueue<Event> {
  readonly #handOver: (events: readonly Event[]) => Promise<void>;
  #waiting: Event[] = [];
  #running: Promise<void> | null = null;

  /** @param handOver never rejects. */
  constructor(handOver: (events: readonly Event[]) => Promise<void>) {
    this.#handOver = handOver;
  }

  /** @returns false where too many wait already, and the event is dropped. */
  add(event: Event): boolean {
    if (this.#waiting.length >= MOST_WAITING) return false;
    this.#waiting.push(event);
    this.#running ??= this.#run();
    return true;
  }

  /** Resolves once nothing waits and nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    await nextTurn();
    while (this.#waiting.length > 0) {
      const events = this.#waiting.splice(0, MOST_IN_BATCH);
      await this.#handOver(events);
      if (this.#waiting.length < MOST_IN_BATCH) await pause(PAUSE_MS);
    }
    this.#running = null;
  }
}
