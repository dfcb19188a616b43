import { sql } from 'drizzle-orm';
import type { Origin } from '../../audit/origin.js';
import { originValues, recordEvent } from '../../audit/record-event.js';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import type { PreparedNotice } from '../../notices/prepared-notice.js';
import { noticeValues, queueNotices } from '../../notices/queue-notices.js';
import { anotherAdministrator, lockPeople } from '../../users/administrators.js';
import { endSessions, sameEpoch } from '../../sessions/session-fragments.js';
import type { ErasureResult } from './erasure.repository.js';

export interface DeletionSchedule {
  readonly userId: string;
  /** The session that asks, which must live. It ends with the others. */
  readonly sessionId: string;
  /** Whether the account is an administrator's, as far as was read. */
  readonly endsAdministrator: boolean;
  readonly deviceId: string | null;
  readonly origin: Origin;
  readonly dueAt: Date;
  readonly notices: readonly PreparedNotice[];
  readonly now: Date;
}

export type ScheduleResult = 'scheduled' | Extract<ErasureResult, 'refused' | 'last_administrator'>;

export class ScheduleRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Ends all sessions and says when the account is to be deleted. Refused: the session that asks has ended meanwhile. */
  async schedule({ notices, origin, ...schedule }: DeletionSchedule): Promise<ScheduleResult> {
    const values = { ...schedule, ...originValues(origin), ...noticeValues(notices) };
    const [row] = await writeSchedule.run(this.#db, values);
    if (row?.scheduled) return 'scheduled';
    return row?.last ? 'last_administrator' : 'refused';
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
  { readonly scheduled: boolean; readonly last: boolean },
  Omit<DeletionSchedule, 'notices' | 'origin'> & ReturnType<typeof originValues> & ReturnType<typeof noticeValues>
>(
  'leaving: schedule',
  sql`
    WITH people AS (${lockPeople(sql`SELECT ${userId}`, parameter('endsAdministrator', 'boolean'))}),
    account AS (
      SELECT id, role = 'ADMIN' AND NOT ${anotherAdministrator(sql`people`, userId)} AS last FROM people WHERE id = ${userId}
    ),
    asking AS (
      SELECT id, epoch FROM sessions
      WHERE id = ${sessionId} AND user_id = (SELECT id FROM account) AND ended_at IS NULL
        AND expires_at > ${now} AND ${sameEpoch(sql`sessions`)}
      FOR UPDATE
    ),
    leaving AS (
      UPDATE users SET deletion_due_at = ${parameter('dueAt', 'timestamptz')}, updated_at = ${now},
        session_epoch = session_epoch + 1
      WHERE id = (SELECT id FROM account WHERE NOT last) AND session_epoch <= (SELECT epoch FROM asking)
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
    SELECT EXISTS (SELECT 1 FROM leaving) AS scheduled, last FROM account`,
);
