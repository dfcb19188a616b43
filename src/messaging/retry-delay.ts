import { fraction, type Random } from '../platform/random.js';

/** The first attempt and four more, within some three minutes: later than that, nobody waits for a code. */
export const MOST_ATTEMPTS = 5;

/** Seconds that the second round waits at most; each further one at most four times as long. */
const FIRST_CEILING = 2;
const GROWTH = 4;

/**
 * Seconds until a message is tried again after the `round`-th time that all providers of its route have failed.
 * Exponential with full jitter, so that messages that failed together do not come back together.
 */
export function retryDelay(round: number, random: Random): number {
  return FIRST_CEILING * GROWTH ** (round - 1) * fraction(random);
}
