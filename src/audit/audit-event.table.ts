import { sql } from 'drizzle-orm';
import { check, index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';

/** What is worth knowing afterwards: a closed list, each with the fields that `details` holds. */
export const auditKinds = [
  'refresh_token_reused',
  'password_changed',
  'sessions_ended',
  'signing_key_rotated',
  'sends_paused',
  'pause_lifted',
  'profile_changed',
  'email_verified',
  'password_reset',
  'password_removed',
  'reauthenticated',
  'phone_changed',
  'phone_change_reverted',
  'account_opened_by_further_proof',
  'account_claimed_back',
  'number_moved_to_new_account',
  'data_exported',
  'deletion_requested',
  'deletion_cancelled',
  'account_deleted',
  'number_proved',
] as const;
export type AuditKind = (typeof auditKinds)[number];

/**
 * The audit trail: append-only, without codes, tokens or passwords. Users may be gone; their ids stay. Events go after
 * `AUDIT_RETENTION`.
 */
export const auditEventTable = pgTable(
  'audit_events',
  {
    id: uuid('id').primaryKey(),
    at: instantColumn('at').notNull(),
    kind: text('kind', { enum: auditKinds }).notNull(),
    userId: uuid('user_id'),
    sessionId: uuid('session_id'),
    /** The device of the session (devices/). */
    deviceId: uuid('device_id'),
    ipAddress: text('ip_address'),
    details: jsonb('details').$type<Record<string, unknown>>().notNull().default({}),
  },
  (table) => [
    index('audit_events_user').on(table.userId, table.at),
    index('audit_events_at').on(table.at),
    check('audit_events_kind', sql`${table.kind} in (${sql.raw(auditKinds.map((kind) => `'${kind}'`).join(', '))})`),
  ],
);
