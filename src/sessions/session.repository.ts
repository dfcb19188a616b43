import { and, desc, eq, gt, gte, isNull, type SQL, sql } from 'drizzle-orm';
import { cityTable } from '../cities/city.table.js';
import { type Database, instant } from '../database/database.js';
import { forgetDevices } from '../devices/device.repository.js';
import { addSeconds } from '../platform/clock.js';
import type { User } from '../users/user.js';
import { userTable } from '../users/user.table.js';
import type { AccessTokenClaims } from './access-token.js';
import { sessionTable } from './session.table.js';

/** Seconds for which a session that is over is kept. */
const KEPT = 86_400;

/** Sessions that a user is shown: whoever signs in all day long must not make answers that hold everybody up. */
export const MOST_LISTED = 100;

/** A session about to begin: everything but whose it is, which the joining statement knows. */
export interface NewSession {
  readonly id: string;
  /** RFC 8176 values. */
  readonly authenticationMethods: readonly string[];
  /** The device that it is begun on. */
  readonly deviceId: string;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  readonly now: Date;
  readonly expiresAt: Date;
}

/**
 * Begins a session for the one user that `users` (a table expression with `id` and `session_epoch`) holds, or none when
 * it is empty. The epoch is the one that the statement found together with what proved the user, so that a session that
 * rests on what is being taken away at this moment is over from the start. Returns `user_id, epoch`.
 */
export function beginSession(session: NewSession, users: SQL): SQL {
  const now = instant(session.now);
  const methods = sql.join(
    session.authenticationMethods.map((method) => sql`${method}`),
    sql`, `,
  );
  return sql`
    INSERT INTO sessions (id, user_id, generation, epoch, authenticated_at, authentication_methods, device_id, ip_address,
      user_agent, rotated_at, created_at, last_used_at, expires_at)
    SELECT ${session.id}::uuid, owner.id, 1, owner.session_epoch, ${now}, ARRAY[${methods}]::text[],
      ${session.deviceId}::uuid, ${session.ipAddress}, ${session.userAgent}, ${now}, ${now}, ${now},
      ${instant(session.expiresAt)}
    FROM ${users} AS owner
    RETURNING user_id, epoch`;
}

/** The user of a session that lives, as a subquery: one row with `user_id`, or none. */
export function liveSessionUser(session: AccessTokenClaims | null, now: Date): SQL {
  return sql`
    SELECT s.user_id FROM sessions s
    WHERE s.id = ${session?.sessionId ?? null}::uuid AND s.user_id = ${session?.userId ?? null}::uuid
      AND s.ended_at IS NULL AND s.expires_at > ${instant(now)} AND ${sameEpoch(sql`s`)}`;
}

/**
 * Whether a session (a row of that name) began after its user's sessions were last ended together. "Not behind" and not
 * "equal": a statement that waited for the session's row finds it new, and the user's row as it was before.
 */
export function sameEpoch(session: SQL): SQL {
  return sql`${session}.epoch >= (SELECT u.session_epoch FROM users u WHERE u.id = ${session}.user_id)`;
}

/**
 * Ends every session of the users that `users` (a subquery of ids) holds, but for `except`; returns `expires_at`. Those
 * that begin at this very moment it cannot see: the statement also raises the user's `session_epoch`, which ends them.
 */
export function endSessions(users: SQL, now: Date, except: string | null = null): SQL {
  return sql`
    UPDATE sessions SET ended_at = ${instant(now)}
    WHERE ended_at IS NULL AND user_id IN (${users}) AND id IS DISTINCT FROM ${except}::uuid
    RETURNING expires_at`;
}

/** A session that lives, with the user whose it is. */
export interface LiveSession {
  readonly id: string;
  /** When the user last proved who they are. */
  readonly authenticatedAt: Date;
  /** RFC 8176 values. */
  readonly authenticationMethods: readonly string[];
  /** The device it was begun on; null for sessions from before devices were known. */
  readonly deviceId: string | null;
  readonly user: User;
}

/**
 * The user's row, locked, as a subquery: whoever ends sessions and forgets their devices starts with it, as does whoever
 * takes a password away. PostgreSQL does not promise which part of a statement comes first, so without it two of them
 * could each hold what the other one waits for.
 */
function lockAccount(userId: string): SQL {
  return sql`SELECT id FROM users WHERE id = ${userId}::uuid FOR NO KEY UPDATE`;
}

/** The device of a session, as an expression; null if it has none, or there is no such session. */
export function deviceOf(sessionId: string | null): SQL {
  return sql`SELECT device_id FROM sessions WHERE id = ${sessionId}::uuid`;
}

