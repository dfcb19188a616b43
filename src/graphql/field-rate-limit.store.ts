import { type Identity, Store } from 'graphql-rate-limit';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../platform/clock.js';

/** About 3 MB when full; an attacker with more networks pushes out the longest idle ones. */
const MOST_IDENTITIES = 50_000;

interface Window {
  readonly startedAt: number;
  calls: number;
}

/**
 * A bounded store for graphql-rate-limit that reserves: the library reads, waits and writes, so of a hundred parallel
 * calls all would pass; here reading counts the call at once, and writing does nothing. A window begins with its first
 * call, and only its count is kept.
 */
export class FieldRateLimitStore extends Store {
  readonly #windows = new LRUCache<string, Window>({ max: MOST_IDENTITIES });
  readonly #clock: Clock;
  readonly #limit: { readonly windowMs: number; readonly max: number };

  constructor(clock: Clock, limit: { windowMs: number; max: number }) {
    super();
    this.#clock = clock;
    this.#limit = limit;
  }

  /**
   * Counts the call. The library gets one timestamp when there were too many before it, and none otherwise: a list of
   * all of them would make each call dearer than the one before. It compares with the wall clock, so it is told "now".
   */
  override getForIdentity(identity: Identity): number[] {
    const key = keyOf(identity);
    const now = this.#clock.now().getTime();
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
    return window ? Math.max(0, window.startedAt + this.#limit.windowMs - this.#clock.now().getTime()) : 0;
  }
}

function keyOf({ contextIdentity, fieldIdentity }: Identity): string {
  return `${contextIdentity} ${fieldIdentity}`;
}
