import type { SQL } from 'drizzle-orm';
import type { Database } from '../../../src/database/database.js';
import { waitingBehind } from './waiting-behind.js';

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
    await waitingBehind(other, calls.length);
    return { answers: pending };
  });
  return answers;
}
