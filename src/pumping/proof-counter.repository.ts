import { type SQL, sql } from 'drizzle-orm';
import { type Database, instant } from '../database/database.js';
import { parameter, Statement } from '../database/statement.js';
import { addSeconds } from '../platform/clock.js';
import { keysOf, type NumberRanges } from './number-ranges.js';
import { type CountedEvent, counted, DUST, type KeptCounter, memoryOf, MOST_FADING, NOTHING } from './proof-counter.js';
import { proofCounterTable } from './proof-counter.table.js';
import { PUMPING } from './pumping-parameters.js';

/** Seconds after which a counter that nothing was added to is as good as none. */
const KEPT = 90 * 86_400;

/**
 * A subquery: an array of the keys that a send counts under. Only the first sends to a range that has not proved enough
 * tell about its surroundings. `counters` is a table expression of `fadedCounters`.
 */
export function countedKeys(ranges: NumberRanges, counters: SQL): SQL {
  const { range, countryShare, share } = ranges;
  const others = keysOf(ranges).filter((key) => ![range, countryShare, share].includes(key));
  return sql`
    SELECT ARRAY[${range}, ${countryShare}, ${share}]::text[] || CASE WHEN EXISTS (
      SELECT 1 FROM ${counters} f
      WHERE f.key = ${range} AND (f.sent >= ${constant(PUMPING.firstSends)} OR (${standing(sql`f`)}))
    ) THEN '{}'::text[] ELSE ARRAY[${sql.join(
      others.map((key) => sql`${key}`),
      sql`, `,
    )}]::text[] END`;
}

/** A subquery: those of the counters as they are now, by the statement's snapshot. */
export function fadedCounters(keys: readonly string[], now: Date): SQL {
  return sql`
    SELECT c.key, f.* FROM proof_counters c CROSS JOIN LATERAL (${faded(sql`c`, now)}) f WHERE c.key IN ${[...keys]}`;
}

/** Whether enough of a counter was proved that it is judged by itself: `stands` in proof-counter.ts. */
export function standing(counter: SQL): SQL {
  return sql`${counter}.proved >= ${constant(PUMPING.standingProofs)}
    AND ${counter}.proved >= ${constant(PUMPING.standingShare)} * greatest(0, ${counter}.sent - ${counter}.pending)`;
}

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

/** What is left of a counter: the same as `faded` in proof-counter.ts. */
function faded(c: SQL, now: Date): SQL {
  const [dust, most] = [constant(DUST), constant(MOST_FADING)];
  const left = (column: SQL, part: SQL) =>
    sql`CASE WHEN abs(${c}.${column}) < ${dust} THEN 0 ELSE ${c}.${column} * ${part} END`;
  const half = (halfLife: SQL) => sql`power(2::float8, -least(a.age / ${halfLife}, ${most}))`;
  const kept = half(sql`${c}.half_life`);
  return sql`
    SELECT ${left(sql`sent`, kept)} AS sent, ${left(sql`proved`, kept)} AS proved, p.pending,
      ${left(sql`score`, half(constant(PUMPING.scoreHalfLife)))} + ${c}.pending - p.pending AS score
    FROM (SELECT greatest(0, extract(epoch FROM ${instant(now)} - ${c}.at)::float8) AS age) a
    CROSS JOIN LATERAL (
      SELECT ${left(sql`pending`, sql`exp(-least(a.age / ${constant(PUMPING.proofTime)}, ${most}))`)} AS pending
    ) p`;
}

/** A number of the rule as part of the statement's text: it is the same in each. */
function constant(value: number): SQL {
  return sql.raw(`${value}::float8`);
}

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
    const missing = new Map(events.flatMap((event) => event.keys.map((key) => [key, event.at] as const)));
    const rows = [...missing].map(([key, at]) => toRow(key, { ...NOTHING, ...memoryOf(key), at }));
    const keys = [...new Set([...missing.keys(), ...around])];
    return this.#db.transaction(async (transaction) => {
      await addMissing.run(transaction, { rows });
      const locked = transaction.select().from(proofCounterTable).where(isOneOf(keys));
      const counters = keptCounters(await locked.orderBy(proofCounterTable.key).for('update'));
      for (const event of events) {
        for (const key of event.keys) counters.set(key, counted(key, counters.get(key), event));
      }
      const changed = [...counters].filter(([key]) => missing.has(key));
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
  async removeOver(now: Date, most: number): Promise<number> {
    const removed = await this.#db.execute(sql`
      DELETE FROM proof_counters WHERE key IN (
        SELECT key FROM proof_counters WHERE at < ${instant(addSeconds(now, -KEPT))}
        LIMIT ${most} FOR UPDATE SKIP LOCKED
      )`);
    return removed.count;
  }
}
