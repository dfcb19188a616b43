import { sql } from 'drizzle-orm';
import { doublePrecision, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';

/** What was sent and what was proved of it: by range, by surroundings, by country, in all. */
export const proofCounterTable = pgTable(
  'proof_counters',
  {
    /** What is counted (number-ranges.ts). */
    key: text('key').primaryKey(),
    /** When the values were as they are; they fade from then on. */
    at: instantColumn('at').notNull(),
    /** Seconds in which it forgets half. */
    halfLife: integer('half_life').notNull(),
    /** Sends of which each makes it forget one part in so many. */
    sendWindow: integer('send_window').notNull(),
    sent: doublePrecision('sent').notNull(),
    proved: doublePrecision('proved').notNull(),
    /** Sends that are too young to count as unproved. */
    pending: doublePrecision('pending').notNull(),
    /** Unproved sends beyond what proofs make up for; below zero while those who prove first are ahead of the others. */
    score: doublePrecision('score').notNull(),
    /** Signs of life of the accounts there. */
    lives: doublePrecision('lives').notNull().default(0),
    /** When a code was verified there first. */
    since: instantColumn('since'),
  },
  (table) => [
    index('proof_counters_at').on(table.at),
    index('proof_counters_suspicious')
      .on(table.at)
      .where(sql`${table.key} LIKE 'range:%' AND ${table.score} + ${table.pending} > 0.5`),
  ],
);
