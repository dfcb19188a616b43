import type { SQL } from 'drizzle-orm';
import { waitingBehind } from './postgres/waiting-behind.js';
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
    await waitingBehind(other, 1);
    return { pending: waiting };
  });
  return pending;
}
