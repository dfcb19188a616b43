import type { User } from './user.js';

/** An account that an administrator has locked. */
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

export function holds({ until }: AdminLock, now: Date): boolean {
  return until === null || until > now;
}
