import { and, eq, isNull, lt } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { removeOver } from '../database/remove-over.js';
import { addSeconds } from '../platform/clock.js';
import { userTable } from './user.table.js';

/** Seconds for which an account is kept that has verified nothing: seven days. */
const KEPT = 604_800;

/**
 * Accounts that have verified neither a number nor an email address: unfinished registrations, and those whose
 * number another account verified (docs/decisions/0034). An account with a role stays, and so do one that has lost a number
 * that it had verified and one that was imported. One with a passkey has verified something, or lost its number. Other reasons
 * to stay belong into the condition below and into the index `users_never_verified`.
 */
export class UnverifiedAccountRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Removes up to `most` such accounts that are older than seven days, with their sessions and devices. */
  removeOver(now: Date, most: number): Promise<number> {
    const { phoneVerifiedAt, emailVerifiedAt, role, numberLostAt, importedAt, createdAt } = userTable;
    const over = and(
      // These five are the conditions of the index `users_never_verified`.
      isNull(phoneVerifiedAt),
      isNull(emailVerifiedAt),
      eq(role, 'USER'),
      isNull(numberLostAt),
      isNull(importedAt),
      lt(createdAt, addSeconds(now, -KEPT)),
    );
    return removeOver(this.#db, { table: userTable, over, oldestBy: createdAt, most });
  }
}
