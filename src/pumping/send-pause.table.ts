import { index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';

/** What speaks for a pause. */
export interface PauseEvidence {
  /** Codes that count, and those of them that were verified. */
  readonly sent: number;
  readonly proved: number;
  /** The share that is usually verified there. */
  readonly expectedShare: number;
  readonly score: number;
  readonly limit: number;
}

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
    /** What was counted, and why that was too much; null: written by a build that did not note it. */
    evidence: jsonb('evidence').$type<PauseEvidence>(),
  },
  (table) => [index('send_pauses_until').on(table.pausedUntil)],
);
