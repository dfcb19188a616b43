import { index, pgTable, uuid } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';

/** Proofs of a number that `redeemProof` has spent, until they expire. */
export const spentProofTable = pgTable(
  'spent_proofs',
  {
    /** `jti` of the proof. */
    id: uuid('id').primaryKey(),
    expiresAt: instantColumn('expires_at').notNull(),
  },
  (table) => [index('spent_proofs_expires_at').on(table.expiresAt)],
);
