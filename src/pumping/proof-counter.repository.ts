import { type SQL, sql } from 'drizzle-orm';
import { type Database, instant } from '../database/database.js';
import { addSeconds } from '../platform/clock.js';
import { keysOf, type NumberRanges } from './number-ranges.js';
import { DUST, type KeptCounter, MOST_FADING } from './proof-counter.js';
import { PUMPING } from './pumping-parameters.js';

/** Seconds after which a counter that nothing was added to is as good as none. */
const KEPT = 90 * 86_400;

/** A row of proof_counters as JSON. */
export interface CounterRow extends Record<string, unknown> {
  readonly key: string;
  readonly at: string;
  readonly half_life: number;
  readonly send_window: number;
  readonly sent: number;
  readonly proved: number;
  readonly pending: number;
  readonly score: number;
}

export function countersFrom(rows: readonly CounterRow[]): Map<string, KeptCounter> {
  return new Map(
    rows.map(({ key, at, half_life, send_window, ...values }) => {
      return [key, { ...values, at: new Date(at), halfLife: half_life, window: send_window }];
    }),
  );
}

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

/**
 * Counts a send under each of `keys` (a subquery of one array) as `worth` sends (an expression). Where that is 0 the same
 * rows are touched and nothing is added, so that the time taken does not tell whether a number has an account. Rows are
 * locked in the order of their keys.
 */
export function countSend(send: { ranges: NumberRanges; keys: SQL; worth: SQL; now: Date; when: SQL }): SQL {
  const { ranges, keys, worth, now, when } = send;
  const { memory } = PUMPING;
  const rows = keysOf(ranges).map((key) => {
    const { halfLife, window } =
      key === ranges.range ? memory.range : isShare(key) ? memory.share : memory.surroundings;
    return sql`(${key}::text, ${sql.raw(`${halfLife}, ${window}`)})`;
  });
  return sql`
    INSERT INTO proof_counters AS c (key, at, half_life, send_window, sent, proved, pending, score)
    SELECT w.key, ${instant(now)}, w.half_life, w.send_window, one.added, 0, one.added, 0
    FROM (VALUES ${sql.join(rows, sql`, `)}) w (key, half_life, send_window),
      (SELECT ${worth}::float8 AS added) one
    WHERE w.key = ANY((${keys})::text[]) AND ${when} ORDER BY w.key
    ON CONFLICT (key) DO UPDATE SET (at, half_life, send_window, sent, proved, pending, score) = (
      SELECT greatest(c.at, excluded.at), excluded.half_life, excluded.send_window,
        f.sent * (1 - excluded.sent / excluded.send_window) + excluded.sent,
        f.proved * (1 - excluded.sent / excluded.send_window), f.pending + excluded.sent, f.score
      FROM (${faded(sql`c`, now)}) f
    )`;
}

/** Counts a proof of a code that was first sent at `created_at`, for each row of `proofs` (with `counted_under` too). */
export function countProof(proofs: SQL, now: Date): SQL {
  const seconds = sql`extract(epoch FROM ${instant(now)} - p.created_at)::float8`;
  const pending = sql`exp(-least(greatest(0, ${seconds}) / ${constant(PUMPING.proofTime)}, ${constant(MOST_FADING)}))`;
  return sql`
    UPDATE proof_counters AS c SET (at, sent, proved, pending, score) = (
      SELECT greatest(c.at, ${instant(now)}), f.sent, f.proved + 1, greatest(0, f.pending - proof.pending),
        greatest(-greatest(0, f.pending - proof.pending), f.score - (1 - proof.pending) - ${constant(PUMPING.proofWorth)})
      FROM (${faded(sql`c`, now)}) f
    )
    FROM (
      SELECT k.key, ${pending} AS pending FROM ${proofs} p JOIN proof_counters k ON k.key = ANY(p.counted_under)
      ORDER BY k.key FOR UPDATE OF k
    ) proof
    WHERE c.key = proof.key`;
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

function isShare(key: string): boolean {
  return key.startsWith('share');
}

export class ProofCounterRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async find(keys: readonly string[]): Promise<Map<string, KeptCounter>> {
    const rows = await this.#db.execute<CounterRow>(sql`SELECT * FROM proof_counters WHERE key IN ${[...keys]}`);
    return countersFrom(rows);
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
