import { parameter } from '../database/statement.js';
import { type SQL, sql } from 'drizzle-orm';
import type { EventKind } from './event.table.js';

/** What receivers and readers get to know of an event. The same for both, and public: new members may come, none goes. */
export interface DescribedEvent {
  readonly id: string;
  readonly kind: EventKind;
  readonly at: Date;
  readonly position: number;
  readonly userId: string;
  readonly sessionId: string | null;
  readonly data: EventData;
}

export interface EventData {
  readonly position: number;
  readonly userId: string;
  /** As the account is now; null: it is gone. Absent in events of sessions. */
  readonly user?: UserData | null;
  /** Null: all sessions of the user ended but `livingSessionIds`. Absent in events of users. */
  readonly sessionId?: string | null;
  /** When it began and how; null: it is over. Only in `session.started`. */
  readonly session?: { readonly startedAt: string; readonly methods: readonly string[] } | null;
  /** Only where `sessionId` is null: the sessions that go on. */
  readonly livingSessionIds?: readonly string[];
}

export interface UserData {
  readonly id: string;
  readonly externalId: string | null;
  readonly phoneNumber: string | null;
  readonly phoneVerified: boolean;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly username: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly locale: string | null;
  readonly role: string;
  readonly marketplace: {
    readonly hasAccess: boolean;
    readonly businessType: string | null;
    readonly shopId: string | null;
    readonly b2bVerified: boolean;
  };
  readonly locked: boolean;
  readonly lockedUntil: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A row of `describedEvents`. */
export interface EventRow {
  readonly id: string;
  readonly kind: EventKind;
  readonly at: string;
  readonly position: string | number;
  readonly user_id: string;
  readonly session_id: string | null;
  readonly person: Record<string, unknown> | null;
  readonly session: { readonly created_at: string; readonly methods: readonly string[] } | null;
  readonly living: readonly string[] | null;
}

/**
 * What describes an event (a row of that name), by column of `EventRow`, as things are now: the account, the session that began,
 * and the sessions that live where all others ended. Needs the parameter `now`.
 */
export function description(event: SQL) {
  const now = parameter('now', 'timestamptz');
  const lives = sql`s.ended_at IS NULL AND s.expires_at > ${now} AND s.epoch >= u.session_epoch`;
  return {
    ...{ id: sql`${event}.id`, kind: sql`${event}.kind`, at: sql`${event}.at`, position: sql`${event}.position` },
    ...{ user_id: sql`${event}.user_id`, session_id: sql`${event}.session_id` },
    person: sql`CASE WHEN ${event}.kind LIKE 'user.%' THEN (
      SELECT to_jsonb(u) - 'password_hash' - 'lock_reason' FROM users u WHERE u.id = ${event}.user_id
    ) END`,
    session: sql`CASE WHEN ${event}.kind = 'session.started' THEN (
      SELECT jsonb_build_object('created_at', s.created_at, 'methods', s.authentication_methods)
      FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ${event}.session_id AND ${lives}
    ) END`,
    living: sql`CASE WHEN ${event}.kind = 'session.ended' AND ${event}.session_id IS NULL THEN (
      SELECT coalesce(jsonb_agg(s.id ORDER BY s.created_at, s.id), '[]')
      FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.user_id = ${event}.user_id AND ${lives}
    ) END`,
  } as const;
}

/** The same as columns of a statement by hand. */
export function describing(event: SQL): SQL {
  const columns = Object.entries(description(event)).map(([name, value]) => sql`${value} AS ${sql.identifier(name)}`);
  return sql.join(columns, sql`, `);
}

export function readEvent(row: EventRow, now: Date): DescribedEvent {
  const [at, position] = [new Date(row.at), Number(row.position)];
  const { id, kind, user_id: userId, session_id: sessionId } = row;
  return { id, kind, at, position, userId, sessionId, data: { position, userId, ...detailsOf(row, now) } };
}

function detailsOf({ kind, person, session, living, session_id: sessionId }: EventRow, now: Date) {
  if (kind.startsWith('user.')) return { user: person && readPerson(person, now) };
  const begun = session && { startedAt: isoTime(session.created_at) ?? '', methods: session.methods };
  return {
    sessionId,
    ...(kind === 'session.started' && { session: begun }),
    ...(living !== null && { livingSessionIds: living }),
  };
}

/** Written out member by member: a new column of accounts must not reach other services by itself. */
function readPerson(row: Record<string, unknown>, now: Date): UserData {
  const text = (name: string) => (row[name] ?? null) as string | null;
  const until = isoTime(row['locked_until']);
  return {
    id: String(row['id']),
    externalId: text('external_id'),
    phoneNumber: text('phone_number'),
    phoneVerified: row['phone_verified_at'] !== null,
    email: text('email'),
    emailVerified: row['email_verified_at'] !== null,
    username: text('username'),
    firstName: text('first_name'),
    lastName: text('last_name'),
    locale: text('locale'),
    role: String(row['role']),
    marketplace: {
      hasAccess: row['marketplace_access'] === true,
      businessType: text('business_type'),
      shopId: text('shop_id'),
      b2bVerified: row['b2b_verified'] === true,
    },
    locked: row['locked_at'] !== null && (until === null || new Date(until) > now),
    lockedUntil: until,
    createdAt: isoTime(row['created_at']) ?? '',
    updatedAt: isoTime(row['updated_at']) ?? '',
  };
}

/** PostgreSQL writes times in JSON with an offset of its session. */
function isoTime(value: unknown): string | null {
  return typeof value === 'string' ? new Date(value).toISOString() : null;
}
