import { lt } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { removeOver } from '../database/remove-over.js';
import { addSeconds } from '../platform/clock.js';
import type { NumberProof } from './number-proof-token.js';
import { spentProofTable } from './spent-proof.table.js';

/** Seconds for which a spent proof is kept once it has expired: the clock of another process may be behind. */
const KEPT = 3_600;

export class SpentProofRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Spends a proof. However many try at the same moment, one gets true: the row is there once. */
  async spend({ id, expiresAt }: NumberProof): Promise<boolean> {
    const spent = await this.#db.insert(spentProofTable).values({ id, expiresAt }).onConflictDoNothing().returning();
    return spent.length > 0;
  }

  /** Removes up to `most` proofs that expired an hour ago. */
  removeOver(now: Date, most: number): Promise<number> {
    const { expiresAt } = spentProofTable;
    const over = lt(expiresAt, addSeconds(now, -KEPT));
    return removeOver(this.#db, { table: spentProofTable, over, oldestBy: expiresAt, most });
  }
}
