import { and, eq, isNull, lt, notExists, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Database } from '../database/database.js';
import { removeOver } from '../database/remove-over.js';
import { deviceTable } from '../devices/device.table.js';
import { addSeconds } from '../platform/clock.js';
import { sessionTable } from '../sessions/session.table.js';
import { userTable } from '../users/user.table.js';

/** Seconds for which an account is kept after it lost its number: 90 days. */
const KEPT = 7_776_000;

/**
 * Dead claims: accounts that were registered with a number which another account verified (docs/decisions/0003). They
 * have verified nothing, and they are not in use: no session and no device is left of the last sign-in.
 */
export class DeadClaimRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Removes up to `most` dead claims that lost their number 90 days ago. */
  removeOver(now: Date, most: number): Promise<number> {
    const { phoneNumber, emailVerifiedAt, role, updatedAt } = userTable;
    const over = and(
      // These two are the conditions of the index `users_dead_claims`.
      isNull(phoneNumber),
      isNull(emailVerifiedAt),
      lt(updatedAt, addSeconds(now, -KEPT)),
      eq(role, 'USER'),
      this.#hasNone(sessionTable, sessionTable.userId),
      this.#hasNone(deviceTable, deviceTable.userId),
    );
    return removeOver(this.#db, { table: userTable, over, oldestBy: updatedAt, most });
  }

  #hasNone(table: PgTable, userId: PgColumn) {
    const rows = this.#db.select({ one: sql`1` }).from(table);
    return notExists(rows.where(eq(userId, userTable.id)));
  }
}
