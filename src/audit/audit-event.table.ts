import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instantColumn, rowIdOfDatabase } from '../database/columns.js';

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
  'registered',
  'signed_in',
  'sign_in_failed',
  'locked',
  'phone_verified',
  'role_changed',
  'user_updated',
  'user_locked',
  'user_unlocked',
  'limits_cleared',
  'destination_blocked',
  'destination_unblocked',
  'users_imported',
  'passkey_added',
  'passkey_renamed',
  'passkey_removed',
  'passkey_cloned',
] as const;
export type AuditKind = (typeof auditKinds)[number];

/** Every sign-in writes them. The index of the others leaves them out. */
export const frequentKinds: readonly AuditKind[] = ['signed_in', 'sessions_ended', 'sign_in_failed'];

/**
 * Who did it: the user of the account, an administrator (or somebody with the role SUPPORT), another service with its token,
 * somebody at the machine, the service itself, or somebody who was not signed in.
 */
export const auditActors = ['USER', 'ADMINISTRATOR', 'SERVICE_TOKEN', 'COMMAND', 'SERVICE', 'ANONYMOUS'] as const;
export type AuditActor = (typeof auditActors)[number];

/**
 * The audit trail: append-only (docs/decisions/0044), without codes, tokens or passwords. Events go after
 * `AUDIT_RETENTION`.
 */
export const auditEventTable = pgTable(
  'audit_events',
  {
    /** Made by the database: no caller needs it before. */
    id: uuid('id').primaryKey().default(rowIdOfDatabase),
    at: instantColumn('at').notNull(),
    /**
     * One of `auditKinds`. No constraint compares it, nor `actorKind`: the list cost a fifth of each event's processor time
     * (docs/decisions/0063).
     */
    kind: text('kind', { enum: auditKinds }).notNull(),
    /** On whom. */
    userId: uuid('user_id'),
    actorKind: text('actor_kind', { enum: auditActors }).notNull().default('USER'),
    /** The account that did it; null: the user, or no account. */
    actorId: uuid('actor_id'),
    /** The name of the service whose token did it (SERVICE_TOKENS). */
    actorName: text('actor_name'),
    sessionId: uuid('session_id'),
    /** The device of the session (devices/). */
    deviceId: uuid('device_id'),
    /** Of a sign-in: whether the account knew the device. */
    deviceKnown: boolean('device_known'),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    /** As in the log line of the request. */
    requestId: text('request_id'),
    /** E.164, for what happens to a number rather than to an account. */
    phoneNumber: text('phone_number'),
    /** Of failures that were added up: how many. */
    count: integer('count').notNull().default(1),
    details: jsonb('details').$type<Record<string, unknown>>().notNull().default({}),
  },
  (table) => [
    index('audit_events_user').on(table.userId, table.at),
    index('audit_events_at').on(table.at),
    index('audit_events_rare_kind')
      .on(table.kind, table.at)
      .where(sql`${table.kind} not in (${sql.raw(frequentKinds.map((kind) => `'${kind}'`).join(', '))})`),
    index('audit_events_actor').on(table.actorId, table.at).where(sql`${table.actorId} is not null`),
    index('audit_events_actor_name').on(table.actorName, table.at).where(sql`${table.actorName} is not null`),
    index('audit_events_ip_address').on(table.ipAddress, table.at).where(sql`${table.ipAddress} is not null`),
    index('audit_events_request_id').on(table.requestId).where(sql`${table.requestId} is not null`),
    index('audit_events_phone_number').on(table.phoneNumber, table.at).where(sql`${table.phoneNumber} is not null`),
  ],
);
