/** Seconds: the wait after the first failure, and the longest. Each is four times the one before. */
const FIRST = 5;
const GROWTH = 4;
/** A receiver that has refused an event will rarely think otherwise before somebody has repaired it. */
const MOST_WHEN_REFUSED = 3 * 3_600;
/** Short, so that all is delivered soon after the receiver is back. */
const MOST_WHEN_AWAY = 300;

/**
 * Seconds until an event that was not delivered is tried again.
 * @param attempts that failed in a row, 1 or more
 * @param spread from 0 up to 1: what failed together is not repeated together
 */
export function retryDelay(kind: 'refused' | 'away', attempts: number, spread: number): number {
  const most = kind === 'refused' ? MOST_WHEN_REFUSED : MOST_WHEN_AWAY;
  const delay = Math.min(most, FIRST * GROWTH ** (attempts - 1));
  return delay * (0.5 + spread / 2);
}
