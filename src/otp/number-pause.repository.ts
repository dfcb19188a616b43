import { lt, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { removeOver } from '../database/remove-over.js';
import { parameter } from '../database/statement.js';
import { addSeconds } from '../platform/clock.js';
import { numberPauseTable } from './number-pause.table.js';
import { cooledDown } from './open-challenge.js';

/** Seconds. No pause is longer (OTP_RESEND_COOLDOWN). */
const LONGEST_PAUSE = 3600;

const now = parameter('now', 'timestamptz');

/**
 * Takes the pause between two codes to one number, which holds over all purposes: two requests for different purposes have
 * no challenge in common. At the same moment they meet at this row, and one gets it. Its parameters besides `hashed` are
 * among those of `openChallenge`. Raw: the builder has no `ON CONFLICT … WHERE` with a condition on the row.
 * @param after a table expression that locks rows before this one
 */
export function takePause(after: SQL): SQL {
  return sql`
    INSERT INTO number_pauses AS p (number, sent_at)
    SELECT ${parameter('hashed', 'text')}, ${now} FROM (SELECT count(*) FROM ${after} a) before
    ON CONFLICT (number) DO UPDATE SET sent_at = excluded.sent_at WHERE ${cooledDown(sql`p`)} RETURNING 1`;
}

export class NumberPauseRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Removes up to `most` pauses that are over. */
  removeOver(now: Date, most: number): Promise<number> {
    const { sentAt } = numberPauseTable;
    const over = lt(sentAt, addSeconds(now, -LONGEST_PAUSE));
    return removeOver(this.#db, { table: numberPauseTable, over, oldestBy: sentAt, most });
  }
}
