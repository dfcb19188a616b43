import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';
import { userTable } from '../users/user.table.js';
import type { StoredProofs } from './proofs.js';

/** One row per sign-in on one device. It holds the generation of its refresh token, never the token. */
export const sessionTable = pgTable(
  'sessions',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => userTable.id, { onDelete: 'cascade' }),
    generation: integer('generation').notNull().default(1),
    /** When the current generation was made: how long the one before may still be presented. */
    rotatedAt: instantColumn('rotated_at').notNull(),
    /** When the user last proved who they are: `auth_time` of the access token. */
    authenticatedAt: instantColumn('authenticated_at').notNull(),
    /** How they proved it, in the values of RFC 8176: `amr` of the access token. */
    authenticationMethods: text('authentication_methods').array().notNull(),
    /** When each way of proving was last used in this session (proofs.ts). Empty: it began before this was written down. */
    proofs: jsonb('proofs').$type<StoredProofs>().notNull().default({}),
    /** The user's `session_epoch` when it began: one that is behind is over (docs/decisions/0022). */
    epoch: integer('epoch').notNull().default(1),
    /** The device it was begun on (devices/), which is forgotten when the session is revoked. Null: begun before devices were known. */
    deviceId: uuid('device_id'),
    /** Since when the account had known that device when the session began; null: it did not. */
    deviceKnownSince: instantColumn('device_known_since'),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    createdAt: instantColumn('created_at').notNull(),
    lastUsedAt: instantColumn('last_used_at').notNull(),
    /** The sliding end, never later than the absolute one. */
    expiresAt: instantColumn('expires_at').notNull(),
    endedAt: instantColumn('ended_at'),
  },
  (table) => [
    index('sessions_user_live').on(table.userId).where(sql`${table.endedAt} is null`),
    // Removing an account removes its sessions, ended ones included.
    index('sessions_user').on(table.userId),
    index('sessions_expires_at').on(table.expiresAt),
    index('sessions_ended_at').on(table.endedAt).where(sql`${table.endedAt} is not null`),
  ],
);
