import { type SQL, sql } from 'drizzle-orm';
import { type Database, instant } from '../database/database.js';
import { addSeconds } from '../platform/clock.js';

/** Seconds for which a challenge that is over is kept. */
const KEPT = 86_400;

export class OtpChallengeRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Removes up to `most` challenges that expired a day ago. */
  async removeOver(now: Date, most: number): Promise<number> {
    const before = instant(addSeconds(now, -KEPT));
    const removed = await this.#db.execute(sql`
      DELETE FROM otp_challenges WHERE (phone_number, purpose) IN (
        SELECT phone_number, purpose FROM otp_challenges WHERE expires_at < ${before}
        LIMIT ${most} FOR UPDATE SKIP LOCKED
      )`);
    return removed.count;
  }
}

/**
 * A condition: whether any client may have guesses left at a challenge (a table expression). A code that strangers have
 * guessed away is still good for devices that the number's account knows. It does not ask whether there are such devices:
 * what becomes of a message would tell that to a stranger who asked for the code and guessed.
 */
export function hasGuessesLeft(challenge: SQL, maxAttempts: number): SQL {
  return sql`least(${challenge}.attempts, ${challenge}.device_attempts) < ${maxAttempts}`;
}
