import { getTableColumns, lt, type SQL, sql } from 'drizzle-orm';
import { type Database, instant } from '../database/database.js';
import { isUndone } from '../database/database-errors.js';
import { parameter, Statement } from '../database/statement.js';
import { removeOver } from '../database/remove-over.js';
import { addSeconds } from '../platform/clock.js';
import { type CountedEvent, counted, emptyCounter, type KeptCounter } from './proof-counter.js';
import { holds } from './send-pause.repository.js';
import { PUMPING } from './pumping-parameters.js';
import { proofCounterTable } from './proof-counter.table.js';

/** Seconds after which a counter without news is as good as none: 90 days. */
const KEPT = 90 * 86_400;

function isOneOf(keys: readonly string[]): SQL {
  return sql`${proofCounterTable.key} = ANY(${sql.param(keys)}::text[])`;
}

/** A counter as it was read. Each write gives the row another version. */
interface ReadCounter {
  readonly counter: KeptCounter;
  readonly version: string;
}

/** A counter as the statement below reads it. */
function toRow(key: string, { at, halfLife, window, ...values }: KeptCounter) {
  return { key, at, half_life: halfLife, send_window: window, ...values };
}

/**
 * Writes counters, and returns the `key` of each that was written. A counter that another process has written since it was
 * read stays as it is. Rows are locked in the order of their keys. Raw: the query builder has no rows that come as one
 * parameter.
 */
const write = new Statement<{ key: string }, { rows: object }>(
  'pumping: write counters',
  sql`
    INSERT INTO proof_counters AS c (key, at, half_life, send_window, sent, proved, pending, score, lives, since)
    SELECT r.key, r.at, r.half_life, r.send_window, r.sent, r.proved, r.pending, r.score, r.lives, r.since
    FROM jsonb_to_recordset(${parameter('rows', 'jsonb')}) AS r (key text, at timestamptz, half_life int,
      send_window int, sent float8, proved float8, pending float8, score float8, lives float8, since timestamptz)
    ORDER BY r.key
    ON CONFLICT (key) DO UPDATE SET (at, half_life, send_window, sent, proved, pending, score, lives, since) = (
      excluded.at, excluded.half_life, excluded.send_window, excluded.sent, excluded.proved, excluded.pending,
      excluded.score, excluded.lives, excluded.since)
    WHERE c.xmin::text = (
      SELECT v.version FROM jsonb_to_recordset(${parameter('rows', 'jsonb')}) AS v (key text, version text)
      WHERE v.key = c.key)
    RETURNING key`,
);

/** How often a counter is tried that other processes write at the same moment. One of them gets through each time. */
const MOST_ROUNDS = 100;

/** The events of each key, in their order. */
function byKey(events: readonly CountedEvent[]): Map<string, CountedEvent[]> {
  const found = new Map<string, CountedEvent[]>();
  for (const event of events) {
    for (const key of event.keys) {
      const own = found.get(key);
      if (own) own.push(event);
      else found.set(key, [event]);
    }
  }
  return found;
}

function countedAll(key: string, before: KeptCounter | undefined, events: readonly CountedEvent[]): KeptCounter {
  const start = before ?? emptyCounter(key, events[0]?.at ?? new Date(0));
  return events.reduce((counter, event) => counted(key, counter, event), start);
}

export class ProofCounterRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async find(keys: readonly string[]): Promise<Map<string, KeptCounter>> {
    const read = await this.#read(keys);
    return new Map([...read].map(([key, { counter }]) => [key, counter]));
  }

  /**
   * Counts events, and returns their counters and those of the keys `around` as they are afterwards. Nothing is locked
   * between reading and writing: a counter that another process wrote meanwhile is read and counted once more. So a
   * process that stands still is in the way of no other one, and a lost connection leaves each counter as it was or
   * counted.
   */
  async count(events: readonly CountedEvent[], around: readonly string[]): Promise<Map<string, KeptCounter>> {
    const known = new Map<string, KeptCounter>();
    const eventsOf = byKey(events);
    let left = new Set(eventsOf.keys());
    let wanted = new Set([...left, ...around]);
    for (let round = 1; wanted.size > 0; round += 1) {
      if (round > MOST_ROUNDS) throw new Error('Other processes always wrote the counters first.');
      const read = await this.#read([...wanted]);
      for (const [key, { counter }] of read) known.set(key, counter);
      const rows = [...left].map((key) => {
        const before = read.get(key);
        const counter = countedAll(key, before?.counter, eventsOf.get(key) ?? []);
        known.set(key, counter);
        return { ...toRow(key, counter), version: before?.version ?? null };
      });
      if (rows.length === 0) break;
      const written = await this.#write(rows);
      left = new Set([...left].filter((key) => !written.has(key)));
      wanted = left;
    }
    return known;
  }

  /** The keys that were written: none where PostgreSQL has undone the statement for a conflict. */
  async #write(rows: readonly object[]): Promise<Set<string>> {
    try {
      return new Set((await write.run(this.#db, { rows })).map(({ key }) => key));
    } catch (error) {
      if (isUndone(error)) return new Set();
      throw error;
    }
  }

  async #read(keys: readonly string[]): Promise<Map<string, ReadCounter>> {
    const version = sql<string>`xmin::text`;
    const rows = await this.#db
      .select({ ...getTableColumns(proofCounterTable), version })
      .from(proofCounterTable)
      .where(isOneOf(keys));
    return new Map(
      rows.map(({ key, sendWindow: window, version, ...counter }) => [
        key,
        { version, counter: { ...counter, window } satisfies KeptCounter },
      ]),
    );
  }

  /** Ranges with unproved sends whose last one has had time to be proved, as far as they were not reviewed before. */
  async dueForReview(now: Date, most: number): Promise<string[]> {
    const { reviewAfter, reviewUntil, leastScore } = PUMPING;
    const rows = await this.#db.execute<{ key: string }>(sql`
      SELECT key FROM proof_counters c
      WHERE key LIKE 'range:%' AND score + pending > 0.5 AND score + pending >= ${leastScore}
        AND at > ${instant(addSeconds(now, -reviewUntil))} AND at <= ${instant(addSeconds(now, -reviewAfter))}
        AND NOT EXISTS (SELECT 1 FROM send_pauses p WHERE p.key = c.key AND ${holds(sql`p`, instant(now))})
      ORDER BY score + pending DESC LIMIT ${most}`);
    return rows.map(({ key }) => key);
  }

  /** Removes up to `most` counters that nothing was added to for 90 days. */
  removeOver(now: Date, most: number): Promise<number> {
    const { at } = proofCounterTable;
    const over = lt(at, addSeconds(now, -KEPT));
    return removeOver(this.#db, { table: proofCounterTable, over, oldestBy: at, most });
  }
}
