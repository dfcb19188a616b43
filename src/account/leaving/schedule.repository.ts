import { sql } from 'drizzle-orm';
import type { Origin } from '../../audit/origin.js';
import { originValues, recordEvent } from '../../audit/record-event.js';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import type { PreparedNotice } from '../../notices/prepared-notice.js';
import { noticeValues, queueNotices } from '../../notices/queue-notices.js';
import { endSessions, sameEpoch } from '../../sessions/session-fragments.js';

export interface DeletionSchedule {
  readonly userId: string;
  /** The session that asks, which must live. It ends with the others. */
  readonly sessionId: string;
  readonly deviceId: string | null;
  readonly origin: Origin;
  readonly dueAt: Date;
  readonly notices: readonly PreparedNotice[];
  readonly now: Date;
}

export class ScheduleRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Ends all sessions and says when the account is to be deleted. False: the session that asks has ended meanwhile. */
  async schedule({ notices, origin, ...schedule }: DeletionSchedule): Promise<boolean> {
    const values = { ...schedule, ...originValues(origin), ...noticeValues(notices) };
    return (await writeSchedule.run(this.#db, values)).length > 0;
  }
}

const [now, userId] = [parameter('now', 'timestamptz'), parameter('userId', 'uuid')];
const [sessionId, deviceId] = [parameter('sessionId', 'uuid'), parameter('deviceId', 'uuid')];
const leaving = sql`SELECT id FROM leaving`;

/**
 * The user's row is locked first. The epoch ends sessions that begin at this very moment, too: they do not cancel the deletion.
 * Devices stay known, so that their owner can come back. Raw, because the builder cannot write to several tables.
 */
const writeSchedule = new Statement<
  { readonly id: string },
  Omit<DeletionSchedule, 'notices' | 'origin'> & ReturnType<typeof originValues> & ReturnType<typeof noticeValues>
>(
  'leaving: schedule',
  sql`
    WITH account AS (SELECT id FROM users WHERE id = ${userId} FOR NO KEY UPDATE),
    asking AS (
      SELECT id, epoch FROM sessions
      WHERE id = ${sessionId} AND user_id = (SELECT id FROM account) AND ended_at IS NULL
        AND expires_at > ${now} AND ${sameEpoch(sql`sessions`)}
      FOR UPDATE
    ),
    leaving AS (
      UPDATE users SET deletion_due_at = ${parameter('dueAt', 'timestamptz')}, updated_at = ${now},
        session_epoch = session_epoch + 1
      WHERE id = ${userId} AND session_epoch <= (SELECT epoch FROM asking)
      RETURNING id, session_epoch
    ),
    ended AS (${endSessions(leaving, sql`NULL`)}),
    devices_stay AS (
      UPDATE devices SET epoch = leaving.session_epoch FROM leaving
      WHERE devices.user_id = leaving.id AND devices.epoch = leaving.session_epoch - 1
    ),
    event AS (${recordEvent(
      {
        ...{ kind: 'deletion_requested', deviceId },
        details: sql`jsonb_build_object('dueAt', ${parameter('dueAt', 'timestamptz')})`,
      },
      sql`(SELECT ${sessionId} AS id, id AS user_id FROM leaving)`,
    )}),
    notices AS (${queueNotices(sql`EXISTS (SELECT 1 FROM leaving)`)})
    SELECT id FROM leaving`,
);
