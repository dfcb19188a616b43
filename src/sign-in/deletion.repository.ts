import { sql } from 'drizzle-orm';
import type { Origin } from '../audit/origin.js';
import { originValues, recordEvent } from '../audit/record-event.js';
import type { Database } from '../database/database.js';
import { parameter, Statement } from '../database/statement.js';

export interface DeletionCancelled {
  readonly userId: string;
  /** The session that has begun. */
  readonly sessionId: string;
  readonly deviceId: string;
  readonly origin: Origin;
  readonly now: Date;
}

/** What a sign-in means for an account that is to be deleted. */
export class DeletionRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The owner has come back, so the account stays. Nothing happens where no deletion is planned. */
  async cancel({ origin, ...cancelled }: DeletionCancelled): Promise<void> {
    await cancel.run(this.#db, { ...cancelled, ...originValues(origin) });
  }
}

/** Raw, because the builder cannot write an event of what the part before changed. */
const cancel = new Statement<object, Omit<DeletionCancelled, 'origin'> & ReturnType<typeof originValues>>(
  'sign-in: cancel a deletion',
  sql`
    WITH kept AS (
      UPDATE users SET deletion_due_at = NULL, updated_at = ${parameter('now', 'timestamptz')}
      WHERE id = ${parameter('userId', 'uuid')} AND deletion_due_at IS NOT NULL RETURNING id
    )
    ${recordEvent(
      { kind: 'deletion_cancelled', deviceId: parameter('deviceId', 'uuid') },
      sql`(SELECT ${parameter('sessionId', 'uuid')} AS id, id AS user_id FROM kept)`,
    )}`,
);
