import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../src/database/database.js';

const waiting = sql`
  SELECT 1 FROM pg_locks WHERE NOT granted AND pid IN (
    SELECT pid FROM pg_stat_activity WHERE datname = current_database())`;

/**
 * Calls come while another statement changes a row that they need. They read it before the change, and go on once it is
 * committed.
 */
export async function behindAChange<Answer>(
  db: Database,
  change: SQL,
  calls: readonly (() => Promise<Answer>)[],
): Promise<Answer[]> {
  const { answers } = await db.transaction(async (other) => {
    await other.execute(change);
    const pending = Promise.all(calls.map((call) => call()));
    while ((await other.execute(waiting)).length < calls.length) await new Promise(setImmediate);
    return { answers: pending };
  });
  return answers;
}
