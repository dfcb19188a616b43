import { index, pgTable, uuid } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';

/** Challenges that registrations of passkeys answered, until they expire. Sign-ins spend theirs in the row of the passkey. */
export const spentChallengeTable = pgTable(
  'spent_passkey_challenges',
  {
    /** Of the challenge. */
    id: uuid('id').primaryKey(),
    expiresAt: instantColumn('expires_at').notNull(),
  },
  (table) => [index('spent_passkey_challenges_expires_at').on(table.expiresAt)],
);
