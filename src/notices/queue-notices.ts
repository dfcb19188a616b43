import { type SQL, sql } from 'drizzle-orm';
import { parameter } from '../database/statement.js';
import type { PreparedNotice } from './prepared-notice.js';

/**
 * Writes the prepared notices down where `when` holds, in the statement that does what they tell of: so neither is ever there
 * without the other. The process that writes them has them in hand, for their first attempt. Returns their ids.
 */
export function queueNotices(when: SQL): SQL {
  return sql`
    INSERT INTO messages (id, user_id, notice, notice_details, phone_number, channel, country, provider, locale,
      next_attempt_at, created_at, attempts)
    SELECT n.*, ${parameter('now', 'timestamptz')}, 1
    FROM jsonb_to_recordset(${parameter('notices', 'jsonb')}) AS n (id uuid, user_id uuid, notice text, details jsonb,
      destination text, channel text, country text, provider text, locale text, next_attempt_at timestamptz)
    WHERE ${when} RETURNING id`;
}

/** Values for the parameters of `queueNotices`, besides `now`. */
export function noticeValues(notices: readonly PreparedNotice[]) {
  return { notices };
}
