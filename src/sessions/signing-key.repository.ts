import { and, asc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { recordEvent } from '../audit/audit-event.repository.js';
import { type Database, instant } from '../database/database.js';
import type { StoredKeyPair } from './signing-key-pair.js';
import { signingKeyTable } from './signing-key.table.js';

export type SigningKeyRow = typeof signingKeyTable.$inferSelect;

/** Why a key takes another one's place: somebody asked for it, it was old, or it leaked. */
export type RotationReason = 'operator' | 'age' | 'leak';

interface Rotation {
  readonly pair: StoredKeyPair;
  readonly now: Date;
  /** Id of the audit event. */
  readonly eventId: string;
}

export interface KeyAddition extends Rotation {
  readonly reason: Exclude<RotationReason, 'leak'>;
  /** When it is to sign, unless it is the first key: that one signs at once. */
  readonly signsFrom: Date;
  /** The newest key that the caller knows of; null for none. */
  readonly after: SigningKeyRow | null;
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

  /** Adds a key and returns whether it did: not while one waits for its turn, nor where somebody else was quicker. */
  async add({ pair, now, signsFrom, after, reason, eventId }: KeyAddition): Promise<boolean> {
    return this.#alone(async (db) => {
      const added = await db.execute(sql`
        WITH added AS (
          INSERT INTO signing_keys (${columns})
          SELECT ${valuesOf(pair)}, ${instant(now)},
            CASE WHEN max(number) IS NULL THEN ${instant(now)} ELSE ${instant(signsFrom)} END, coalesce(max(number), 0) + 1
          FROM signing_keys
          HAVING max(number) IS NOT DISTINCT FROM ${after?.number ?? null}::int
            AND (max(number) IS NULL OR max(signs_from) <= ${instant(now)})
          RETURNING number
        ),
        event AS (${recordRotation({ kid: pair.kid, reason, now, eventId }, sql`added WHERE number > 1`)})
        SELECT number FROM added`);
      return added.length > 0;
    });
  }

  /** Adds a key that signs at once, and deletes all others: returns its number and their ids. */
  async replaceAll({ pair, now, eventId }: Rotation): Promise<{ number: number; withdrawn: string[] }> {
    return this.#alone(async (db) => {
      const withdrawn = await db.execute<{ kid: string; number: number }>(sql`
        DELETE FROM signing_keys RETURNING kid, number`);
      const number = Math.max(0, ...withdrawn.map((key) => key.number)) + 1;
      const kids = withdrawn.map(({ kid }) => kid);
      await db.execute(sql`
        WITH added AS (
          INSERT INTO signing_keys (${columns})
          VALUES (${valuesOf(pair)}, ${instant(now)}, ${instant(now)}, ${number})
          RETURNING number
        )
        ${recordRotation({ kid: pair.kid, reason: 'leak', now, eventId, withdrawn: kids }, sql`added`)}`);
      return { number, withdrawn: kids };
    });
  }

  /** Notes how long the tokens live that keys sign, unless longer ones are noted already. Before the first is signed. */
  async noteTokenTtl(kids: readonly string[], tokenTtl: number): Promise<void> {
    await this.#db
      .update(signingKeyTable)
      .set({ tokenTtl })
      .where(and(inArray(signingKeyTable.kid, [...kids]), lt(signingKeyTable.tokenTtl, tokenTtl)));
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

  /**
   * Processes that rotate at the same moment take turns, so that each sees what the one before it has done. The unique
   * number alone would not do: a number can be taken, and free again, between looking and writing. Readers never wait.
   */
  async #alone<Result>(work: (db: Database) => Promise<Result>): Promise<Result> {
    return this.#db.transaction(async (transaction) => {
      await transaction.execute(sql`LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE`);
      return work(transaction);
    });
  }
}

const columns = sql.raw('kid, public_jwk, encrypted_private_jwk, token_ttl, created_at, signs_from, number');

/** No token is signed yet: who is about to do so notes how long it lives. */
function valuesOf({ kid, publicJwk, encryptedPrivateJwk }: StoredKeyPair): SQL {
  return sql`${kid}::text, ${JSON.stringify(publicJwk)}::jsonb, ${encryptedPrivateJwk}::text, 0`;
}

/** Puts a rotation on record, once for each row of `added`: it is nobody's session that does it. */
function recordRotation(
  rotation: {
    readonly kid: string;
    readonly reason: RotationReason;
    readonly now: Date;
    readonly eventId: string;
    readonly withdrawn?: readonly string[];
  },
  added: SQL,
): SQL {
  const { kid, reason, now: at, eventId: id, withdrawn } = rotation;
  const details = sql`${JSON.stringify({ kid, reason, ...(withdrawn && { withdrawn }) })}::jsonb`;
  return recordEvent(
    { id, at, kind: 'signing_key_rotated', ipAddress: null, details },
    sql`(SELECT NULL::uuid AS id, NULL::uuid AS user_id FROM ${added})`,
  );
}
