import { type Identity, Store } from 'graphql-rate-limit';
import { CallWindows } from '../platform/call-windows.js';
import type { Clock } from '../platform/clock.js';

/**
 * A bounded store for graphql-rate-limit that counts a call when it is read. The library reads, waits and then writes, so
 * a hundred parallel calls would all pass. Here writing does nothing.
 */
export class FieldRateLimitStore extends Store {
  readonly #windows: CallWindows;
  readonly #max: number;

  constructor(clock: Clock, { windowMs, max }: { windowMs: number; max: number }) {
    super();
    this.#windows = new CallWindows(clock, windowMs);
    this.#max = max;
  }

  /**
   * Counts the call. The library gets one timestamp above the limit, and none below: a list of all calls would make each
   * call slower than the last. The library compares with the wall clock, so the timestamp is now.
   */
  override getForIdentity(identity: Identity): number[] {
    const key = keyOf(identity);
    if (this.#windows.calls(key) >= this.#max) return [Date.now()];
    this.#windows.count(key);
    return [];
  }

  override setForIdentity(): void {}

  /** Seconds until the window of an identity ends, at least one. */
  secondsLeft(identity: Identity): number {
    return this.#windows.secondsLeft(keyOf(identity));
  }
}

function keyOf({ contextIdentity, fieldIdentity }: Identity): string {
  return `${contextIdentity} ${fieldIdentity}`;
}
