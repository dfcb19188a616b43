import { asc } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { signingKeyTable } from './signing-key.table.js';

export type SigningKeyRow = typeof signingKeyTable.$inferSelect;

export class SigningKeyRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The keys whose tokens are still accepted, the current one included. */
  async published(): Promise<SigningKeyRow[]> {
    return this.#db.select().from(signingKeyTable).orderBy(asc(signingKeyTable.createdAt));
  }

  /** Adds a first key. The unique index lets one of several processes that start together win; the others do nothing. */
  async addFirst(key: typeof signingKeyTable.$inferInsert): Promise<void> {
    await this.#db.insert(signingKeyTable).values(key).onConflictDoNothing();
  }
}
