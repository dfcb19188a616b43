import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.js';

/** About 10 MB when full. Further keys push out those that were idle longest. */
const MOST_KEYS = 50_000;

interface Window {
  /** Monotonic, in milliseconds. */
  readonly startedAt: number;
  calls: number;
}

/** Counts calls in the memory of this process. The window of a key begins with its first call, and only its count is kept. */
export class CallWindows {
  readonly #windows = new LRUCache<string, Window>({
    // By size, because `max` would reserve room for all of them at once, which takes 10 ms at the start.
    maxSize: MOST_KEYS,
    sizeCalculation: () => 1,
  });
  readonly #clock: Clock;
  readonly #windowMs: number;

  constructor(clock: Clock, windowMs: number) {
    this.#clock = clock;
    this.#windowMs = windowMs;
  }

  /** The calls of a key within its window. */
  calls(key: string): number {
    return this.#living(key)?.calls ?? 0;
  }

  count(key: string): void {
    const window = this.#living(key);
    if (window) window.calls += 1;
    else this.#windows.set(key, { startedAt: this.#clock.monotonic(), calls: 1 });
  }

  /** Whole seconds until the window of a key ends, at least one. */
  secondsLeft(key: string): number {
    const window = this.#windows.peek(key);
    const milliseconds = window ? window.startedAt + this.#windowMs - this.#clock.monotonic() : 0;
    return Math.max(1, Math.ceil(milliseconds / 1000));
  }

  #living(key: string): Window | null {
    const window = this.#windows.get(key);
    return window && this.#clock.monotonic() < window.startedAt + this.#windowMs ? window : null;
  }
}
