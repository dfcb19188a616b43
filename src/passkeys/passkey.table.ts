import { sql } from 'drizzle-orm';
import { bigint, boolean, check, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';
import { userTable } from '../users/user.table.js';

/**
 * Public keys that open an account (docs/decisions/0064). Bytes are kept as WebAuthn's JSON has them, in base64url. The slots
 * bound how many an account has, whatever happens at the same moment. Whether an account has any is one look at `passkeys_slot`.
 */
export const passkeyTable = pgTable(
  'passkeys',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => userTable.id, { onDelete: 'cascade' }),
    /** 1 to the most that an account may have. */
    slot: integer('slot').notNull(),
    /** Chosen by the authenticator. */
    credentialId: text('credential_id').notNull(),
    /** What authenticators know the account by: random, the same for all passkeys of the account. */
    userHandle: text('user_handle').notNull(),
    /** A COSE key. */
    publicKey: text('public_key').notNull(),
    /** How often the authenticator has signed; 0 for those that do not count. */
    counter: bigint('counter', { mode: 'number' }).notNull(),
    /** How browsers reach the authenticator: hints that they gave. */
    transports: text('transports').array().notNull(),
    /** Whether the key may be copied to other devices of its owner. It never changes. */
    backupEligible: boolean('backup_eligible').notNull(),
    /** Whether it was copied when it was last used. */
    backedUp: boolean('backed_up').notNull(),
    /** The model of the authenticator, as it says; null: it does not say. */
    aaguid: uuid('aaguid'),
    name: text('name').notNull(),
    /** From when it counts as a proof of the owner; null: since it was added (devices/settled.ts). */
    trustedFrom: instantColumn('trusted_from'),
    /** Ids of the challenges that it has answered, until they are long over (passkey-fragments.ts). */
    spentChallenges: uuid('spent_challenges').array().notNull().default(sql`'{}'`),
    /** When its counter went back, so that it opens nothing any more; null: it did not. */
    clonedAt: instantColumn('cloned_at'),
    createdAt: instantColumn('created_at').notNull(),
    lastUsedAt: instantColumn('last_used_at'),
  },
  (table) => [
    uniqueIndex('passkeys_credential_id').on(table.credentialId),
    uniqueIndex('passkeys_slot').on(table.userId, table.slot),
    check('passkeys_counter', sql`${table.counter} >= 0`),
  ],
);

export type PasskeyRow = typeof passkeyTable.$inferSelect;
