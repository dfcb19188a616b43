import { type SQL, sql } from 'drizzle-orm';
import type { EventKind } from './event.table.js';

/**
 * Writes one event for each row of `users` (a table expression with `id`), if somebody wants events. For what is in the audit
 * trail as one event for many users; of everything else, triggers write the events.
 */
export function recordEvents(kind: EventKind, users: SQL, at: SQL): SQL {
  return sql`
    INSERT INTO events (kind, user_id, at)
    SELECT ${sql.raw(`'${kind}'`)}, u.id, ${at} FROM ${users} AS u
    WHERE EXISTS (SELECT 1 FROM event_stream WHERE wanted_until > now())`;
}
