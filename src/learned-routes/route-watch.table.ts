import { integer, pgTable } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';

/** One row: up to which time codes are in `route_facts`. Who holds its lock counts the next ones. */
export const routeWatchTable = pgTable('route_watch', {
  id: integer('id').primaryKey(),
  countedUntil: instantColumn('counted_until').notNull(),
});
