import { fraction, type Random } from '../platform/random.js';
import type { FailedOutcome } from './message-sender.js';

/** The first attempt and four more, within some three minutes: later than that, nobody waits for a code. */
export const MOST_ATTEMPTS = 5;

/** Seconds that the second attempt waits at most; each further one at most four times as long. */
const FIRST_CEILING = 2;
const GROWTH = 4;

/** What may pass by itself. Everything else would fail again: the provider has judged the message. */
const passing: ReadonlySet<FailedOutcome['reason']> = new Set(['slow_down', 'provider_unavailable', 'timeout']);

/**
 * Seconds until a message is tried again after its `attempts`-th attempt; null: never. Exponential with full jitter, so
 * that messages that failed together do not come back together; on top of what the provider asked for, if it did.
 */
export function retryDelay(attempts: number, outcome: FailedOutcome, random: Random): number | null {
  if (attempts >= MOST_ATTEMPTS || !passing.has(outcome.reason)) return null;
  const ceiling = FIRST_CEILING * GROWTH ** (attempts - 1);
  return (outcome.retryAfterSeconds ?? 0) + ceiling * fraction(random);
}
