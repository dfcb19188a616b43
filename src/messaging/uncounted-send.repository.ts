import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { parameter, Statement } from '../database/statement.js';
import { addSeconds } from '../platform/clock.js';
import { PUMPING } from '../pumping/pumping-parameters.js';

/** A send that the pumping guard has counted, and that is no evidence any more because its text did not arrive. */
export interface UncountedSend {
  readonly countedUnder: readonly string[];
  readonly sentAt: Date;
}

type Row = { readonly counted_under: string[]; readonly created_at: string };

/**
 * Takes the counters from the challenges of messages (`ids`, a subquery), and returns them: however many processes and
 * reports say that a text was lost, one of them gets the row. Raw: a row as it was before the update.
 */
function uncount(ids: SQL): SQL {
  return sql`
    lost AS (
      SELECT c.phone_number, c.purpose, c.counted_under, m.created_at
      FROM messages m JOIN otp_challenges c USING (phone_number, purpose, challenge_id)
      WHERE m.id IN (${ids}) AND c.consumed_at IS NULL AND c.counted_under <> '{}'
      ORDER BY c.phone_number, c.purpose FOR UPDATE OF c
    ),
    uncounted AS (
      UPDATE otp_challenges c SET counted_under = '{}' FROM lost
      WHERE c.phone_number = lost.phone_number AND c.purpose = lost.purpose
    )
    SELECT counted_under, created_at FROM lost`;
}

const one = new Statement<Row, { messageId: string }>(
  'pumping: uncount a lost send',
  sql`WITH ${uncount(sql`SELECT ${parameter('messageId', 'uuid')}`)}`,
);

/** Messages that a provider's habit is judged by, and the part of them that it must have reported. */
const HABIT = { messages: sql.raw('500'), least: sql.raw('20'), share: sql.raw('0.8') };

/**
 * Sends without a report though their provider usually reports. What is usual is read from messages that are a day old, so
 * that an outage does not become usual.
 */
const silent = new Statement<Row, { from: Date; until: Date; yesterday: Date }>(
  'pumping: uncount sends without a report',
  sql`
    WITH past AS (
      SELECT provider, status FROM messages
      WHERE created_at <= ${parameter('yesterday', 'timestamptz')} AND taken_at IS NOT NULL
      ORDER BY created_at DESC LIMIT ${HABIT.messages}
    ),
    reporting AS (
      SELECT provider FROM past GROUP BY provider
      HAVING count(*) >= ${HABIT.least} AND avg((status IN ('delivered', 'failed'))::int) >= ${HABIT.share}
    ),
    ${uncount(sql`
      SELECT id FROM messages JOIN reporting USING (provider)
      WHERE status = 'sent' AND created_at > ${parameter('from', 'timestamptz')}
        AND created_at <= ${parameter('until', 'timestamptz')}`)}`,
);

const DAY = 86_400;

export class UncountedSendRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async lost(messageId: string): Promise<UncountedSend[]> {
    return (await one.run(this.#db, { messageId })).map(readRow);
  }

  /** Those that had time to be reported, not long ago. */
  async unreported(now: Date): Promise<UncountedSend[]> {
    const until = addSeconds(now, -PUMPING.reportedWithin);
    const from = addSeconds(until, -PUMPING.reportedWithin);
    const rows = await silent.run(this.#db, { from, until, yesterday: addSeconds(now, -DAY) });
    return rows.map(readRow);
  }
}

function readRow({ counted_under: countedUnder, created_at }: Row): UncountedSend {
  return { countedUnder, sentAt: new Date(created_at) };
}
