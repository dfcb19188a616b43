import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { parameter } from '../database/statement.js';
import { latestSlot, SLOTS, type Spending, type SpentSlots, slotLength, slotOf } from './rate-budget.js';
import { removeOver } from '../database/remove-over.js';
import { rateBudgetTable } from './rate-budget.table.js';

/** What a statement spends of a budget. */
export interface Payment extends Spending {
  /** What must fit into the budget: `units` unless given. With 0 units its row is only touched. */
  readonly needs?: number;
}

const SLOT_COUNT = sql.raw(String(SLOTS));
const NEWEST = sql.raw(String(SLOTS - 1));

const payments = parameter('payments', 'jsonb');

/** A clock that is behind another process's spends in the newest slot that counts. */
const passed = sql`least(greatest(excluded.newest - b.newest, 0), ${SLOT_COUNT})::int`;

/** The newest slot that counts (`latestSlot`), and how many slots of the row are later, so that they count as nothing. */
const ahead = sql`(
  SELECT p.latest, p.needs, least(greatest(b.newest - p.latest, 0), ${SLOT_COUNT})::int AS slots
  FROM jsonb_to_recordset(${payments}) AS p (key text, latest bigint, needs int) WHERE p.key = b.key) ahead`;

const counting = sql`b.counts[${passed} + 1:${SLOT_COUNT} - ahead.slots]`;

/**
 * Spends units of the budgets in the parameter `payments`, and returns `key`, `spent` (what counts of it now) and `max` of
 * each that had capacity. Judged at the locked row: of a hundred at the same moment no more get one than there are. Rows are locked in one order (`shared`), so
 * that two who spend the same budgets never wait for each other. The caller sees by the keys whether each budget gave its
 * unit. Raw: the builder has no rows that come as one parameter.
 * @param after a table expression that locks rows before any budget
 */
export function spend(after: SQL = sql`(SELECT 1)`): SQL {
  return sql`
    INSERT INTO rate_budgets AS b (key, slot_length, newest, counts, max)
    SELECT p.key, p.slot_length, p.slot, array_fill(0, ARRAY[${NEWEST}]) || p.units, p.max
    FROM jsonb_to_recordset(${payments})
      AS p (key text, slot_length int, slot bigint, max int, units int, needs int, shared int),
      (SELECT count(*) FROM ${after} a) before
    WHERE p.needs <= p.max
    ORDER BY p.shared, p.key
    ON CONFLICT (key) DO UPDATE SET (newest, counts, max) = (
      SELECT greatest(least(b.newest, moved.latest), excluded.newest),
        moved.counts[:${NEWEST}] || moved.counts[${SLOT_COUNT}] + excluded.counts[${SLOT_COUNT}], excluded.max
      FROM (
        SELECT array_fill(0, ARRAY[ahead.slots]) || ${counting} || array_fill(0, ARRAY[${passed}]) AS counts, ahead.latest
        FROM ${ahead}
      ) moved
    )
    WHERE (SELECT ahead.needs + (SELECT coalesce(sum(spent), 0) FROM unnest(${counting}) spent) FROM ${ahead})
      <= excluded.max
    RETURNING key, max, (SELECT sum(spent)::int FROM unnest(counts) spent) AS spent`;
}

/** By how many a budget is shared: those of one number come first. */
const SHARED = [
  ...['number', 'address', 'devices', 'account', 'network', 'wide-network', 'range', 'country', 'domain'],
  ...['notices', 'all', 'emails', 'money'],
];

/**
 * Who waits for a locked row holds the rows that were locked before it. So those that all clients share are locked last: a
 * number whose row is locked holds up no other.
 */
export function rankOf(key: string): number {
  return SHARED.indexOf(key.split(':')[1] ?? '');
}

/** The value of the parameter of `spend`. */
export function paymentValues(payments: readonly Payment[], now: Date) {
  return payments.map(({ key, window, max, units = 1, needs = units }) => {
    return {
      key,
      slot_length: slotLength(window),
      slot: slotOf(window, now),
      latest: latestSlot(window, now),
      max,
      units,
      needs,
      shared: rankOf(key),
    };
  });
}

/** A row of rate_budgets as JSON. */
export interface SpentRow {
  readonly key: string;
  readonly slot_length: number;
  readonly newest: number;
  readonly counts: readonly number[];
}

/** A subquery: a JSON array of the rows (`SpentRow`) of those of `keys` (an array of text) of which something was spent. */
export function spentRows(keys: SQL): SQL {
  return sql`(
    SELECT coalesce(jsonb_agg(jsonb_build_object('key', b.key, 'slot_length', b.slot_length, 'newest', b.newest,
      'counts', b.counts)), '[]')
    FROM rate_budgets b WHERE b.key = ANY(${keys}))`;
}

export function readSpent(rows: readonly SpentRow[]): Map<string, SpentSlots> {
  return new Map(
    rows.map(({ key, slot_length, newest, counts }) => [key, { slotLength: slot_length, newest, counts }]),
  );
}

export class RateBudgetRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** What was spent of each of `keys`, as far as anything was. */
  async find(keys: readonly string[]): Promise<Map<string, SpentSlots>> {
    const { key, slotLength, newest, counts } = rateBudgetTable;
    const rows = await this.#db
      .select({ key, slotLength, newest, counts: sql<number[]>`to_jsonb(${counts})` })
      .from(rateBudgetTable)
      .where(sql`${key} = ANY(${sql.param(keys)}::text[])`);
    return new Map(rows.map((row) => [row.key, row]));
  }

  /** Removes up to `most` budgets of which nothing counts any more. */
  removeOver(now: Date, most: number): Promise<number> {
    const { newest, slotLength } = rateBudgetTable;
    // The expression of the index `rate_budgets_over`.
    const end = sql`((${newest} + 13) * ${slotLength})`;
    const over = sql`${end} <= ${Math.floor(now.getTime() / 1000)}`;
    return removeOver(this.#db, { table: rateBudgetTable, over, oldestBy: end, most });
  }
}
