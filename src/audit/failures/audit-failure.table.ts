import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instantColumn } from '../../database/columns.js';

export const failureKinds = ['sign_in_failed', 'locked'] as const;
export type FailureKind = (typeof failureKinds)[number];

/**
 * Failures of the quarter of an hour that is under way, added up: a row for each kind, proof and subject. When the quarter is
 * over, the row becomes one event of the audit trail.
 */
export const auditFailureTable = pgTable(
  'audit_failures',
  {
    /** The beginning of the quarter of an hour. */
    quarter: instantColumn('quarter').notNull(),
    kind: text('kind', { enum: failureKinds }).notNull(),
    /** `PASSWORD`, `CURRENT_PASSWORD`, or `CODE` with its purpose: `CODE:SIGN_IN`. */
    proof: text('proof').notNull(),
    /** A number, an email address, or the id of an account; empty: none known, or more subjects than are told apart. */
    subject: text('subject').notNull(),
    count: integer('count').notNull(),
    /** Null: from several. */
    ipAddress: text('ip_address'),
    lastAt: instantColumn('last_at').notNull(),
    /** Of a lock: the end of the latest one. */
    lockedUntil: instantColumn('locked_until'),
  },
  (table) => [
    primaryKey({ columns: [table.quarter, table.kind, table.proof, table.subject] }),
    // Who leaves is forgotten here, too.
    index('audit_failures_subject').on(table.subject),
  ],
);
