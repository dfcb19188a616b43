import { sql } from 'drizzle-orm';
import { bigint, check, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instantColumn, rowIdOfDatabase } from '../database/columns.js';

/** What other services are told. Names are public. */
export const eventKinds = [
  'user.created',
  'user.phone_verified',
  'user.updated',
  'user.number_changed',
  'user.locked',
  'user.deleted',
  'session.started',
  'session.ended',
] as const;
export type EventKind = (typeof eventKinds)[number];

/**
 * What happened, for other services: ids only. What else an event says is read when it is delivered. Triggers write it, in
 * the transaction that does what it tells of (docs/decisions/0051).
 */
export const eventTable = pgTable(
  'events',
  {
    /** For receivers: each delivery of the event carries it. */
    id: uuid('id').primaryKey().default(rowIdOfDatabase),
    /** In the order of writing. */
    seq: bigint('seq', { mode: 'number' }).generatedAlwaysAsIdentity().notNull(),
    kind: text('kind', { enum: eventKinds }).notNull(),
    userId: uuid('user_id').notNull(),
    /** Of `session.started` and `session.ended`; null: all sessions of the user ended together. */
    sessionId: uuid('session_id'),
    at: instantColumn('at').notNull(),
    /** Its place in the stream, which it gets when it is committed; null: not yet. */
    position: bigint('position', { mode: 'number' }),
    /** When it got its place. */
    publishedAt: instantColumn('published_at'),
  },
  (table) => [
    index('events_unpublished').on(table.seq).where(sql`${table.position} is null`),
    uniqueIndex('events_position').on(table.position).where(sql`${table.position} is not null`),
    index('events_user').on(table.userId, table.position).where(sql`${table.position} is not null`),
    index('events_kind').on(table.kind, table.position).where(sql`${table.position} is not null`),
    check('events_known_kind', sql`${table.kind} in (${sql.raw(eventKinds.map((kind) => `'${kind}'`).join(', '))})`),
  ],
);
