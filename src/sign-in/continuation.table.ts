import { boolean, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';
import { userTable } from '../users/user.table.js';

/**
 * Sign-ins that wait for one more proof: what was shown is used up, and the continuation token (opening/continuation-token.ts) stands
 * for it, once.
 */
export const continuationTable = pgTable(
  'sign_in_continuations',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => userTable.id, { onDelete: 'cascade' }),
    /** The user's `session_epoch` when it was written: one that is behind is over (docs/decisions/0022). */
    epoch: integer('epoch').notNull().default(1),
    /** The number whose code was shown, in E.164; null: a password or a code by email was shown. */
    phoneNumber: text('phone_number'),
    /** What was shown, as sessions keep it (sessions/proofs.ts). */
    shown: text('shown').array().notNull(),
    /** RFC 8176 values of the same. */
    authenticationMethods: text('authentication_methods').array().notNull(),
    /** Whether the number may go to a new account instead. */
    newAccountAllowed: boolean('new_account_allowed').notNull(),
    /** The hash of a new password that is set when the account opens: a reset waits for it. Null: none. */
    newPasswordHash: text('new_password_hash'),
    createdAt: instantColumn('created_at').notNull(),
    expiresAt: instantColumn('expires_at').notNull(),
    usedAt: instantColumn('used_at'),
  },
  (table) => [
    index('sign_in_continuations_user').on(table.userId),
    index('sign_in_continuations_phone_number').on(table.phoneNumber),
    index('sign_in_continuations_expires_at').on(table.expiresAt),
  ],
);
