import { index, pgTable, uuid } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';

/** Challenges of passkeys that were answered, until they expire. Asking for one writes nothing. */
export const spentChallengeTable = pgTable(
  'spent_passkey_challenges',
  {
    /** Of the challenge. */
    id: uuid('id').primaryKey(),
    expiresAt: instantColumn('expires_at').notNull(),
  },
  (table) => [index('spent_passkey_challenges_expires_at').on(table.expiresAt)],
);
