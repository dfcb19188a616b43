/** The source of time. It is passed in everywhere, so that tests can move the time instead of sleeping. */
export interface Clock {
  /** The time of the system. An operator or NTP can set it back. */
  now(): Date;
  /** Milliseconds since a fixed moment. They only go forward. Everything that waits in memory alone is measured by them. */
  monotonic(): number;
}

export const systemClock: Clock = { now: () => new Date(), monotonic: () => performance.now() };

/** Seconds by which the clocks of two processes may differ. Stored times that are further ahead come from a wrong clock. */
export const CLOCK_TOLERANCE = 300;

/**
 * Whether a stored time of something that has happened lies so far ahead that the clock was set back since, or that the
 * clock of another process is wrong. What would be waited for since then counts as over. Locks after wrong guesses are the
 * exception: they hold. `writtenAhead` in database/written-ahead.ts says the same in SQL.
 */
export function isWrittenAhead(time: Date, now: Date): boolean {
  return time > addSeconds(now, CLOCK_TOLERANCE);
}

/** The seconds that a caller has to wait: from `from` until `to`, rounded up, never negative. */
export function secondsUntil(to: Date, from: Date): number {
  return Math.max(0, Math.ceil((to.getTime() - from.getTime()) / 1000));
}

/** The whole seconds for which something is still valid: rounded down, so no client relies on it too long. */
export function secondsLeft(until: Date, now: Date): number {
  return Math.max(0, Math.floor((until.getTime() - now.getTime()) / 1000));
}

export function addSeconds(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000);
}
