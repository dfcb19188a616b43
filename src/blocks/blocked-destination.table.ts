import { sql } from 'drizzle-orm';
import { index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';

/** Where nothing is sent, because an administrator says so: numbers, beginnings of numbers, countries. */
export const blockedDestinationTable = pgTable(
  'blocked_destinations',
  {
    id: uuid('id').primaryKey(),
    /** What is blocked: `+9779800000000`, `+97798*` or `NP` (block-key.ts). */
    key: text('key').notNull(),
    /** For administrators, in their words. */
    reason: text('reason').notNull(),
    /** When the block ends; null: when it is lifted. */
    until: instantColumn('until'),
    createdAt: instantColumn('created_at').notNull(),
    /** Null: it was done at the machine. */
    createdById: uuid('created_by_id'),
  },
  (table) => [
    uniqueIndex('blocked_destinations_key').on(table.key),
    index('blocked_destinations_created_at').on(table.createdAt, table.id),
    index('blocked_destinations_until').on(table.until).where(sql`${table.until} is not null`),
  ],
);

export type BlockRow = typeof blockedDestinationTable.$inferSelect;
