import { sql } from 'drizzle-orm';
import type { Database } from '../database.js';

type HolderRow = {
  readonly pid: number;
  readonly application: string | null;
  readonly role: string | null;
  readonly state: string | null;
  readonly since: Date | string | null;
};

/**
 * Who holds the lock that a backend waits for, in words; null when it waits for none. About the sessions of other roles
 * the server tells little, unless the role may read all (pg_read_all_stats).
 */
export async function lockHoldersOf(db: Pick<Database, 'execute'>, pid: number): Promise<string | null> {
  const rows = await db.execute<HolderRow>(sql`
    SELECT blocking.pid, application_name AS application, usename AS role, state,
      to_char(coalesce(xact_start, backend_start) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since
    FROM unnest(pg_blocking_pids(${pid}::int)) AS blocking (pid) LEFT JOIN pg_stat_activity USING (pid)`);
  return rows.length === 0 ? null : rows.map(inWords).join(' and ');
}

function inWords({ pid, application, role, state, since }: HolderRow): string {
  if (pid === 0) return 'a prepared transaction (pg_prepared_xacts)';
  const known = [application, role && `role ${role}`, state].filter((each) => each);
  return `process ${pid} (${known.join(', ')})${since === null ? '' : ` since ${since}`}`;
}
