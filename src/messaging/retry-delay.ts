import { fraction, type Random } from '../platform/random.js';

/** The first attempt and four more, within some three minutes. People do not wait for a code longer. */
export const MOST_ATTEMPTS = 5;

/** A notice is not urgent and has a day: attempts go on for some hours. */
export const MOST_ATTEMPTS_OF_NOTICE = 12;

/** The longest wait before the second round, in seconds. Each further one is up to four times as long. */
const FIRST_CEILING = 2;
const GROWTH = 4;
/** The longest wait before any round. Only notices have so many rounds. */
const LAST_CEILING = 10_800;

/**
 * Seconds until the next round, after all providers of the route have failed for the `round`-th time. Exponential with
 * full jitter, so that messages that failed at the same time are not repeated at the same time.
 */
export function retryDelay(round: number, random: Random): number {
  return Math.min(LAST_CEILING, FIRST_CEILING * GROWTH ** (round - 1)) * fraction(random);
}
