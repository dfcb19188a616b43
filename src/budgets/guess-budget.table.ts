import { sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';

/** Wrong guesses at one thing that can be guessed: all codes of a phone number together, or a password. */
export const guessBudgetTable = pgTable(
  'guess_budgets',
  {
    /** What is guessed at (guess-subject.ts). */
    subject: text('subject').primaryKey(),
    /** When the wrong guesses of the last 24 hours came, oldest first: never more than OTP_FAILURES_PER_DAY. */
    failures: timestamp('failures', { withTimezone: true, precision: 3 }).array().notNull(),
    /** How many locks in a row: each doubles the next one's length. */
    lockLevel: integer('lock_level').notNull(),
    /** Whether the latest lock counts for that: a spent day locks too, but makes no later lock longer. */
    lockCounted: boolean('lock_counted').notNull(),
    /** Locked while this lies ahead; once past, guesses before it no longer count towards the next lock. */
    lockedUntil: instantColumn('locked_until'),
    /** Whether the latest guess was let through; written so that the claiming statement can return it. */
    admitted: boolean('admitted').notNull(),
  },
  (table) => [
    index('guess_budgets_latest').on(sql`coalesce(${table.failures}[array_upper(${table.failures}, 1)], '-infinity')`),
  ],
);
