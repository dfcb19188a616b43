import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgTable, text } from 'drizzle-orm/pg-core';

/** "At most so many of something in any window": what was spent of one such budget lately. */
export const rateBudgetTable = pgTable(
  'rate_budgets',
  {
    /** What is limited, for whom, and in which window: another window is another budget. */
    key: text('key').primaryKey(),
    /** Seconds: a twelfth of the window. */
    slotLength: integer('slot_length').notNull(),
    /** Number of the newest slot that something was spent in: whole slots since 1970. */
    newest: bigint('newest', { mode: 'number' }).notNull(),
    /** What was spent in each of the last 13 slots, the newest last. */
    counts: integer('counts').array().notNull(),
    /** The limit at the latest spending; written so that the spending statement can compare with it. */
    max: integer('max').notNull(),
  },
  (table) => [index('rate_budgets_over').on(sql`((${table.newest} + 13) * ${table.slotLength})`)],
);
