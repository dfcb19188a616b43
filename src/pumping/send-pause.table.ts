import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';

/** Ranges, blocks and countries to whose unknown numbers nothing is sent for a while. */
export const sendPauseTable = pgTable(
  'send_pauses',
  {
    /** What is paused (number-ranges.ts). */
    key: text('key').primaryKey(),
    pausedAt: instantColumn('paused_at').notNull(),
    pausedUntil: instantColumn('paused_until').notNull(),
    /** How many pauses there were before, one soon after the other: each doubles the next one's length. */
    strikes: integer('strikes').notNull(),
  },
  (table) => [index('send_pauses_until').on(table.pausedUntil)],
);
