import { type Identity, Store } from 'graphql-rate-limit';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../platform/clock.js';

/** About 3 MB when full. Further networks push out those that were idle longest. */
const MOST_IDENTITIES = 50_000;

interface Window {
  /** Monotonic, in milliseconds. */
  readonly startedAt: number;
  calls: number;
}

/**
 * A bounded store for graphql-rate-limit that counts a call when it is read. The library reads, waits and then writes, so
 * a hundred parallel calls would all pass. Here writing does nothing. A window begins with its first call, and only its
 * count is kept.
 */
export class FieldRateLimitStore extends Store {
  readonly #windows = new LRUCache<string, Window>({
    // By size, because `max` would reserve room for all of them at once, which takes 10 ms at the start.
    maxSize: MOST_IDENTITIES,
    sizeCalculation: () => 1,
  });
  readonly #clock: Clock;
  readonly #limit: { readonly windowMs: number; readonly max: number };

  constructor(clock: Clock, limit: { windowMs: number; max: number }) {
    super();
    this.#clock = clock;
    this.#limit = limit;
  }

  /**
   * Counts the call. The library gets one timestamp above the limit, and none below: a list of all calls would make each
   * call slower than the last. The library compares with the wall clock, so the timestamp is now.
   */
  override getForIdentity(identity: Identity): number[] {
    const key = keyOf(identity);
    const now = this.#clock.monotonic();
    let window = this.#windows.get(key);
    if (!window || now >= window.startedAt + this.#limit.windowMs) {
      window = { startedAt: now, calls: 0 };
      this.#windows.set(key, window);
    }
    if (window.calls >= this.#limit.max) return [Date.now()];
    window.calls += 1;
    return [];
  }

  override setForIdentity(): void {}

  /** Milliseconds until the window of an identity ends. */
  millisecondsLeft(identity: Identity): number {
    const window = this.#windows.peek(keyOf(identity));
    return window ? Math.max(0, window.startedAt + this.#limit.windowMs - this.#clock.monotonic()) : 0;
  }
}

function keyOf({ contextIdentity, fieldIdentity }: Identity): string {
  return `${contextIdentity} ${fieldIdentity}`;
}
