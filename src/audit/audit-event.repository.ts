import { sql } from 'drizzle-orm';
import { type Database, instant } from '../database/database.js';
import { addSeconds } from '../platform/clock.js';
import { auditEventTable } from './audit-event.table.js';

/** Writes an event that belongs to no session. Call it in the transaction that does what the event tells of. */
export async function writeEvent(db: Database, event: typeof auditEventTable.$inferInsert): Promise<void> {
  await db.insert(auditEventTable).values(event);
}

const DAY = 86_400;

export class AuditEventRepository {
  readonly #db: Database;
  readonly #retention: number;

  /** @param retention days for which an event is kept. */
  constructor(db: Database, retention: number) {
    this.#db = db;
    this.#retention = retention;
  }

  /** Removes up to `most` events that are older than `retention`, by the only function that may (docs/decisions/0044). */
  async removeOver(now: Date, most: number): Promise<number> {
    const before = instant(addSeconds(now, -this.#retention * DAY));
    const [row] = await this.#db.execute<{ removed: number }>(
      sql`SELECT audit_events_remove(${before}, ${most}::int) AS removed`,
    );
    return row?.removed ?? 0;
  }
}
