import { type SQL, sql, lt } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { addSeconds } from '../platform/clock.js';
import { removeOver } from '../database/remove-over.js';
import { otpChallengeTable } from './otp-challenge.table.js';

/** Seconds for which a challenge that is over is kept. */
const KEPT = 86_400;

export class OtpChallengeRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Removes up to `most` challenges that expired a day ago. */
  removeOver(now: Date, most: number): Promise<number> {
    const { expiresAt } = otpChallengeTable;
    const over = lt(expiresAt, addSeconds(now, -KEPT));
    return removeOver(this.#db, { table: otpChallengeTable, over, oldestBy: expiresAt, most });
  }
}

/**
 * A condition: whether any client may have guesses left at a challenge (a table expression). A code that strangers have
 * guessed away is still good for whoever asked for it, and for devices that the number's account knows. The condition does
 * not ask whether there are such devices. Otherwise a stranger could learn it from the delivery status.
 */
export function hasGuessesLeft(challenge: SQL, maxAttempts: SQL): SQL {
  return sql`(least(${challenge}.attempts, ${challenge}.device_attempts, ${challenge}.token_attempts) < ${maxAttempts}
    OR cardinality(${challenge}.first_guesses) < ${challenge}.sends)`;
}
