import { and, lt, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../audit/origin.js';
import { actorValues, recordAct, recordEvent } from '../audit/record-event.js';
import { type Database, instant } from '../database/database.js';
import { parameter, Statement } from '../database/statement.js';
import { writtenAhead } from '../database/written-ahead.js';
import { removeOver } from '../database/remove-over.js';
import { addSeconds } from '../platform/clock.js';
import { type NumberRanges, pauseLevels } from './number-ranges.js';
import { PUMPING } from './pumping-parameters.js';
import { type PauseEvidence, sendPauseTable } from './send-pause.table.js';

/** An event that belongs to no session. */
const NO_SESSION = sql`SELECT NULL::uuid AS id, NULL::uuid AS user_id FROM`;

export interface Pause {
  readonly key: string;
  readonly pausedAt: Date;
  readonly pausedUntil: Date;
  /** How many there were before. */
  readonly strikes: number;
  /** Null: not noted. */
  readonly evidence: PauseEvidence | null;
}

export interface NewPause {
  readonly ranges: NumberRanges;
  readonly level: (typeof pauseLevels)[number];
  /** Seconds that a first pause lasts. */
  readonly first: number;
  readonly now: Date;
  readonly evidence: PauseEvidence;
}

/** A condition: whether a pause (a row of that name) holds at `now`. */
export function holds(pause: SQL, now: SQL): SQL {
  return sql`(${pause}.paused_until > ${now} AND NOT ${writtenAhead(sql`${pause}.paused_at`, now)})`;
}

/** A condition: whether a number of these ranges may have been sent nothing at `since` or later, if it was unknown. */
export function pausedSince(ranges: NumberRanges, since: Date): SQL {
  const keys = pauseLevels.map((level) => ranges[level]);
  return sql`EXISTS (SELECT 1 FROM send_pauses WHERE key IN ${keys} AND paused_until >= ${instant(since)})`;
}

const given = { key: parameter('key', 'text'), now: parameter('now', 'timestamptz') };

/** Raw: the event is written together with what it tells of. */
const lift = new Statement<{ key: string }, { key: string; now: Date }>(
  'pauses: lift',
  sql`
    WITH pause AS (
      UPDATE send_pauses SET paused_until = ${given.now} WHERE key = ${given.key} AND paused_until > ${given.now} RETURNING key
    ),
    event AS (${recordEvent(
      { kind: 'pause_lifted', by: 'SERVICE', details: sql`(SELECT jsonb_build_object('paused', key) FROM pause)` },
      sql`(${NO_SESSION} pause)`,
    )})
    SELECT key FROM pause`,
);

/** The same, with the counters. */
const liftFor = new Statement<PauseRow, { key: string; now: Date } & ReturnType<typeof actorValues>>(
  'pauses: lift for an operator',
  sql`
    WITH pause AS (
      UPDATE send_pauses SET paused_until = ${given.now}, strikes = -1
      WHERE key = ${given.key} AND paused_until > ${given.now} RETURNING *
    ),
    forgotten AS (
      UPDATE proof_counters c SET sent = 0, proved = 0, pending = 0, score = 0 FROM pause WHERE c.key = pause.key
    ),
    event AS (${recordAct(
      { kind: 'pause_lifted', details: sql`(SELECT jsonb_build_object('paused', key) FROM pause)` },
      sql`(SELECT NULL::uuid AS id FROM pause)`,
    )})
    SELECT * FROM pause`,
);

export class SendPauseRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Pauses something, writes it into the audit trail and adjusts the counters: one statement, so that of two processes
   * that see the same evidence one does all of it; null for the other. What was pumped must not teach what honest people
   * verify, so it is taken out of the shares. It keeps a part of its score: what comes after the pause decides.
   */
  async pause({ ranges, level, first, now, evidence }: NewPause): Promise<Pause | null> {
    const key = ranges[level];
    const shares = [ranges.countryShare, ranges.share];
    const suspicion = (column: SQL) => sql`${column} * ${PUMPING.keptScore}::float8`;
    const [row] = await this.#db.execute<PauseRow>(sql`
      WITH pause AS (${insertPause({ key, first, now, evidence })}),
      counted AS (
        SELECT key, sent, proved FROM proof_counters WHERE key IN ${[key, ...shares]} AND EXISTS (SELECT 1 FROM pause)
        ORDER BY key FOR UPDATE
      ),
      adjusted AS (
        UPDATE proof_counters c SET
          sent = CASE WHEN c.key = ${key} THEN c.sent ELSE greatest(0, c.sent - paused.sent) END,
          proved = CASE WHEN c.key = ${key} THEN c.proved ELSE greatest(0, c.proved - paused.proved) END,
          pending = CASE WHEN c.key = ${key} THEN ${suspicion(sql`c.pending`)} ELSE c.pending END,
          score = CASE WHEN c.key = ${key} THEN ${suspicion(sql`c.score`)} ELSE c.score END
        FROM counted, (SELECT sent, proved FROM counted WHERE key = ${key}) paused
        WHERE c.key = counted.key
      ),
      event AS (${recordEvent(
        {
          ...{ kind: 'sends_paused', at: instant(now), by: 'SERVICE' },
          details: sql`(
          SELECT evidence || jsonb_build_object('paused', key, 'until', paused_until,
            'strikes', strikes) FROM pause)`,
        },
        sql`(${NO_SESSION} pause)`,
      )})
      SELECT * FROM pause`);
    return row ? readPause(row) : null;
  }

  /** Ends a pause that verified codes speak against, and says whether there was one. */
  async lift(key: string, now: Date): Promise<boolean> {
    const [row] = await lift.run(this.#db, { key, now });
    return row !== undefined;
  }

  /** The same by the word of an operator, which also wipes out what spoke for it. Null: there is no such pause. */
  async liftFor(actor: Actor, key: string, now: Date): Promise<Pause | null> {
    const [row] = await liftFor.run(this.#db, { key, now, ...actorValues(actor) });
    return row ? readPause(row) : null;
  }

  /** Which of the keys are paused. */
  async active(keys: readonly string[], now: Date): Promise<string[]> {
    const { key } = sendPauseTable;
    const rows = await this.#db
      .select({ key })
      .from(sendPauseTable)
      .where(and(sql`${key} = ANY(${sql.param(keys)}::text[])`, holds(sql`send_pauses`, instant(now))));
    return rows.map((row) => row.key);
  }

  /** Every pause that holds, the longest first. */
  async list(now: Date): Promise<Pause[]> {
    const rows = await this.#db.execute<PauseRow>(sql`
      SELECT * FROM send_pauses WHERE ${holds(sql`send_pauses`, instant(now))} ORDER BY paused_until DESC, key`);
    return rows.map(readPause);
  }

  /** Removes up to `most` pauses that are over for so long that they no longer make the next one longer. */
  removeOver(now: Date, most: number): Promise<number> {
    const { pausedUntil } = sendPauseTable;
    const over = lt(pausedUntil, addSeconds(now, -PUMPING.pauseMemory));
    return removeOver(this.#db, { table: sendPauseTable, over, oldestBy: pausedUntil, most });
  }
}

interface PauseRow extends Record<string, unknown> {
  key: string;
  paused_at: string;
  paused_until: string;
  strikes: number;
  evidence: PauseEvidence | null;
}

function readPause({ key, paused_at, paused_until, strikes, evidence }: PauseRow): Pause {
  return { key, pausedAt: new Date(paused_at), pausedUntil: new Date(paused_until), strikes, evidence };
}

/** Twice as long as the one before, if that was lately; no row where it is paused already. */
function insertPause({
  key,
  first,
  now,
  evidence,
}: Pick<NewPause, 'first' | 'now' | 'evidence'> & { key: string }): SQL {
  const { longestPause, pauseMemory } = PUMPING;
  const seconds = (count: SQL | number) => sql`make_interval(secs => ${count})`;
  return sql`
    INSERT INTO send_pauses AS p (key, paused_at, paused_until, strikes, evidence)
    VALUES (${key}, ${instant(now)}, ${instant(now)} + ${seconds(first)}, 0, ${JSON.stringify(evidence)}::jsonb)
    ON CONFLICT (key) DO UPDATE SET (paused_at, paused_until, strikes, evidence) = (
      SELECT excluded.paused_at,
        excluded.paused_at + ${seconds(sql`least(${longestPause}::float8, ${first}::float8 * power(2, s.strikes))`)},
        s.strikes, excluded.evidence
      FROM (
        SELECT CASE WHEN p.paused_until > excluded.paused_at - ${seconds(pauseMemory)}
          THEN least(p.strikes + 1, 30) ELSE 0 END AS strikes
      ) s
    )
    WHERE NOT ${holds(sql`p`, sql`excluded.paused_at`)}
    RETURNING key, paused_at, paused_until, strikes, evidence`;
}
