import { boolean, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';
import { userTable } from '../users/user.table.js';

/**
 * Changes of an account's phone number, for as long as they can be taken back. The notice to the old number has a token; the
 * table keeps only its hash.
 */
export const numberChangeTable = pgTable(
  'number_changes',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => userTable.id, { onDelete: 'cascade' }),
    /** E.164; null: the account had no number. */
    oldPhoneNumber: text('old_phone_number'),
    newPhoneNumber: text('new_phone_number').notNull(),
    /** Whether taking it back needs a proof that is not the old number: the owner changed it with one. */
    needsOtherProof: boolean('needs_other_proof').notNull(),
    /** SHA-256 of the token, in base64url. */
    tokenHash: text('token_hash').notNull(),
    changedAt: instantColumn('changed_at').notNull(),
    revertibleUntil: instantColumn('revertible_until').notNull(),
    revertedAt: instantColumn('reverted_at'),
  },
  (table) => [
    uniqueIndex('number_changes_token_hash').on(table.tokenHash),
    index('number_changes_user').on(table.userId),
    index('number_changes_revertible_until').on(table.revertibleUntil),
  ],
);
