import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { parameter, Statement } from '../database/statement.js';
import { SLOTS, type SpentSlots } from './rate-budget.js';
import { type Payment, paymentValues, rankOf } from './rate-budget.repository.js';

const SLOT_COUNT = sql.raw(String(SLOTS));
const NEWEST = sql.raw(String(SLOTS - 1));
/** Ahead, a lease takes no more than one part in so many of what is left: the last units must not all be in one process. */
const PART_OF_THE_REST = sql.raw('4');

/** A part to take: `units` at most and `needs` at least. */
export interface Wish extends Payment {
  /** What requests wait for, as far as that is known. */
  readonly wanted: number;
}

/** A budget after a process has asked for a part of it. */
export interface LeasedPart {
  readonly key: string;
  /** What the process got, and may spend; 0: the budget has no capacity. */
  readonly units: number;
  /** The row, with these units spent. */
  readonly spent: SpentSlots;
}

/** Units that a process did not spend. */
export interface UnspentPart {
  readonly key: string;
  /** Number of the slot that they were taken from. */
  readonly slot: number;
  readonly units: number;
}

const zeros = (count: SQL) => sql`array_fill(0, ARRAY[${count}])`;

/**
 * Takes units of the budgets in the parameter `leases`: up to `units`, at least `needs`, or none. Of the last ones, it takes
 * ahead no more than a quarter beyond `wanted`. They count as spent from
 * now on. Rows are locked in the same order as by `spend`. A row that does not exist yet is made, and has units for the
 * next statement only. Raw: the builder has no rows that come as one parameter.
 */
const lease = new Statement<LeasedRow, { leases: object }>(
  'budgets: lease',
  sql`
    WITH asked AS (SELECT * FROM jsonb_to_recordset(${parameter('leases', 'jsonb')})
      AS p (key text, slot_length int, slot bigint, latest bigint, max int, units int, needs int, wanted int, shared int)),
    made AS (
      INSERT INTO rate_budgets (key, slot_length, newest, counts, max)
      SELECT key, slot_length, slot, ${zeros(sql`${SLOT_COUNT}`)}, max FROM asked ORDER BY shared, key
      ON CONFLICT (key) DO NOTHING
    ),
    locked AS (
      SELECT b.key, b.counts, b.newest, p.latest, p.slot, p.max, p.units, p.needs, p.wanted,
        least(greatest(p.slot - b.newest, 0), ${SLOT_COUNT})::int AS passed,
        least(greatest(b.newest - p.latest, 0), ${SLOT_COUNT})::int AS ahead
      FROM asked p JOIN rate_budgets b USING (key) ORDER BY p.shared, p.key FOR UPDATE OF b
    ),
    moved AS (
      SELECT key, max, units, needs, wanted, greatest(least(newest, latest), slot) AS newest,
        ${zeros(sql`ahead`)} || counts[passed + 1:${SLOT_COUNT} - ahead] || ${zeros(sql`passed`)} AS counts
      FROM locked
    ),
    judged AS (SELECT m.*, m.max - (SELECT sum(spent) FROM unnest(m.counts) spent)::int AS rest FROM moved m),
    taken AS (
      SELECT *, CASE WHEN rest < needs THEN 0
        ELSE least(units, rest, greatest(wanted, rest / ${PART_OF_THE_REST})) END AS taken
      FROM judged
    ),
    spent AS (
      UPDATE rate_budgets b
      SET newest = t.newest, counts = t.counts[:${NEWEST}] || t.counts[${SLOT_COUNT}] + t.taken, max = t.max
      FROM taken t WHERE b.key = t.key AND t.taken > 0
    )
    SELECT key, taken, newest, slot_length,
      to_jsonb(t.counts[:${NEWEST}] || t.counts[${SLOT_COUNT}] + t.taken) AS counts
    FROM taken t JOIN asked USING (key)`,
);

interface LeasedRow {
  readonly key: string;
  readonly taken: number;
  readonly newest: string;
  readonly slot_length: number;
  readonly counts: number[];
}

/** Gives units back to the slots that they were taken from, as far as these still count. Raw: as above. */
const giveBack = new Statement<object, { parts: object }>(
  'budgets: give back',
  sql`
    WITH locked AS (
      SELECT b.key, b.counts, ${SLOT_COUNT} - (b.newest - p.slot)::int AS place, p.units
      FROM jsonb_to_recordset(${parameter('parts', 'jsonb')}) AS p (key text, slot bigint, units int, shared int)
      JOIN rate_budgets b USING (key) ORDER BY p.shared, p.key FOR UPDATE OF b
    )
    UPDATE rate_budgets b
    SET counts = l.counts[:l.place - 1] || greatest(0, l.counts[l.place] - l.units) || l.counts[l.place + 1:]
    FROM locked l WHERE b.key = l.key AND l.place BETWEEN 1 AND ${SLOT_COUNT}`,
);

/** What processes take of budgets ahead of spending it. */
export class LeaseRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async take(wishes: readonly Wish[], now: Date): Promise<LeasedPart[]> {
    const values = paymentValues(wishes, now).map((value, index) => ({ ...value, wanted: wishes[index]?.wanted ?? 0 }));
    const rows = await lease.run(this.#db, { leases: values });
    return rows.map(({ key, taken: units, newest, slot_length: slotLength, counts }) => {
      return { key, units, spent: { slotLength, newest: Number(newest), counts } };
    });
  }

  /** A key stands in `parts` once. */
  async giveBack(parts: readonly UnspentPart[]): Promise<void> {
    await giveBack.run(this.#db, { parts: parts.map((part) => ({ ...part, shared: rankOf(part.key) })) });
  }
}
