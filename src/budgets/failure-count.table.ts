import { bigint, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

/** Wrong guesses of clients that no account knows, for each limit on failures: one row for each slot of its window. */
export const failureCountTable = pgTable(
  'failure_counts',
  {
    /** What is limited: a client network, or all clients. */
    key: text('key').notNull(),
    /** Number of the slot: whole slots since 1970. */
    slot: bigint('slot', { mode: 'number' }).notNull(),
    failures: integer('failures').notNull(),
  },
  (table) => [primaryKey({ columns: [table.key, table.slot] }), index('failure_counts_slot').on(table.slot)],
);
