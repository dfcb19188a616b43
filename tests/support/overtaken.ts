import type { SQL } from 'drizzle-orm';
import { waitingBehind } from './postgres/waiting-behind.js';
import type { TestService } from './service.js';

/**
 * Somebody else changes a row while the operation waits for it. It has read the row before the change, and goes on once that is
 * committed.
 * @param waiting how many of its calls wait
 */
export async function overtaken<Answer>(
  { db }: Pick<TestService, 'db'>,
  change: SQL,
  operation: () => Promise<Answer>,
  waiting = 1,
): Promise<Answer> {
  const { pending } = await db.transaction(async (other) => {
    await other.execute(change);
    const answer = operation();
    await waitingBehind(other, waiting);
    return { pending: answer };
  });
  return pending;
}
