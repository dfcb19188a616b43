import { eq, type SQL, sql } from 'drizzle-orm';
import { isBlocked } from '../blocks/is-blocked.js';
import { type Database, instant } from '../database/database.js';
import { parameter, Statement } from '../database/statement.js';
import { writtenAhead } from '../database/written-ahead.js';
import type { ChallengePurpose } from '../otp/otp-purpose.js';
import { hasGuessesLeft } from '../otp/otp-challenge.repository.js';
import { leaseEnd } from './message.repository.js';
import { MOST_ATTEMPTS, MOST_ATTEMPTS_OF_NOTICE } from './retry-delay.js';
import type { Channel } from '../texts/channel.js';
import type { NoticeKind } from '../texts/notice-kind.js';
import type { DeliveryTarget } from './delivery-routes.js';
import type { ProviderName } from '../providers/message-sender.js';
import { type MessageFailure, messageTable } from './message.table.js';
import { NOTICE_LIFE, noticeEnd, type NoticeMessage } from './notice-message-writer.js';
import type { OtpMessage } from './otp-message-writer.js';

/** Rows per call. The rest waits for the next call. */
const BATCH = 100;
/** Rows of each provider to choose from, because other processes may have locked some of them. */
const LOOKED_AT = 500;
/** Seconds that a code must still be good for: people need them to read and type it. */
const LEAST_LIFE = 20;

/** A message with a code, or with a notice. */
export type DueMessage = Due & (OtpMessage | NoticeMessage);

interface Due {
  readonly id: string;
  /** This one included. */
  readonly attempts: number;
  readonly createdAt: Date;
  readonly country: string | null;
  /** The provider whose turn it is; null: the first of the route. */
  readonly provider: ProviderName | null;
  readonly ruledOut: readonly ProviderName[];
  /** The order of the providers that was chosen for it; absent: that of its route. */
  readonly route?: readonly ProviderName[] | null | undefined;
  /** Why the attempt before failed; null where there was none, or its outcome is unknown. */
  readonly lastFailure: MessageFailure | null;
  /** What a developer is told beside it (OutgoingMessage). It is in no row, so another process sends the message without. */
  readonly note?: string | undefined;
}

/** A message that ended unsent. */
export interface GivenUpMessage extends DeliveryTarget {
  readonly id: string;
  readonly destination: string;
  readonly attempts: number;
  readonly provider: ProviderName | null;
  readonly failure: string;
}

export interface DueMessages {
  /** This process has them in hand from now on. */
  readonly taken: readonly DueMessage[];
  /** Ended unsent. */
  readonly givenUp: readonly GivenUpMessage[];
}

const now = parameter('now', 'timestamptz');
const constant = (value: number) => sql.raw(String(value));

/**
 * Whether a message (a row of that name) is due. One that waits for another attempt is also due where the clock was set back
 * since it was written. One that a process has in hand is not: it keeps its time, or another process would send it once more.
 */
const isDue = (message: SQL) => sql`${message}.status = 'queued' AND (${message}.next_attempt_at <= ${now}
    OR (${message}.failure IS NOT NULL OR ${message}.attempts = 0) AND ${writtenAhead(sql`${message}.created_at`, now)})`;

/** Of each provider the messages that are due longest, so that one provider's backlog is not in the way of another's. */
const waiting = sql`
  SELECT id, place FROM (
    SELECT id, row_number() OVER (PARTITION BY provider ORDER BY next_attempt_at) AS place
    FROM messages WHERE ${isDue(sql`messages`)}
  ) each_by_turns WHERE place <= ${constant(LOOKED_AT)}`;

/** Those that this process can lock, and why they end unsent; null: they are to be sent. */
const due = sql`
  SELECT m.id, m.failure AS last_failure, w.place, c.secret_id, c.expires_at,
    CASE
      WHEN ${isBlocked({ destination: sql`m.phone_number`, country: sql`m.country` }, now)} THEN 'destination_blocked'
      WHEN c.sent_at > m.created_at THEN 'superseded'
      WHEN m.attempts >= CASE WHEN m.notice IS NULL THEN ${constant(MOST_ATTEMPTS)} ELSE ${constant(MOST_ATTEMPTS_OF_NOTICE)} END
        THEN coalesce(m.failure, 'provider_unavailable')
      WHEN m.notice IS NOT NULL AND m.created_at > ${now} - make_interval(secs => ${constant(NOTICE_LIFE)}) THEN NULL
      WHEN c.challenge_id = m.challenge_id AND c.consumed_at IS NULL
        AND ${hasGuessesLeft(sql`c`, parameter('maxGuesses', 'int'))}
        AND c.expires_at >= ${now} + make_interval(secs => ${constant(LEAST_LIFE)}) THEN NULL
      ELSE 'expired'
    END AS failure
  FROM waiting w JOIN messages m USING (id) LEFT JOIN otp_challenges c USING (phone_number, purpose)
  -- Again, for the row as it is once it is locked: another process may just have taken it up.
  WHERE ${isDue(sql`m`)}
  ORDER BY w.place LIMIT ${constant(BATCH)} FOR UPDATE OF m SKIP LOCKED`;

