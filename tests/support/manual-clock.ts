import type { Clock } from '../../src/platform/clock.js';

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now: number;

  constructor(start: Date = new Date()) {
    this.#now = start.getTime();
  }

  now(): Date {
    return new Date(this.#now);
  }

  advance(seconds: number): void {
    this.#now += Math.round(seconds * 1000);
  }
}
