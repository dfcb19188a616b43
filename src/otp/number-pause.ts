import { type SQL, sql } from 'drizzle-orm';
import { parameter } from '../database/statement.js';
import { cooledDown } from './open-challenge.js';

/** No code has this purpose. Its row says when a code was last sent to the number, for whatever purpose. */
export const PAUSE = sql.raw(`'PAUSE'`);

const now = parameter('now', 'timestamptz');

/**
 * Takes the pause between two codes to one number, which holds over all purposes: two requests for different purposes have
 * no challenge in common. At the same moment they meet at this row, and one gets it. It is no challenge: it counts as used
 * up from the start, so no statement that looks for living ones locks it. Its parameters are among those of
 * `openChallenge`. Raw: the builder has no `ON CONFLICT … WHERE` with a condition on the row.
 * @param after a table expression that locks rows before this one
 */
export function takePause(after: SQL): SQL {
  return sql`
    INSERT INTO otp_challenges AS p (phone_number, purpose, challenge_id, secret_id, created_at, expires_at, consumed_at, sent_at)
    SELECT ${parameter('destination', 'text')}, ${PAUSE}, gen_random_uuid(), '', t, t, t, t
    FROM (SELECT ${now} AS t, count(*) FROM ${after} a) before
    ON CONFLICT (phone_number, purpose) DO UPDATE SET sent_at = excluded.sent_at, expires_at = excluded.expires_at
    WHERE ${cooledDown(sql`p`)} RETURNING 1`;
}
