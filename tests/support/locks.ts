import { sql } from 'drizzle-orm';
import type { TestService } from './service.js';

/** What a lock of an account writes, as one statement that a test can run at any moment. */
export function lockingOf(userId: string, now: Date, until: Date | null = null) {
  const end = until?.toISOString() ?? null;
  return sql`UPDATE users SET locked_at = ${now.toISOString()}::timestamptz, lock_reason = 'abuse', locked_until = ${end}::timestamptz,
    session_epoch = session_epoch + 1 WHERE id = ${userId}`;
}

export async function lockAccount({ db, clock }: TestService, userId: string, until: Date | null = null) {
  await db.execute(lockingOf(userId, clock.now(), until));
}

export async function unlockAccount({ db }: TestService, userId: string): Promise<void> {
  await db.execute(
    sql`UPDATE users SET locked_at = NULL, lock_reason = NULL, locked_until = NULL WHERE id = ${userId}`,
  );
}
