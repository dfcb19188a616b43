import { sql } from 'drizzle-orm';
import { boolean, check, pgTable } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';

/** One row. Whoever gives events their places locks it, so that they get them one after another. */
export const eventStreamTable = pgTable(
  'event_stream',
  {
    only: boolean('only').primaryKey().default(true),
    /** Until when events are written. Processes that deliver or show them keep it ahead of the time. */
    wantedUntil: instantColumn('wanted_until').notNull(),
    /** Until when events are meant for delivery, too; null: no process delivers. */
    deliveredUntil: instantColumn('delivered_until'),
  },
  (table) => [check('event_stream_only', sql`${table.only}`)],
);
