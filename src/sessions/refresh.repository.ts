import { sql } from 'drizzle-orm';
import { recordEvent } from '../audit/audit-event.repository.js';
import { cityTable } from '../cities/city.table.js';
import { type Database, instant } from '../database/database.js';
import { rowFromJson } from '../database/rows.js';
import type { User } from '../users/user.js';
import { userTable } from '../users/user.table.js';
import { type SessionRow, sameEpoch } from './session.repository.js';
import { sessionTable } from './session.table.js';

export interface Rotation {
  readonly sessionId: string;
  /** The generation that the presented token is of. */
  readonly generation: number;
  readonly now: Date;
  /** Seconds for which the generation before still gets its successor. */
  readonly grace: number;
  /** Seconds: sliding and absolute end of a session. */
  readonly refreshTokenTtl: number;
  readonly maxAge: number;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  /** Id of the audit event, should one be due. */
  readonly eventId: string;
}

export type RotationResult =
  | { readonly kind: 'rotated'; readonly session: SessionRow; readonly user: User }
  /** An old generation came back: somebody has a copy. The session is ended. */
  | { readonly kind: 'reused'; readonly sessionId: string; readonly userId: string }
  /** There is no such session, or it is over. */
  | { readonly kind: 'over' };

export class RefreshRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Rotates a refresh token, in one statement. The row's lock puts parallel refreshes in order: the first makes the
   * next generation, the others find it made a moment ago and get the very same one, which serves clients that lost an
   * answer. Anything older ends the session for everybody, since a copy cannot be told from the original (RFC 9700,
   * section 4.14.2).
   */
  async rotate(rotation: Rotation): Promise<RotationResult> {
    const now = instant(rotation.now);
    const seconds = (count: number) => sql`make_interval(secs => ${count})`;
    const current = sql`generation = ${rotation.generation}::int`;
    const repeated = sql`${rotation.grace}::int > 0 AND generation = ${rotation.generation}::int + 1 AND rotated_at > ${now} - ${seconds(rotation.grace)}`;
    const valid = sql`(${current} OR ${repeated})`;
    // Again, for its setting may have been lowered since the row was written.
    const notTooOld = sql`created_at > ${now} - ${seconds(rotation.maxAge)}`;
    const end = sql`least(${now} + ${seconds(rotation.refreshTokenTtl)}, created_at + ${seconds(rotation.maxAge)})`;
    const [row] = await this.#db.execute<RotationRow>(sql`
      WITH touched AS (
        UPDATE sessions SET
          generation = CASE WHEN ${current} THEN generation + 1 ELSE generation END,
          rotated_at = CASE WHEN ${current} THEN ${now} ELSE rotated_at END,
          expires_at = CASE WHEN ${current} THEN ${end} ELSE expires_at END,
          last_used_at = CASE WHEN ${valid} THEN greatest(last_used_at, ${now}) ELSE last_used_at END,
          ip_address = CASE WHEN ${valid} THEN ${rotation.ipAddress} ELSE ip_address END,
          user_agent = CASE WHEN ${valid} THEN ${rotation.userAgent} ELSE user_agent END,
          ended_at = CASE WHEN ${valid} THEN NULL ELSE ${now} END
        WHERE id = ${rotation.sessionId}::uuid AND ended_at IS NULL AND expires_at > ${now}
          AND ${notTooOld} AND ${sameEpoch(sql`sessions`)}
        RETURNING *
      ),
      event AS (${recordEvent(
        { id: rotation.eventId, at: rotation.now, kind: 'refresh_token_reused', ipAddress: rotation.ipAddress },
        sql`(SELECT * FROM touched WHERE ended_at IS NOT NULL)`,
      )})
      SELECT to_jsonb(s) AS session, to_jsonb(u) AS person, to_jsonb(c) AS city
      FROM touched s JOIN users u ON u.id = s.user_id LEFT JOIN cities c ON c.id = u.location_id`);
    if (!row) return { kind: 'over' };
    const session = rowFromJson(sessionTable, row.session);
    if (session.endedAt) return { kind: 'reused', sessionId: session.id, userId: session.userId };
    const location = row.city && rowFromJson(cityTable, row.city);
    return { kind: 'rotated', session, user: { ...rowFromJson(userTable, row.person), location } };
  }
}

interface RotationRow extends Record<string, unknown> {
  session: Record<string, unknown>;
  person: Record<string, unknown>;
  city: Record<string, unknown> | null;
}
