import { lt, type SQL, sql } from 'drizzle-orm';
import { type Database, instant } from '../database/database.js';
import { parameter, Statement } from '../database/statement.js';
import { removeOver } from '../database/remove-over.js';
import { addSeconds } from '../platform/clock.js';
import { type CountedEvent, counted, type KeptCounter, memoryOf, NOTHING } from './proof-counter.js';
import { PUMPING } from './pumping-parameters.js';
import { proofCounterTable } from './proof-counter.table.js';

/** Seconds after which a counter without news is as good as none: 90 days. */
const KEPT = 90 * 86_400;

function isOneOf(keys: readonly string[]): SQL {
  return sql`${proofCounterTable.key} = ANY(${sql.param(keys)}::text[])`;
}

function keptCounters(rows: readonly (typeof proofCounterTable.$inferSelect)[]): Map<string, KeptCounter> {
  return new Map(rows.map(({ key, sendWindow: window, ...counter }) => [key, { ...counter, window }]));
}

/** A counter as the statements below read it. */
function toRow(key: string, { at, halfLife, window, sent, proved, pending, score }: KeptCounter) {
  return { key, at, half_life: halfLife, send_window: window, sent, proved, pending, score };
}

const ROWS = sql`jsonb_to_recordset(${parameter('rows', 'jsonb')}) AS r (key text, at timestamptz, half_life int,
    send_window int, sent float8, proved float8, pending float8, score float8)`;

/** Raw, as the one below: the query builder has no rows that come as one parameter. */
const addMissing = new Statement<never, { rows: object }>(
  'pumping: add counters',
  sql`
    INSERT INTO proof_counters (key, at, half_life, send_window, sent, proved, pending, score)
    SELECT r.key, r.at, r.half_life, r.send_window, r.sent, r.proved, r.pending, r.score FROM ${ROWS} ORDER BY r.key
    ON CONFLICT (key) DO NOTHING`,
);

const write = new Statement<never, { rows: object }>(
  'pumping: write counters',
  sql`
    UPDATE proof_counters c SET at = r.at, half_life = r.half_life, send_window = r.send_window, sent = r.sent,
      proved = r.proved, pending = r.pending, score = r.score
    FROM ${ROWS} WHERE c.key = r.key`,
);

export class ProofCounterRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async find(keys: readonly string[]): Promise<Map<string, KeptCounter>> {
    return keptCounters(await this.#db.select().from(proofCounterTable).where(isOneOf(keys)));
  }

  /**
   * Counts events, and returns their counters and those of the keys `around` as they are afterwards. All transactions that
   * count lock the rows in the order of their keys, the missing ones first, so that no two wait for each other.
   */
  async count(events: readonly CountedEvent[], around: readonly string[]): Promise<Map<string, KeptCounter>> {
    const touched = new Set(events.flatMap((event) => event.keys));
    const at = new Date(Math.min(...events.map((event) => event.at.getTime())));
    const rows = [...touched].map((key) => toRow(key, { ...NOTHING, ...memoryOf(key), at }));
    const keys = [...new Set([...touched, ...around])];
    return this.#db.transaction(async (transaction) => {
      await addMissing.run(transaction, { rows });
      const locked = transaction.select().from(proofCounterTable).where(isOneOf(keys));
      const counters = keptCounters(await locked.orderBy(proofCounterTable.key).for('update'));
      for (const event of events) {
        for (const key of event.keys) counters.set(key, counted(key, counters.get(key), event));
      }
      const changed = [...counters].filter(([key]) => touched.has(key));
      await write.run(transaction, { rows: changed.map(([key, counter]) => toRow(key, counter)) });
      return counters;
    });
  }

  /** Ranges with unproved sends whose last one has had time to be proved, as far as they were not reviewed before. */
  async dueForReview(now: Date, most: number): Promise<string[]> {
    const { reviewAfter, reviewUntil, leastScore } = PUMPING;
    const rows = await this.#db.execute<{ key: string }>(sql`
      SELECT key FROM proof_counters c
      WHERE key LIKE 'range:%' AND score + pending > 0.5 AND score + pending >= ${leastScore}
        AND at > ${instant(addSeconds(now, -reviewUntil))} AND at <= ${instant(addSeconds(now, -reviewAfter))}
        AND NOT EXISTS (SELECT 1 FROM send_pauses p WHERE p.key = c.key AND p.paused_until > ${instant(now)})
      ORDER BY score + pending DESC LIMIT ${most}`);
    return rows.map(({ key }) => key);
  }

  /** Removes up to `most` counters that nothing was added to for 90 days. */
  removeOver(now: Date, most: number): Promise<number> {
    const over = lt(proofCounterTable.at, addSeconds(now, -KEPT));
    return removeOver(this.#db, { table: proofCounterTable, over, most });
  }
}
