import { sql } from 'drizzle-orm';
import { recordEvent } from '../audit/audit-event.repository.js';
import type { Database } from '../database/database.js';
import { parameter, Statement } from '../database/statement.js';

export interface DeletionCancelled {
  readonly userId: string;
  /** The session that has begun. */
  readonly sessionId: string;
  readonly deviceId: string;
  readonly ipAddress: string | null;
  readonly eventId: string;
  readonly now: Date;
}

/** What a sign-in means for an account that is to be deleted. */
export class DeletionRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The owner has come back, so the account stays. Nothing happens where no deletion is planned. */
  async cancel(cancelled: DeletionCancelled): Promise<void> {
    await cancel.run(this.#db, cancelled);
  }
}

/** Raw, because the builder cannot write an event of what the part before changed. */
const cancel = new Statement<object, DeletionCancelled>(
  'sign-in: cancel a deletion',
  sql`
    WITH kept AS (
      UPDATE users SET deletion_due_at = NULL, updated_at = ${parameter('now', 'timestamptz')}
      WHERE id = ${parameter('userId', 'uuid')} AND deletion_due_at IS NOT NULL RETURNING id
    )
    ${recordEvent(
      {
        ...{ id: parameter('eventId', 'uuid'), at: parameter('now', 'timestamptz'), kind: 'deletion_cancelled' },
        ...{ ipAddress: parameter('ipAddress', 'text'), deviceId: parameter('deviceId', 'uuid') },
      },
      sql`(SELECT ${parameter('sessionId', 'uuid')} AS id, id AS user_id FROM kept)`,
    )}`,
);
