import { and, count, eq, gt, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../audit/origin.js';
import { actorValues, recordAct, recordEvent } from '../audit/record-event.js';
import { type Database, instant } from '../database/database.js';
import { parameter } from '../database/statement.js';
import { writtenAhead } from '../database/written-ahead.js';
import { removeOver } from '../database/remove-over.js';
import { addSeconds } from '../platform/clock.js';
import { type NumberRanges, pauseLevels } from './number-ranges.js';
import { proofCounterTable } from './proof-counter.table.js';
import { PUMPING } from './pumping-parameters.js';
import { type PauseEvidence, sendPauseTable } from './send-pause.table.js';
import { onFirstUse } from '../database/on-first-use.js';

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

export class SendPauseRepository {
  readonly #db: Database;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database) {
    this.#db = db;
    this.#statements = prepareStatements(db);
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
    const [row] = await this.#statements.lift.execute({ key, now });
    return row !== undefined;
  }

  /** The same by the word of an operator, which also wipes out what spoke for it. Null: there is no such pause. */
  async liftFor(actor: Actor, key: string, now: Date): Promise<Pause | null> {
    const [row] = await this.#statements.liftFor.execute({ key, now, ...actorValues(actor) });
    return row ?? null;
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

  /** How many pauses hold, by what is paused and country. */
  countInForce(now: Date): Promise<{ scope: string; country: string; count: number }[]> {
    const { key } = sendPauseTable;
    const part = (place: number) => sql<string>`split_part(${key}, ':', ${sql.raw(String(place))})`;
    return this.#db
      .select({ scope: part(1), country: part(2), count: count() })
      .from(sendPauseTable)
      .where(holds(sql`send_pauses`, instant(now)))
      .groupBy(part(1), part(2));
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

function prepareStatements(db: Database) {
  return onFirstUse({
    lift: () => liftPause(db).prepare('pauses: lift'),
    liftFor: () => liftForOperator(db).prepare('pauses: lift for an operator'),
  });
}

const lifted = sql`(SELECT jsonb_build_object('paused', key) FROM pause)`;

function liftPause(db: Database) {
  const pause = db.$with('pause').as(endPause(db, {}));
  const event = db
    .$with('event', {})
    .as(recordEvent({ kind: 'pause_lifted', by: 'SERVICE', details: lifted }, sql`(${NO_SESSION} pause)`));
  return db.with(pause, event).select({ key: pause.key }).from(pause);
}

function liftForOperator(db: Database) {
  const pause = db.$with('pause').as(endPause(db, { strikes: -1 }));
  const forgotten = db.$with('forgotten').as(
    db
      .update(proofCounterTable)
      .set({ sent: 0, proved: 0, pending: 0, score: 0 })
      .where(inArray(proofCounterTable.key, db.select({ key: pause.key }).from(pause))),
  );
  const event = db
    .$with('event', {})
    .as(recordAct({ kind: 'pause_lifted', details: lifted }, sql`(SELECT NULL::uuid AS id FROM pause)`));
  return db.with(pause, forgotten, event).select().from(pause);
}

function endPause(db: Database, set: { strikes?: number }) {
  const { key, pausedUntil } = sendPauseTable;
  return db
    .update(sendPauseTable)
    .set({ pausedUntil: given.now, ...set })
    .where(and(eq(key, given.key), gt(pausedUntil, given.now)))
    .returning();
}
