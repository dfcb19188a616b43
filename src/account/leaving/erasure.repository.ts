import { and, eq, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import { recordEvent } from '../../audit/record-event.js';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import { noticeValues, queueNotices } from '../../notices/queue-notices.js';
import type { PreparedNotice } from '../../notices/prepared-notice.js';
import { sameEpoch } from '../../sessions/session-fragments.js';
import { anotherAdministrator, lockPeople } from '../../users/administrators.js';
import { unlocked } from '../../users/account-lock.js';
import { type Role, userTable } from '../../users/user.table.js';
import { destinationsOf, type Leaver, limitsOf, scopedToUser } from './belongings.js';

export interface Erasure {
  readonly leaver: Leaver;
  /** The session that asks, which must live; null: the deletion of the account must be due. */
  readonly sessionId: string | null;
  /** Whether the account is an administrator's, as far as was read. */
  readonly endsAdministrator: boolean;
  /** The last messages to the owner. Their rows go when they are sent (farewell.repository.ts). */
  readonly notices: readonly PreparedNotice[];
  readonly now: Date;
}

export type ErasureResult =
  | 'erased'
  /** The number or the email address has changed since the account was read, or it is gone already. */
  | 'changed'
  /** The session has ended, or the deletion is not due any more. */
  | 'refused'
  /** No other administrator would be left. */
  | 'last_administrator';

export class ErasureRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Erases an account and everything that names its owner, in one statement. */
  async erase({ leaver, sessionId, endsAdministrator, notices, now }: Erasure): Promise<ErasureResult> {
    const values = { ...erasureValues(leaver), sessionId, endsAdministrator, ...noticeValues(notices), now };
    const [row] = await erase.run(this.#db, values);
    if (row?.erased) return 'erased';
    if (row?.last) return 'last_administrator';
    return row?.unchanged ? 'refused' : 'changed';
  }

  /** Up to `most` accounts whose deletion is due. One that an administrator has locked stays, so that its number comes not free. */
  async due(now: Date, most: number): Promise<(Leaver & { readonly role: Role })[]> {
    const { id, phoneNumber, phoneVerifiedAt, email, emailVerifiedAt } = userTable;
    const { deletionDueAt, lockedAt, lockedUntil } = userTable;
    return this.#db
      .select({ id, phoneNumber, phoneVerifiedAt, email, emailVerifiedAt, role: userTable.role })
      .from(userTable)
      .where(
        and(sql`${deletionDueAt} is not null`, lte(deletionDueAt, now), or(isNull(lockedAt), lte(lockedUntil, now))),
      )
      .orderBy(deletionDueAt)
      .limit(most);
  }

  /** As it is now; null: it is gone. */
  async find(userId: string): Promise<Leaver | null> {
    const { id, phoneNumber, phoneVerifiedAt, email, emailVerifiedAt } = userTable;
    const [leaver] = await this.#db
      .select({ id, phoneNumber, phoneVerifiedAt, email, emailVerifiedAt })
      .from(userTable)
      .where(eq(userTable.id, userId));
    return leaver ?? null;
  }
}

export interface ErasedRow {
  readonly erased: boolean;
}

/** Values for the parameters that every erasure has, besides `notices` and `now`. */
export function erasureValues(leaver: Leaver) {
  const { id: userId, phoneNumber, email } = leaver;
  return { userId, phoneNumber, email, ...destinationsOf(leaver), ...limitsOf(leaver) };
}

interface ErasureValues extends ReturnType<typeof erasureValues> {
  readonly sessionId: string | null;
  readonly endsAdministrator: boolean;
  readonly notices: object;
  readonly now: Date;
}

/** Whether the row `account` has the number and the email address that the erasure goes by. */
export function asRead(account: SQL): SQL {
  return sql`${account}.phone_number IS NOT DISTINCT FROM ${parameter('phoneNumber', 'text')}
        AND ${account}.email IS NOT DISTINCT FROM ${parameter('email', 'text')}`;
}

/** Who erases an account, and what the audit trail says of it. */
interface Judgement {
  /** Parts that lock the account's row first. The last one, `leaving`, holds its id if it is erased. */
  readonly judged: SQL;
  /** An expression that writes the event for the part `erased`. */
  readonly event: SQL;
  /** What else is returned. */
  readonly also: SQL;
}

const [now, userId] = [parameter('now', 'timestamptz'), parameter('userId', 'uuid')];
const [sessionId, own] = [parameter('sessionId', 'uuid'), parameter('own', 'text[]')];
const endsAdministrator = parameter('endsAdministrator', 'boolean');
const erased = sql`EXISTS (SELECT 1 FROM erased)`;
const left = anotherAdministrator(sql`people`, userId);

/**
 * Where messages to the account went, and until when. Of a number that the account did not verify, or has given up, somebody
 * else may be the owner: codes under way there stay, and so does what came later.
 */
const destinations = sql`
  SELECT own AS destination, true AS whole, ${now} AS until FROM unnest(${own}) own
  UNION ALL
  SELECT claimed, false, ${now} FROM unnest(${parameter('claimed', 'text[]')}) claimed
  WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.phone_number = claimed AND u.phone_verified_at IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM users u WHERE lower(u.email) = claimed AND u.email_verified_at IS NOT NULL)
  UNION ALL
  SELECT old_phone_number, false, changed_at FROM number_changes WHERE user_id = ${userId} AND old_phone_number IS NOT NULL
  UNION ALL
  SELECT new_phone_number, false, reverted_at FROM number_changes WHERE user_id = ${userId} AND reverted_at IS NOT NULL`;

/**
 * The statement of an erasure, and its name. Sessions, devices, changes of number and waiting sign-ins go with it. The
 * outbox and the audit trail keep rows that say nothing of whom: sends are counted and paid, and events keep kind and time.
 * The arrays make PostgreSQL look rows up by their index, whatever it knows of the tables. Raw, because the builder cannot write
 * to several tables.
 */
export function erasing(name: string, { judged, event, also }: Judgement) {
  return [
    name,
    sql`
    WITH destinations AS (${destinations}),
    codes AS (
      SELECT c.phone_number, c.purpose FROM otp_challenges c JOIN destinations ON destination = c.phone_number
      WHERE c.phone_number = ANY(ARRAY(SELECT destination FROM destinations))
        AND (whole OR c.created_at <= until AND (c.consumed_at IS NOT NULL OR c.expires_at <= ${now}))
      UNION SELECT phone_number, purpose FROM otp_challenges WHERE ${scopedToUser(userId)}
    ),
    ${judged},
    erased AS (DELETE FROM users WHERE id = (SELECT id FROM leaving) RETURNING id),
    dead_codes AS (
      DELETE FROM otp_challenges
      WHERE phone_number = ANY(ARRAY(SELECT phone_number FROM codes))
        AND (phone_number, purpose) IN (SELECT phone_number, purpose FROM codes) AND ${erased}
    ),
    waiting AS (DELETE FROM sign_in_continuations WHERE phone_number = ANY(${own}) AND ${erased}),
    sends AS (
      SELECT m.id FROM messages m JOIN destinations ON destination = m.phone_number
      WHERE m.phone_number = ANY(ARRAY(SELECT destination FROM destinations))
        AND (whole OR m.created_at <= until AND m.status <> 'queued')
      UNION SELECT id FROM messages WHERE user_id = ${userId}
      UNION SELECT id FROM messages WHERE ${scopedToUser(userId)}
    ),
    nameless AS (
      UPDATE messages SET phone_number = '', user_id = NULL, notice_details = NULL, purpose = split_part(purpose, ' ', 1),
        provider_message_id = NULL, provider_message = NULL, price_due_at = NULL, feedback_due_at = NULL,
        failure = CASE status WHEN 'queued' THEN 'expired' ELSE failure END,
        settled_at = CASE status WHEN 'queued' THEN ${now} ELSE settled_at END,
        status = CASE status WHEN 'queued' THEN 'failed' ELSE status END
      WHERE id = ANY(ARRAY(SELECT id FROM sends)) AND ${erased}
    ),
    guesses AS (DELETE FROM guess_budgets WHERE subject = ANY(${parameter('guesses', 'text[]')}) AND ${erased}),
    rates AS (DELETE FROM rate_budgets WHERE key = ANY(${parameter('rates', 'text[]')}) AND ${erased}),
    failures AS (DELETE FROM audit_failures WHERE subject = ANY(${own} || ${userId}::text) AND ${erased}),
    event AS (${event}),
    farewell AS (${queueNotices(erased)})
    SELECT ${erased} AS erased, ${also}, (SELECT audit_events_forget(id, ${own}) FROM erased) AS forgotten`,
  ] as const;
}

const erase = new Statement<ErasedRow & { readonly unchanged: boolean; readonly last: boolean }, ErasureValues>(
  ...erasing('leaving: erase', {
    judged: sql`
    people AS (${lockPeople(sql`SELECT ${userId}`, endsAdministrator)}),
    account AS (SELECT * FROM people p WHERE id = ${userId} AND ${asRead(sql`p`)}),
    asking AS (
      SELECT id FROM sessions
      WHERE id = ${sessionId} AND user_id = (SELECT id FROM account) AND ended_at IS NULL
        AND expires_at > ${now} AND ${sameEpoch(sql`sessions`)}
      FOR UPDATE
    ),
    leaving AS (
      SELECT id FROM account
      WHERE (role <> 'ADMIN' OR ${left}) AND CASE WHEN ${sessionId} IS NULL
        THEN deletion_due_at <= ${now} AND ${unlocked(sql`account`)} ELSE EXISTS (SELECT 1 FROM asking) END
    )`,
    event: recordEvent(
      { kind: 'account_deleted', by: sql`CASE WHEN ${sessionId} IS NULL THEN 'SERVICE' ELSE 'USER' END` },
      sql`(SELECT NULL::uuid AS id, NULL::uuid AS user_id FROM erased)`,
    ),
    also: sql`EXISTS (SELECT 1 FROM account) AS unchanged,
      EXISTS (SELECT 1 FROM account WHERE role = 'ADMIN' AND NOT ${left}) AS last`,
  }),
);