export type SessionRow = typeof sessionTable.$inferSelect;

export class SessionRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** A living session and its user: one query for both, so that a session that was ended is refused at once. */
  async find(session: AccessTokenClaims, now: Date): Promise<LiveSession | null> {
    const { authenticatedAt, authenticationMethods, deviceId } = sessionTable;
    const [row] = await this.#db
      .select({ user: userTable, location: cityTable, authenticatedAt, authenticationMethods, deviceId })
      .from(sessionTable)
      .innerJoin(userTable, eq(userTable.id, sessionTable.userId))
      .leftJoin(cityTable, eq(cityTable.id, userTable.locationId))
      .where(
        and(
          ...[eq(sessionTable.id, session.sessionId), eq(sessionTable.userId, session.userId)],
          ...[notOver(now), gte(sessionTable.epoch, userTable.sessionEpoch)],
        ),
      );
    if (!row) return null;
    const { user, location, ...proof } = row;
    return { id: session.sessionId, ...proof, user: { ...user, location } };
  }

  /** The living sessions of a user, the latest used first, `MOST_LISTED` of them at most. */
  async list(userId: string, now: Date): Promise<SessionRow[]> {
    return this.#db
      .select()
      .from(sessionTable)
      .where(and(eq(sessionTable.userId, userId), lives(now)))
      .orderBy(desc(sessionTable.lastUsedAt), desc(sessionTable.id))
      .limit(MOST_LISTED);
  }

  /**
   * Ends one living session of a user and forgets the device that it was on, unless another one lives there; false when
   * there is none (any more).
   */
  async end({ sessionId, userId }: { sessionId: string; userId: string }, now: Date): Promise<boolean> {
    const lives = sql`ended_at IS NULL AND expires_at > ${instant(now)}`;
    const ended = await this.#db.execute(sql`
      WITH account AS (${lockAccount(userId)}),
      ended AS (
        UPDATE sessions SET ended_at = ${instant(now)}
        WHERE id = ${sessionId}::uuid AND user_id = (SELECT id FROM account) AND ${lives}
        RETURNING user_id, device_id
      ),
      forgotten AS (
        DELETE FROM devices USING ended WHERE devices.user_id = ended.user_id AND devices.id = ended.device_id
          AND NOT EXISTS (
            SELECT 1 FROM sessions other
            WHERE other.user_id = ended.user_id AND other.device_id = ended.device_id AND other.id <> ${sessionId}::uuid
              AND other.ended_at IS NULL AND other.expires_at > ${instant(now)}
          )
      )
      SELECT 1 FROM ended`);
    return ended.length > 0;
  }

  /** Ends living sessions, whosever they are; false when none of them lives (any more). */
  async endEach(sessionIds: readonly string[], now: Date): Promise<boolean> {
    // Each by itself: whoever holds one row while waiting for another can wait for ever.
    const ended = await Promise.all([...new Set(sessionIds)].map((id) => this.#endOne(id, now)));
    return ended.includes(true);
  }

  async #endOne(id: string, now: Date): Promise<boolean> {
    const ended = await this.#db
      .update(sessionTable)
      .set({ endedAt: now })
      .where(and(eq(sessionTable.id, id), lives(now)))
      .returning({ id: sessionTable.id });
    return ended.length > 0;
  }

  /** Ends the living sessions of a user and forgets the devices, but for `except` and its device; says how many ended. */
  async endAll(userId: string, now: Date, except: string | null): Promise<number> {
    const user = sql`SELECT id FROM account`;
    const [row] = await this.#db.execute<{ living: number }>(sql`
      WITH account AS (${lockAccount(userId)}),
      ended AS (${endSessions(user, now, except)}),
      forgotten AS (${forgetDevices(user, deviceOf(except))})
      SELECT (count(*) FILTER (WHERE expires_at > ${instant(now)}))::int AS living FROM ended`);
    return row?.living ?? 0;
  }

  /** Removes up to `most` sessions that ended or expired a day ago. */
  async removeOver(now: Date, most: number): Promise<number> {
    const before = instant(addSeconds(now, -KEPT));
    const removed = await this.#db.execute(sql`
      DELETE FROM sessions WHERE id IN (
        SELECT id FROM sessions WHERE expires_at < ${before} OR ended_at < ${before}
        LIMIT ${most} FOR UPDATE SKIP LOCKED
      )`);
    return removed.count;
  }
}

function notOver(now: Date): SQL | undefined {
  return and(isNull(sessionTable.endedAt), gt(sessionTable.expiresAt, now));
}

function lives(now: Date): SQL | undefined {
  return and(notOver(now), sameEpoch(sql`sessions`));
}
