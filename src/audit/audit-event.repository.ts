import { type SQL, sql } from 'drizzle-orm';
import { instant } from '../database/database.js';
import type { AuditKind } from './audit-event.table.js';

export interface AuditEvent {
  readonly id: string;
  readonly at: Date;
  readonly kind: AuditKind;
  readonly ipAddress: string | null;
  /** A JSON expression. */
  readonly details?: SQL;
}

/**
 * Writes one event for each row of `sessions` (a table expression with `id` and `user_id`): part of the statement that
 * does what it tells of, so that neither is ever there without the other.
 */
export function recordEvent(event: AuditEvent, sessions: SQL): SQL {
  return sql`
    INSERT INTO audit_events (id, at, kind, user_id, session_id, ip_address, details)
    SELECT ${event.id}::uuid, ${instant(event.at)}, ${event.kind}, s.user_id, s.id, ${event.ipAddress},
      ${event.details ?? sql`'{}'::jsonb`}
    FROM ${sessions} AS s`;
}
