import { type SQL, sql } from 'drizzle-orm';
import { parameter } from '../database/statement.js';
import type { User } from './user.js';

/** What an account's row says of an administrator's lock, which may be over. */
export type LockColumns = Pick<User, 'lockedAt' | 'lockedUntil'>;

/** An administrator's lock lasts. Only a caller that has shown a right proof is told. */
export interface AccountDisabled {
  readonly kind: 'account_disabled';
  /** Null: until it is lifted. */
  readonly until: Date | null;
}

/** The lock that lasts at `now`; null: there is none, or it is over. */
export function disabledAt({ lockedAt, lockedUntil }: LockColumns, now: Date): AccountDisabled | null {
  if (lockedAt === null || (lockedUntil !== null && lockedUntil <= now)) return null;
  return { kind: 'account_disabled', until: lockedUntil };
}

/** Whether no lock lasts (for `WHERE`), by the columns of the row `account`. */
export function unlocked(account: SQL): SQL {
  const now = parameter('now', 'timestamptz');
  return sql`(${account}.locked_at IS NULL OR ${account}.locked_until <= ${now})`;
}

/** A lock as administrators see it. */
export interface AdminLock {
  readonly reason: string;
  readonly lockedAt: Date;
  /** Null: for good. */
  readonly until: Date | null;
}

/** The lock that is written at an account; it may be over. */
export function adminLockOf({ lockedAt, lockReason, lockedUntil: until }: User): AdminLock | null {
  return lockedAt && { lockedAt, reason: lockReason ?? '', until };
}
