import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';

/** When a code was last sent to a number, for whatever purpose: the pause between two codes counts from here. */
export const numberPauseTable = pgTable(
  'number_pauses',
  {
    /** The number as limits name it (platform/subject-hash.ts). */
    number: text('number').primaryKey(),
    sentAt: instantColumn('sent_at').notNull(),
  },
  (table) => [index('number_pauses_sent_at').on(table.sentAt)],
);
