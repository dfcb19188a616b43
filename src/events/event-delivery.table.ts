import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';

/** How far the delivery of one user's events has come. The next one waits for the one before. */
export const eventDeliveryTable = pgTable(
  'event_deliveries',
  {
    userId: uuid('user_id').primaryKey(),
    /** Events from this position on are not delivered yet. */
    nextPosition: bigint('next_position', { mode: 'number' }).notNull(),
    /** Position of the latest event. */
    latestPosition: bigint('latest_position', { mode: 'number' }).notNull(),
    /** From when on any process may take it up. A process that does moves it on. Null: everything is delivered. */
    nextAttemptAt: instantColumn('next_attempt_at'),
    /** For the next event, the one under way included. */
    attempts: integer('attempts').notNull().default(0),
    /** Why the attempt before failed: a status, or a code. */
    failure: text('failure'),
  },
  (table) => [
    index('event_deliveries_due').on(table.nextAttemptAt).where(sql`${table.nextAttemptAt} is not null`),
    index('event_deliveries_latest').on(table.latestPosition),
  ],
);