/**
 * By hand, because it writes twice: choosing, ending and taking up are one statement, so that no other process can come
 * between them. A message goes to one process and to no other, because taking it up moves `next_attempt_at` on. While a
 * message is in hand its row has no failure, because the outcome of the attempt is unknown. With nothing due, the
 * statement is a look into an index of what is queued.
 */
const takeDue = new Statement<DueRow, { now: Date; leaseEnd: Date; maxGuesses: number; most: number }>(
  'take due messages',
  sql`
  WITH waiting AS (${waiting}),
  due AS (${due}),
  given_up AS (
    UPDATE messages m SET status = 'failed', failure = due.failure, settled_at = ${now}
    FROM due WHERE m.id = due.id AND due.failure IS NOT NULL
    RETURNING m.*, NULL::text AS secret_id, NULL::timestamptz AS expires_at, NULL::text AS last_failure
  ),
  taken AS (
    UPDATE messages m SET attempts = m.attempts + 1, next_attempt_at = ${parameter('leaseEnd', 'timestamptz')},
      failure = NULL
    FROM (SELECT * FROM due WHERE failure IS NULL ORDER BY place LIMIT ${parameter('most', 'int')}) due
    WHERE m.id = due.id
    RETURNING m.*, due.secret_id, due.expires_at, due.last_failure
  )
  SELECT * FROM given_up UNION ALL SELECT * FROM taken`,
);

/** The messages that no process has in hand: what a crash left behind, and what failed a while ago. */
export class DueMessageRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Takes up to `most` messages up, and ends those that are not worth sending: their code has expired, was used, guessed
   * away or replaced, or a newer message to the number has overtaken them. Messages that another process has locked are
   * skipped, so no process waits for another.
   */
  async take(now: Date, most: number, maxGuesses: number): Promise<DueMessages> {
    const rows = await takeDue.run(this.#db, { now, leaseEnd: leaseEnd(now), maxGuesses, most });
    return {
      taken: rows.filter(({ status }) => status === 'queued').map(readMessage),
      givenUp: rows.filter(({ status }) => status === 'failed').map(readGivenUp),
    };
  }

  /** How many messages are not sent yet, up to `most`: those that are due longest first. It reads an index of what is queued. */
  async backlog(now: Date, most: number): Promise<Backlog> {
    const { nextAttemptAt: at, status } = messageTable;
    const queued = this.#db
      .select({ at })
      .from(messageTable)
      .where(eq(status, 'queued'))
      .orderBy(at)
      .limit(most)
      .as('q');
    const isDue = sql`${queued.at} <= ${instant(now)}`;
    const [row] = await this.#db
      .select({
        due: sql<number>`count(*) FILTER (WHERE ${isDue})::int`,
        waiting: sql<number>`count(*) FILTER (WHERE NOT ${isDue})::int`,
        oldestDue: sql<string | null>`min(${queued.at}) FILTER (WHERE ${isDue})`,
      })
      .from(queued);
    const { due = 0, waiting = 0, oldestDue = null } = row ?? {};
    return { due, waiting, oldestDue: oldestDue === null ? null : new Date(oldestDue) };
  }
}

export interface Backlog {
  /** No process has them in hand. */
  readonly due: number;
  /** In hand, or waiting for another attempt. */
  readonly waiting: number;
  /** Since when the first of the due ones is due. */
  readonly oldestDue: Date | null;
}

interface DueRow extends Record<string, unknown> {
  id: string;
  phone_number: string;
  purpose: ChallengePurpose;
  challenge_id: string;
  notice: NoticeKind | null;
  notice_details: Record<string, unknown> | null;
  channel: Channel;
  country: string | null;
  provider: ProviderName | null;
  ruled_out: ProviderName[];
  route: ProviderName[] | null;
  locale: string;
  status: string;
  attempts: number;
  failure: string | null;
  created_at: string;
  secret_id: string;
  expires_at: string;
  last_failure: MessageFailure | null;
}

function readMessage(row: DueRow): DueMessage {
  const createdAt = new Date(row.created_at);
  const about =
    row.notice === null
      ? {
          purpose: row.purpose,
          challengeId: row.challenge_id,
          secretId: row.secret_id,
          expiresAt: new Date(row.expires_at),
        }
      : { notice: row.notice, details: row.notice_details ?? {}, expiresAt: noticeEnd(createdAt) };
  return {
    ...about,
    id: row.id,
    destination: row.phone_number,
    locale: row.locale,
    attempts: row.attempts,
    createdAt,
    channel: row.channel,
    country: row.country,
    provider: row.provider,
    ruledOut: row.ruled_out,
    route: row.route,
    lastFailure: row.last_failure,
  };
}

function readGivenUp(row: DueRow): GivenUpMessage {
  const { id, phone_number: destination, attempts, channel, country, provider, failure } = row;
  return { id, destination, attempts, channel, country, provider, failure: failure ?? 'expired' };
}
