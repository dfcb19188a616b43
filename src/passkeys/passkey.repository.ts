import { asc, inArray, lt } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { removeOver } from '../database/remove-over.js';
import { addSeconds } from '../platform/clock.js';
import { type PasskeyRow, passkeyTable } from './passkey.table.js';
import { spentChallengeTable } from './spent-challenge.table.js';

/** Seconds for which a spent challenge is kept once it has expired: the clock of another process may be behind. */
const KEPT = 3_600;

export class PasskeyRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The passkeys of accounts, the first added first. */
  async list(userIds: readonly string[]): Promise<PasskeyRow[]> {
    const { userId, createdAt, slot } = passkeyTable;
    return this.#db
      .select()
      .from(passkeyTable)
      .where(inArray(userId, [...userIds]))
      .orderBy(asc(createdAt), asc(slot));
  }

  /** Removes up to `most` spent challenges that expired an hour ago. */
  removeOver(now: Date, most: number): Promise<number> {
    const { expiresAt } = spentChallengeTable;
    const over = lt(expiresAt, addSeconds(now, -KEPT));
    return removeOver(this.#db, { table: spentChallengeTable, over, oldestBy: expiresAt, most });
  }
}
