import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';

/** One unit of one budget: at most `max` units in any `window` seconds. */
export interface Spending {
  /** What is limited, for whom, and the window: budgets of different windows must not share a key. */
  readonly key: string;
  /** An expression of type text that the key ends with, where only the statement knows it. */
  readonly ending?: SQL;
  /** A condition: where it does not hold, the budget must have room and its row is touched, but nothing is spent. */
  readonly when?: SQL;
  /** Seconds. */
  readonly window: number;
  /** At least 1. */
  readonly max: number;
}

/** A window of any length reaches into at most so many slots of a twelfth of it. */
const SLOTS = 13;

const slotLength = (window: number) => Math.ceil(window / (SLOTS - 1));

/**
 * A table expression `(key, has_room, retry_at)`: which budgets have room for a unit, as the statement's snapshot has
 * them, and since when those that have none would have it if nothing else was spent. It locks nothing, so whoever goes
 * on to spend must be ready to get less.
 *
 * A budget counts by slots of a twelfth of its window. All 13 slots that the window touches count in full, so no
 * window, wherever it begins, holds more than `max`; what was spent comes back a slot late at most.
 */
export function room(spendings: readonly Spending[], now: Date): SQL {
  return sql`
    SELECT s.key, coalesce(lately.spent, 0) < s.max AS has_room,
      CASE WHEN lately.spent >= s.max THEN to_timestamp((b.newest + lately.gives) * b.slot_length) END AS retry_at
    FROM ${rows(spendings, now)} LEFT JOIN rate_budgets b ON b.key = s.key
    CROSS JOIN LATERAL (
      SELECT sum(c.spent) FILTER (WHERE b.newest + c.position > s.slot) AS spent,
        -- The oldest slot without which there is room: it is out of the window 13 slots after itself.
        min(c.position) FILTER (WHERE c.later < s.max) AS gives
      FROM (
        SELECT position, spent, sum(spent) OVER (ORDER BY position DESC) - spent AS later
        FROM unnest(b.counts) WITH ORDINALITY AS slot (spent, position)
      ) c
    ) lately`;
}

/**
 * Spends one unit of each budget where `when` holds, and returns the `key` of each that had room. Judged at the locked
 * row: of a hundred at the same moment no more get one than there are. Rows are locked in the order of their keys, so
 * that two who spend the same budgets never wait for each other. Who gets fewer keys than asked for has lost a race, is
 * refused, and gives back what it got.
 */
export function spend(spendings: readonly Spending[], now: Date, when: SQL): SQL {
  // A clock that is behind another process's spends in the newest slot.
  const passed = sql`least(greatest(excluded.newest - b.newest, 0), ${SLOTS})::int`;
  return sql`
    INSERT INTO rate_budgets AS b (key, slot_length, newest, counts, max)
    SELECT s.key, s.slot_length, s.slot, array_fill(0, ARRAY[${SLOTS}::int - 1]) || s.units, s.max
    FROM ${rows(spendings, now)} WHERE ${when} ORDER BY s.key
    ON CONFLICT (key) DO UPDATE SET (newest, counts, max) = (
      SELECT greatest(b.newest, excluded.newest), 
        moved.counts[:${SLOTS}::int - 1] || moved.counts[${SLOTS}::int] + excluded.counts[${SLOTS}::int], excluded.max
      FROM (SELECT b.counts[${passed} + 1:] || array_fill(0, ARRAY[${passed}]) AS counts) moved
    )
    WHERE (SELECT coalesce(sum(spent), 0) FROM unnest(b.counts[${passed} + 1:]) spent) < excluded.max
    RETURNING key`;
}

/** Gives back a unit of each budget that was spent at `spentAt`; what nobody can ask for any more stays as it is. */
export function refund(keys: readonly string[], spentAt: Date): SQL {
  return sql`
    UPDATE rate_budgets AS b
    SET counts = b.counts[:given.position - 1] || b.counts[given.position] - 1 || b.counts[given.position + 1:]
    FROM (
      SELECT key, ${SLOTS}::int - (newest - floor(${spentAt.getTime() / 1000}::float8 / slot_length)::bigint) AS position
      FROM rate_budgets WHERE key IN ${[...keys]} ORDER BY key FOR UPDATE
    ) given
    WHERE b.key = given.key AND b.counts[given.position] > 0`;
}

/** Whether a key that a statement returned is that of a budget. */
export function isKeyOf({ key, ending }: Spending, returned: string): boolean {
  return ending ? returned.startsWith(key) : returned === key;
}

function rows(spendings: readonly Spending[], now: Date): SQL {
  const values = spendings.map(({ key, ending, when, window, max }) => {
    const length = slotLength(window);
    const slot = Math.floor(now.getTime() / 1000 / length);
    const whole = ending ? sql`${key}::text || coalesce(${ending}, '')` : sql`${key}::text`;
    const units = when ? sql`(${when})::int` : sql`1`;
    return sql`(${whole}, ${length}::int, ${slot}::bigint, ${max}::int, ${units})`;
  });
  if (values.length === 0)
    return sql`(SELECT '' AS key, 0 AS slot_length, 0 AS slot, 0 AS max, 0 AS units WHERE false) s`;
  return sql`(VALUES ${sql.join(values, sql`, `)}) s (key, slot_length, slot, max, units)`;
}

export class RateBudgetRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Gives back what somebody spent who then lost a race for another budget. */
  async refund(keys: readonly string[], spentAt: Date): Promise<void> {
    if (keys.length > 0) await this.#db.execute(refund(keys, spentAt));
  }

  /** Removes up to `most` budgets of which nothing counts any more. */
  async removeOver(now: Date, most: number): Promise<number> {
    const removed = await this.#db.execute(sql`
      DELETE FROM rate_budgets WHERE key IN (
        SELECT key FROM rate_budgets WHERE (newest + 13) * slot_length <= ${Math.floor(now.getTime() / 1000)}
        LIMIT ${most} FOR UPDATE SKIP LOCKED
      )`);
    return removed.count;
  }
}
