import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { TestService } from '../service.js';

/**
 * Resolves once so many statements wait for what a transaction holds, or behind one that does, or once `unless` says that
 * none will. Others, such as what is written behind a sign-in, may wait for each other for a moment.
 */
export async function waitingBehind(
  holder: Pick<TestService['db'], 'execute'>,
  count: number,
  unless: () => boolean = () => false,
): Promise<void> {
  const query = sql`
    WITH RECURSIVE waiting AS (
      SELECT pid FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))
      UNION
      SELECT behind.pid FROM waiting JOIN pg_stat_activity behind ON waiting.pid = ANY (pg_blocking_pids(behind.pid))
    )
    SELECT pid FROM waiting`;
  for (let tries = 0; tries < 500; tries += 1) {
    // In a transaction, PostgreSQL keeps what it told of the other connections.
    await holder.execute(sql`SELECT pg_stat_clear_snapshot()`);
    if ((await holder.execute(query)).length >= count || unless()) return;
    await pause(10);
  }
  throw new Error('Nothing waits for the lock.');
}
