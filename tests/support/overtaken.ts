import { setImmediate as nextTurn } from 'node:timers/promises';
import { type SQL, sql } from 'drizzle-orm';
import type { TestService } from './service.js';

/** Somebody else changes the account while the operation waits for its row. */
export async function overtaken<Answer>(
  { db }: Pick<TestService, 'db'>,
  change: SQL,
  operation: () => Promise<Answer>,
): Promise<Answer> {
  const { pending } = await db.transaction(async (other) => {
    await other.execute(change);
    const waiting = operation();
    // In this database: tests beside this one have others.
    const held = sql`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while ((await other.execute(held)).length === 0) await nextTurn();
    return { pending: waiting };
  });
  return pending;
}
