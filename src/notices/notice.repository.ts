import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { isBlocked } from '../blocks/is-blocked.js';
import { limits } from '../budgets/limits/limits.js';
import type { Database } from '../database/database.js';
import { parameter, Statement } from '../database/statement.js';
import { messageTable } from '../messaging/message.table.js';
import type { AppSecrets } from '../platform/app-secret.js';
import { subjectHash } from '../platform/subject-hash.js';
import { userTable } from '../users/user.table.js';
import type { NoticeOwner } from './notice.js';
import type { PreparedNotice } from './prepared-notice.js';
import { noticeValues, queueNotices } from './queue-notices.js';

/** Whose guesses are locked: those at a password of an account, or at the codes of a number or address. */
export type LockedSubject = { readonly userId: string } | { readonly destination: string };

const { noticesPerAccount, noticesOfNumber } = limits;
const constant = (value: number) => sql.raw(String(value));
const now = parameter('now', 'timestamptz');

/**
 * Which of the notices that were just written down may be sent; the others end. What counts is how many of its kind were
 * written down before it, to the same account on the same way: also those that another process judges at this moment. So it
 * needs no row that all lock. Raw: it counts rows beside the one that it changes.
 */
const admit = new Statement<{ id: string; created_at: string }, { fresh: object; now: Date }>(
  'notices: admit',
  sql`
    WITH fresh AS (
      SELECT m.id, m.created_at, (
        SELECT count(*) FROM messages e
        WHERE e.user_id = m.user_id AND e.created_at > ${now} - make_interval(secs => ${constant(noticesPerAccount.window)})
          AND e.notice = m.notice AND e.channel = m.channel AND e.failure IS DISTINCT FROM 'withheld'
          AND (e.created_at, e.id) < (m.created_at, m.id)
      ) < CASE m.notice WHEN 'phone_changed' THEN ${constant(noticesOfNumber.size.fixed)}
        ELSE ${constant(noticesPerAccount.size.fixed)} END
      AND NOT EXISTS (
        SELECT 1 FROM refused_numbers r
        WHERE r.phone_number = f.hashed AND r.channel = m.channel AND r.expires_at > ${now}
      )
      AND NOT ${isBlocked({ destination: sql`m.phone_number`, country: sql`m.country` }, now)} AS admitted
      FROM jsonb_to_recordset(${parameter('fresh', 'jsonb')}) AS f (id uuid, hashed text) JOIN messages m USING (id)
      WHERE m.status = 'queued'
    ),
    withheld AS (
      UPDATE messages m SET status = 'failed', failure = 'withheld', settled_at = ${now}
      FROM fresh WHERE m.id = fresh.id AND NOT fresh.admitted
    )
    SELECT id, created_at FROM fresh WHERE admitted`,
);

const queue = new Statement<{ id: string }, { now: Date; notices: readonly PreparedNotice[] }>(
  'notices: queue',
  queueNotices(sql`true`),
);

export class NoticeRepository {
  readonly #db: Database;
  readonly #secrets: AppSecrets;

  constructor(db: Database, secrets: AppSecrets) {
    this.#db = db;
    this.#secrets = secrets;
  }

  /** Those that may be sent, with the time at which they were written down. */
  async admit(
    notices: readonly Pick<PreparedNotice, 'id' | 'destination'>[],
    now: Date,
  ): Promise<ReadonlyMap<string, Date>> {
    const fresh = notices.map(({ id, destination }) => ({ id, hashed: subjectHash(this.#secrets, destination) }));
    const rows = await admit.run(this.#db, { fresh, now });
    return new Map(rows.map(({ id, created_at }) => [id, new Date(created_at)]));
  }

  /** The service's budget is spent. */
  async withhold(id: string, now: Date): Promise<void> {
    await this.#db
      .update(messageTable)
      .set({ status: 'failed', failure: 'withheld', settledAt: now })
      .where(and(eq(messageTable.id, id), eq(messageTable.status, 'queued')));
  }

  /** Writes notices down by themselves: of what no statement of a use case does. */
  async queue(notices: readonly PreparedNotice[], now: Date): Promise<void> {
    await queue.run(this.#db, { ...noticeValues(notices), now });
  }

  /** The account whose guesses are locked; null: none has verified that number or address. */
  async ownerOf(subject: LockedSubject): Promise<NoticeOwner | null> {
    const { id, phoneNumber, phoneVerifiedAt, email, emailVerifiedAt, locale } = userTable;
    const [owner] = await this.#db
      .select({ id, phoneNumber, phoneVerifiedAt, email, emailVerifiedAt, locale })
      .from(userTable)
      .where(isSubject(subject));
    return owner ?? null;
  }
}

function isSubject(subject: LockedSubject) {
  const { id, phoneNumber, phoneVerifiedAt, email, emailVerifiedAt } = userTable;
  if ('userId' in subject) return eq(id, subject.userId);
  const { destination } = subject;
  return destination.includes('@')
    ? and(eq(sql`lower(${email})`, destination), isNotNull(emailVerifiedAt))
    : and(eq(phoneNumber, destination), isNotNull(phoneVerifiedAt));
}
