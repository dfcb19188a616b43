import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { type Database, instant } from '../database/database.js';
import type { StoredKeyPair } from './signing-key-pair.js';
import { signingKeyTable } from './signing-key.table.js';

export type SigningKeyRow = typeof signingKeyTable.$inferSelect;

export interface KeyAddition {
  readonly pair: StoredKeyPair;
  readonly now: Date;
  /** When it is to sign, unless it is the first key: that one signs at once. */
  readonly signsFrom: Date;
}

export class SigningKeyRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** All keys by number: the order in which they sign. */
  async all(): Promise<SigningKeyRow[]> {
    return this.#db.select().from(signingKeyTable).orderBy(asc(signingKeyTable.number));
  }

  /**
   * Adds a key and returns whether it did: not while one waits for its turn to sign. Several processes may try at the
   * same moment: they choose the same number, which is unique, so one of them succeeds and the others do nothing.
   */
  async add({ pair, now, signsFrom }: KeyAddition): Promise<boolean> {
    const added = await this.#db.execute(sql`
      INSERT INTO signing_keys (${columns})
      SELECT ${valuesOf(pair)}, ${instant(now)},
        CASE WHEN max(number) IS NULL THEN ${instant(now)} ELSE ${instant(signsFrom)} END, coalesce(max(number), 0) + 1
      FROM signing_keys
      HAVING max(number) IS NULL OR max(signs_from) <= ${instant(now)}
      ON CONFLICT (number) DO NOTHING
      RETURNING number`);
    return added.length > 0;
  }

  /**
   * Adds a key that signs at once and deletes all others, in one statement: nobody ever finds none. Returns the ids of
   * those deleted, or null when another process added a key at the same moment, which must go as well: try again.
   */
  async replaceAll(pair: StoredKeyPair, now: Date): Promise<string[] | null> {
    const [row] = await this.#db.execute<{ added: boolean; withdrawn: string[] }>(sql`
      WITH added AS (
        INSERT INTO signing_keys (${columns})
        SELECT ${valuesOf(pair)}, ${instant(now)}, ${instant(now)}, coalesce(max(number), 0) + 1 FROM signing_keys
        ON CONFLICT (number) DO NOTHING
        RETURNING number
      ), withdrawn AS (
        DELETE FROM signing_keys USING added WHERE signing_keys.number < added.number RETURNING signing_keys.kid
      )
      SELECT EXISTS (SELECT 1 FROM added) AS added, ARRAY(SELECT kid FROM withdrawn) AS withdrawn`);
    return row?.added ? row.withdrawn : null;
  }

  /** Stores a private key that was encrypted anew, unless somebody else has done so. */
  async reencrypt({ kid, from, to }: { kid: string; from: string; to: string }): Promise<void> {
    await this.#db
      .update(signingKeyTable)
      .set({ encryptedPrivateJwk: to })
      .where(and(eq(signingKeyTable.kid, kid), eq(signingKeyTable.encryptedPrivateJwk, from)));
  }

  async remove(kids: readonly string[]): Promise<void> {
    await this.#db.delete(signingKeyTable).where(inArray(signingKeyTable.kid, [...kids]));
  }
}

const columns = sql.raw('kid, public_jwk, encrypted_private_jwk, created_at, signs_from, number');

function valuesOf({ kid, publicJwk, encryptedPrivateJwk }: StoredKeyPair): SQL {
  return sql`${kid}::text, ${JSON.stringify(publicJwk)}::jsonb, ${encryptedPrivateJwk}::text`;
}
