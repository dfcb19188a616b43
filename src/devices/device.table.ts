import { index, integer, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';
import { userTable } from '../users/user.table.js';

/**
 * Devices that signed in to an account: what a device token stands for. The slots bound how many an account has,
 * whatever happens at the same moment; the next one takes the place of the one that was not used for longest.
 */
export const deviceTable = pgTable(
  'devices',
  {
    userId: uuid('user_id')
      .notNull()
      .references(() => userTable.id, { onDelete: 'cascade' }),
    /** 1 to MOST_DEVICES (device.repository.ts). A device's guesses are counted by its slot. */
    slot: integer('slot').notNull(),
    /** 122 random bits, in the device's token; kept when the device signs in again with it. */
    id: uuid('id').notNull(),
    /** The user's `session_epoch` when it signed in: one that is behind is not known any more (docs/decisions/0022). */
    epoch: integer('epoch').notNull(),
    lastSignedInAt: instantColumn('last_signed_in_at').notNull(),
    /** When it first signed in to the account; null: before this was written down. */
    firstSignedInAt: instantColumn('first_signed_in_at'),
    /** Until when it stays known although its epoch is behind, so that an owner can take a change back; null: it does not. */
    keptUntil: instantColumn('kept_until'),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.slot] }),
    index('devices_last_signed_in_at').on(table.lastSignedInAt),
  ],
);
