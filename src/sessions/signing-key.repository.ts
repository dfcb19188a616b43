import { and, asc, eq, inArray, lt, max, sql } from 'drizzle-orm';
import { writeEvent } from '../audit/audit-event.repository.js';
import type { Database } from '../database/database.js';
import type { StoredKeyPair } from './signing-key-pair.js';
import { signingKeyTable } from './signing-key.table.js';

/** Any number works, as long as all processes use this one. The schema is the second half of the key. */
const ROTATION_LOCK = 7_264_119;

export type SigningKeyRow = typeof signingKeyTable.$inferSelect;

/** Why a key takes another one's place: an operator asked for it, the other key was old, or it leaked. */
export type RotationReason = 'operator' | 'age' | 'leak';

interface Rotation {
  readonly pair: StoredKeyPair;
  readonly now: Date;
}

export interface KeyAddition extends Rotation {
  readonly reason: Exclude<RotationReason, 'leak'>;
  /** When the key is to sign. The first key signs at once. */
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

  /** Adds a key. False: another key waits for its turn, or another process was quicker. */
  async add({ pair, now, signsFrom, after, reason }: KeyAddition): Promise<boolean> {
    return this.#alone(async (db) => {
      const { number, signsFrom: turn } = signingKeyTable;
      const [newest] = await db.select({ number: max(number), turn: max(turn) }).from(signingKeyTable);
      const last = newest?.number ?? null;
      const waits = (newest?.turn ?? now) > now;
      if (waits || last !== (after?.number ?? null)) return false;
      await insertKey(db, { pair, number: (last ?? 0) + 1, now, signsFrom: last === null ? now : signsFrom });
      // The first key takes no other one's place.
      if (last !== null) await recordRotation(db, { at: now, details: { kid: pair.kid, reason } });
      return true;
    });
  }

  /** Adds a key that signs at once, and deletes all others. Returns the number of the new key and the ids of the others. */
  async replaceAll({ pair, now }: Rotation): Promise<{ number: number; withdrawn: string[] }> {
    return this.#alone(async (db) => {
      const { kid, number } = signingKeyTable;
      const others = await db.delete(signingKeyTable).returning({ kid, number });
      const next = Math.max(0, ...others.map((key) => key.number)) + 1;
      const withdrawn = others.map((key) => key.kid);
      await insertKey(db, { pair, number: next, now, signsFrom: now });
      await recordRotation(db, { at: now, details: { kid: pair.kid, reason: 'leak', withdrawn } });
      return { number: next, withdrawn };
    });
  }

  /** Notes how long tokens live that these keys sign, unless a longer life is noted. Called before the first is signed. */
  async noteTokenTtl(kids: readonly string[], tokenTtl: number): Promise<void> {
    await this.#db
      .update(signingKeyTable)
      .set({ tokenTtl })
      .where(and(inArray(signingKeyTable.kid, [...kids]), lt(signingKeyTable.tokenTtl, tokenTtl)));
  }

  /** Stores a private key that was encrypted anew. False: another process was quicker. */
  async reencrypt({ kid, from, to }: { kid: string; from: string; to: string }): Promise<boolean> {
    const { count } = await this.#db
      .update(signingKeyTable)
      .set({ encryptedPrivateJwk: to })
      .where(and(eq(signingKeyTable.kid, kid), eq(signingKeyTable.encryptedPrivateJwk, from)));
    return count > 0;
  }

  async remove(kids: readonly string[]): Promise<void> {
    await this.#db.delete(signingKeyTable).where(inArray(signingKeyTable.kid, [...kids]));
  }

  /**
   * Processes that rotate at the same moment take turns, so that each sees what the one before has done. The unique
   * number alone is not enough: a number can be taken, and free again, between looking and writing. Readers never wait.
   * An advisory lock, because distributed engines have no lock of a table (docs/distributed-engines.md).
   */
  async #alone<Result>(work: (db: Database) => Promise<Result>): Promise<Result> {
    const alone = async (transaction: Database) => {
      await transaction.execute(sql`SELECT pg_advisory_xact_lock(${ROTATION_LOCK}::int, hashtext(current_schema()))`);
      return work(transaction);
    };
    // With one snapshot for the whole transaction, `work` would not see what was done while this one waited.
    return this.#db.transaction(alone, { isolationLevel: 'read committed' });
  }
}

interface NewKey {
  readonly pair: StoredKeyPair;
  readonly number: number;
  readonly now: Date;
  readonly signsFrom: Date;
}

async function insertKey(db: Database, { pair, now: createdAt, ...turn }: NewKey): Promise<void> {
  const { kid, publicJwk, encryptedPrivateJwk } = pair;
  // No token is signed yet. Before a process signs the first one, it notes how long the token lives.
  const tokenTtl = 0;
  await db.insert(signingKeyTable).values({ kid, publicJwk, encryptedPrivateJwk, tokenTtl, createdAt, ...turn });
}

interface RotationRecord {
  readonly at: Date;
  readonly details: { readonly kid: string; readonly reason: RotationReason; readonly withdrawn?: readonly string[] };
}

/** Puts a rotation on record. It belongs to no session. */
function recordRotation(db: Database, { details, ...event }: RotationRecord): Promise<void> {
  const actorKind = details.reason === 'age' ? 'SERVICE' : 'COMMAND';
  return writeEvent(db, { ...event, kind: 'signing_key_rotated', actorKind, details: { ...details } });
}
