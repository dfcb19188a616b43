import type { Clock } from '../../src/platform/clock.js';

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now: number;
  #monotonic = 0;

  constructor(start: Date = new Date()) {
    this.#now = start.getTime();
  }

  now(): Date {
    return new Date(this.#now);
  }

  monotonic(): number {
    return this.#monotonic;
  }

  advance(seconds: number): void {
    this.#now += Math.round(seconds * 1000);
    this.#monotonic += Math.round(seconds * 1000);
  }

  /** As an operator or NTP sets the clock of the system back. No time passes by it. */
  setBack(seconds: number): void {
    this.#now -= Math.round(seconds * 1000);
  }
}
