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
    while ((await other.execute(sql`SELECT 1 FROM pg_locks WHERE NOT granted`)).length === 0) await nextTurn();
    return { pending: waiting };
  });
  return pending;
}
