import { lt, type SQL, sql } from 'drizzle-orm';
import { type Database, instant } from '../database/database.js';
import { removeOver } from '../database/remove-over.js';
import { addSeconds } from '../platform/clock.js';
import { type AuditKind, auditEventTable } from './audit-event.table.js';

/** Values, or expressions in a statement whose text is fixed. */
export interface AuditEvent {
  readonly id: string | SQL;
  readonly at: Date | SQL;
  readonly kind: AuditKind;
  readonly ipAddress: string | SQL | null;
  /** The device of the session that did it; absent: not by a session. */
  readonly deviceId?: SQL;
  /** A JSON expression. */
  readonly details?: SQL;
}

/**
 * Writes one event for each row of `sessions` (a table expression with `id` and `user_id`). It is part of the statement
 * that does what the event tells of, so that neither is ever there without the other.
 */
export function recordEvent(event: AuditEvent, sessions: SQL): SQL {
  const at = event.at instanceof Date ? instant(event.at) : event.at;
  return sql`
    INSERT INTO audit_events (id, at, kind, user_id, session_id, device_id, ip_address, details)
    SELECT ${event.id}::uuid, ${at}, ${sql.raw(`'${event.kind}'`)}, s.user_id, s.id, ${event.deviceId ?? sql`NULL::uuid`}, ${event.ipAddress},
      ${event.details ?? sql`'{}'::jsonb`}
    FROM ${sessions} AS s`;
}

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

  /** Removes up to `most` events that are older than `retention`. */
  removeOver(now: Date, most: number): Promise<number> {
    const { at } = auditEventTable;
    const over = lt(at, addSeconds(now, -this.#retention * DAY));
    return removeOver(this.#db, { table: auditEventTable, over, oldestBy: at, most });
  }
}
