import { boolean, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';
import { userTable } from '../users/user.table.js';

/**
 * Changes of an account's phone number, for as long as they can be taken back. The notices to the old number and to
 * the email address have a token each; the table keeps only their hashes.
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
    /** SHA-256 of the token in the notice to the old number, in base64url (notices/revert-token.ts). */
    tokenHash: text('token_hash').notNull(),
    /** The same of the token in the notice by email; null: it has none, because the address did not count yet. */
    emailTokenHash: text('email_token_hash'),
    /** SHA-256 of the password's hash at the time of the change, to see whether it was changed since; null: there was none. */
    passwordSeal: text('password_seal'),
    changedAt: instantColumn('changed_at').notNull(),
    revertibleUntil: instantColumn('revertible_until').notNull(),
    revertedAt: instantColumn('reverted_at'),
  },
  (table) => [
    uniqueIndex('number_changes_token_hash').on(table.tokenHash),
    uniqueIndex('number_changes_email_token_hash').on(table.emailTokenHash),
    index('number_changes_user').on(table.userId),
    index('number_changes_revertible_until').on(table.revertibleUntil),
  ],
);
