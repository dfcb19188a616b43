import { and, eq, gt, isNull, type SQL, sql } from 'drizzle-orm';
import { cityTable } from '../cities/city.table.js';
import { type Database, instant } from '../database/database.js';
import type { User } from '../users/user.js';
import { userTable } from '../users/user.table.js';
import type { AccessTokenClaims } from './access-token.js';
import { sessionTable } from './session.table.js';

/** A session about to begin: everything but whose it is, which the joining statement knows. */
export interface NewSession {
  readonly id: string;
  /** RFC 8176 values. */
  readonly authenticationMethods: readonly string[];
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  readonly now: Date;
  readonly expiresAt: Date;
}

/** Begins a session for the one user that `users` (a table expression with `id`) holds, or none when it is empty. */
export function beginSession(session: NewSession, users: SQL): SQL {
  const now = instant(session.now);
  const methods = sql.join(
    session.authenticationMethods.map((method) => sql`${method}`),
    sql`, `,
  );
  return sql`
    INSERT INTO sessions (id, user_id, generation, authenticated_at, authentication_methods, ip_address, user_agent,
      created_at, last_used_at, expires_at)
    SELECT ${session.id}::uuid, owner.id, 1, ${now}, ARRAY[${methods}]::text[], ${session.ipAddress},
      ${session.userAgent}, ${now}, ${now}, ${instant(session.expiresAt)}
    FROM ${users} AS owner
    RETURNING id`;
}

/** The user of a session that lives, as a subquery: one row with `user_id`, or none. */
export function liveSessionUser(session: AccessTokenClaims | null, now: Date): SQL {
  return sql`
    SELECT s.user_id FROM sessions s
    WHERE s.id = ${session?.sessionId ?? null}::uuid AND s.user_id = ${session?.userId ?? null}::uuid
      AND s.ended_at IS NULL AND s.expires_at > ${instant(now)}`;
}

/** Ends every session of the users that `users` (a subquery of ids) holds. */
export function endSessions(users: SQL, now: Date): SQL {
  return sql`UPDATE sessions SET ended_at = ${instant(now)} WHERE ended_at IS NULL AND user_id IN (${users})`;
}

export class SessionRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The user of a living session: one query for both, so that a session that was ended is refused at once. */
  async findUser(session: AccessTokenClaims, now: Date): Promise<User | null> {
    const [row] = await this.#db
      .select({ user: userTable, location: cityTable })
      .from(sessionTable)
      .innerJoin(userTable, eq(userTable.id, sessionTable.userId))
      .leftJoin(cityTable, eq(cityTable.id, userTable.locationId))
      .where(
        and(
          eq(sessionTable.id, session.sessionId),
          eq(sessionTable.userId, session.userId),
          isNull(sessionTable.endedAt),
          gt(sessionTable.expiresAt, now),
        ),
      );
    return row ? { ...row.user, location: row.location } : null;
  }
}
