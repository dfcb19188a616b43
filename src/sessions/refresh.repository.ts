import { type SQL, sql } from 'drizzle-orm';
import type { Origin } from '../audit/origin.js';
import { originValues, recordEvent } from '../audit/record-event.js';
import type { Database } from '../database/database.js';
import { rowFromJson } from '../database/rows.js';
import { parameter, Statement } from '../database/statement.js';
import { readUser } from '../users/read-user.js';
import type { User } from '../users/user.js';
import type { SessionRow } from './session.repository.js';
import { sameEpoch } from './session-fragments.js';
import { sessionTable } from './session.table.js';

export interface Rotation {
  readonly sessionId: string;
  /** The generation that the presented token is of. */
  readonly generation: number;
  readonly now: Date;
  /** Seconds for which the generation before still gets its successor, and a new generation is not replaced. */
  readonly grace: number;
  /** Seconds: sliding and absolute end of a session. */
  readonly refreshTokenTtl: number;
  readonly maxAge: number;
  readonly origin: Origin;
}

export type RotationResult =
  | { readonly kind: 'rotated'; readonly session: SessionRow; readonly user: User }
  /** An old generation came back: there is a copy of the token. The session is ended. */
  | { readonly kind: 'reused'; readonly sessionId: string; readonly userId: string }
  /** There is no such session, or it is over. */
  | { readonly kind: 'over' };

export class RefreshRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Rotates a refresh token, in one statement. The row's lock puts parallel refreshes in order. The first one makes the
   * next generation. The others find it made a moment ago and get the very same one, which serves clients that lost an
   * answer. A client that presents this new generation within the grace gets it back, too. So no token that was current
   * within the grace is ever two generations behind. Anything older ends the session for all its clients, since a copy
   * cannot be told from the original (RFC 9700, section 4.14.2).
   */
  async rotate({ origin, ...rotation }: Rotation): Promise<RotationResult> {
    const [row] = await rotateToken.run(this.#db, { ...rotation, ...originValues(origin) });
    if (!row) return { kind: 'over' };
    const session = rowFromJson(sessionTable, row.session);
    if (session.endedAt) return { kind: 'reused', sessionId: session.id, userId: session.userId };
    return { kind: 'rotated', session, user: readUser(row.person, row.city) };
  }
}

interface RotationRow {
  readonly session: Record<string, unknown>;
  readonly person: Record<string, unknown>;
  readonly city: Record<string, unknown> | null;
}

const [now, generation, grace] = [parameter('now', 'timestamptz'), parameter('generation', 'int'), seconds('grace')];
const [ipAddress, maxAge] = [parameter('ipAddress', 'text'), seconds('maxAge')];
const current = sql`generation = ${generation}`;
const young = sql`${parameter('grace', 'int')} > 0 AND generation > 1 AND rotated_at > ${now} - ${grace}`;
const repeated = sql`generation = ${generation} + 1 AND ${young}`;
/** The first generation has none before it that could come late, so it is replaced at any age. */
const rotates = sql`${current} AND NOT (${young})`;
const valid = sql`(${current} OR ${repeated})`;
/**
 * Seconds after which a refresh notes again that the account is used: most refreshes write nothing about it. Where somebody had a right
 * code that did not open the account since (docs/decisions/0037), it is noted at once: that person must not get the account.
 */
const USED_AGAIN_AFTER = sql`make_interval(days => 1)`;

/**
 * `maxAge` is judged again here, because its setting may have been lowered since the row was written. Where the account's
 * row is written too, it is locked before the session's (docs/decisions/0022): `touched` waits for what `due` has locked.
 * Raw, because the builder cannot write the event from what the update returned.
 */
const rotateToken = new Statement<RotationRow, Omit<Rotation, 'origin'> & ReturnType<typeof originValues>>(
  'refreshSession: rotate',
  sql`
    WITH due AS (
      SELECT u.id FROM users u JOIN sessions s ON s.user_id = u.id
      WHERE s.id = ${parameter('sessionId', 'uuid')} AND (u.last_used_at <= ${now} - ${USED_AGAIN_AFTER} OR u.claimed_at > u.last_used_at)
      FOR NO KEY UPDATE OF u
    ),
    locked AS (SELECT count(*) AS accounts FROM due),
    touched AS (
      UPDATE sessions SET
        generation = CASE WHEN ${rotates} THEN generation + 1 ELSE generation END,
        rotated_at = CASE WHEN ${rotates} THEN ${now} ELSE rotated_at END,
        expires_at = CASE WHEN ${rotates} THEN least(${now} + ${seconds('refreshTokenTtl')}, created_at + ${maxAge})
          ELSE expires_at END,
        last_used_at = CASE WHEN ${valid} THEN greatest(last_used_at, ${now}) ELSE last_used_at END,
        ip_address = CASE WHEN ${valid} THEN ${ipAddress} ELSE ip_address END,
        user_agent = CASE WHEN ${valid} THEN ${parameter('userAgent', 'text')} ELSE user_agent END,
        ended_at = CASE WHEN ${valid} THEN NULL ELSE ${now} END
      WHERE id = ${parameter('sessionId', 'uuid')} AND ended_at IS NULL AND expires_at > ${now}
        AND created_at > ${now} - ${maxAge} AND ${sameEpoch(sql`sessions`)}
        AND (SELECT accounts FROM locked) >= 0
      RETURNING *
    ),
    used AS (
      UPDATE users SET last_used_at = ${now} FROM touched
      WHERE users.id = (SELECT id FROM due) AND touched.user_id = users.id AND touched.ended_at IS NULL
    ),
    event AS (${recordEvent(
      { kind: 'refresh_token_reused', deviceId: sql`s.device_id` },
      sql`(SELECT * FROM touched WHERE ended_at IS NOT NULL)`,
    )})
    SELECT row_to_json(s) AS session, row_to_json(u) AS person, row_to_json(c) AS city
    FROM touched s JOIN users u ON u.id = s.user_id LEFT JOIN cities c ON c.id = u.location_id`,
);

function seconds(name: string): SQL {
  return sql`make_interval(secs => ${parameter(name, 'int')})`;
}
