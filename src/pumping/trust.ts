import { addSeconds } from '../platform/clock.js';
import { PUMPING } from './pumping-parameters.js';

/** What is known of a number that asks for a code. */
export interface AskingNumber {
  /** Whether an account has verified it. */
  readonly verified: boolean;
  /** Whether that account showed a sign of life: a second sign-in on a later day, or a session that was used after a day. */
  readonly alive: boolean;
  /** When its last code was asked for, if that code was not typed. */
  readonly unansweredSince: Date | null;
  /** Whether it asks once more for a code that was sent to it and still lives: the text did not come, or it came late. */
  readonly resend: boolean;
}

/**
 * Whether a number is sent its code whatever is paused. An account alone is no reason: a fraudster can sign one up once and
 * have codes sent to it for days. So where honest people are not known (`rangeKnown`), an account without a sign of life
 * that has not typed a code gets it sent once more, and the next one a day later.
 */
export function isTrusted(
  { verified, alive, unansweredSince, resend }: AskingNumber,
  { rangeKnown, now }: { rangeKnown: boolean; now: Date },
): boolean {
  if (!verified || alive || rangeKnown || unansweredSince === null || resend) return verified;
  return unansweredSince <= addSeconds(now, -PUMPING.trustedAgain);
}
