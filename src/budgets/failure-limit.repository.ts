import { and, eq, gt, lt, lte, type SQL, sql, sum } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { removeOver } from '../database/remove-over.js';
import { parameter, Statement } from '../database/statement.js';
import { ALL, CLEAN_BELOW, FAILURE_WINDOW, type FailureBudget, type FailureSlots } from './failure-budgets.js';
import { failureCountTable } from './failure-count.table.js';
import { latestSlot, SLOTS, slotOf } from './rate-budget.js';

/** Why a guess was not even looked at: budgets of failures that have no capacity. */
export interface FailureRefusal {
  /** Null: all of them have capacity. */
  readonly refused_by: readonly { readonly key: string; readonly max: number; readonly slots: FailureSlots }[] | null;
}

/**
 * A table expression `(refused_by)`: one row if any of the budgets has no capacity, none otherwise, and none where `exempt`
 * holds. It reads the statement's snapshot and locks nothing, so right guesses never queue at a row that all clients share.
 * FailureLimitService bounds how many guesses slip through before their failures are counted. The first budget is that of
 * the client's own network: while it has hardly any failure, the others are judged by `clean`.
 */
export function tooManyFailures(exempt: SQL): SQL {
  return sql`
    SELECT jsonb_agg(b) AS refused_by FROM (
      SELECT f.key, failures, slots,
        CASE WHEN first_value(failures) OVER (ORDER BY place) < ${sql.raw(String(CLEAN_BELOW))} THEN clean ELSE f.max END AS max
      FROM jsonb_to_recordset(${parameter('failures', 'jsonb')})
        AS f (place int, key text, max int, clean int, oldest bigint, latest bigint),
        LATERAL (SELECT coalesce(sum(c.failures), 0) AS failures, jsonb_object_agg(slot, c.failures) AS slots
          FROM failure_counts c WHERE c.key = f.key AND slot > oldest AND slot <= latest) counted
    ) b WHERE failures >= max AND NOT ${exempt} HAVING count(*) > 0`;
}

/** The value of the parameter of `tooManyFailures`. */
export function failureValues(budgets: readonly FailureBudget[], now: Date) {
  const window = windowAt(now);
  return {
    failures: budgets.map(({ key, max, cleanMax }, place) => ({ place, key, max, clean: cleanMax, ...window })),
  };
}

/** The slots that count: those before `oldest` are over, and those after `latest` were written by a clock too far ahead. */
function windowAt(now: Date) {
  return { oldest: slotOf(FAILURE_WINDOW, now) - SLOTS, latest: latestSlot(FAILURE_WINDOW, now) };
}

/** One failure, to be counted in the budgets that it was judged by. */
export interface Failure {
  readonly budgets: readonly FailureBudget[];
  readonly now: Date;
}

/**
 * Counts failures. A budget that is full stays as it is: an attack that goes on lets somebody in whenever an old slot leaves
 * the window. Rows are written in one order, the one that all clients share last. Raw: the builder has no rows that come as
 * one parameter.
 */
const countFailures = new Statement<never, { failures: object }>(
  'count failures',
  sql`
    INSERT INTO failure_counts AS c (key, slot, failures)
    SELECT f.key, f.slot, f.failures
    FROM jsonb_to_recordset(${parameter('failures', 'jsonb')})
      AS f (key text, slot bigint, failures int, most int, oldest bigint, latest bigint)
    WHERE f.most > (
      SELECT coalesce(sum(b.failures), 0) FROM failure_counts b WHERE b.key = f.key AND b.slot > f.oldest AND b.slot <= f.latest
    )
    ORDER BY f.key = 'all', f.key, f.slot
    ON CONFLICT (key, slot) DO UPDATE SET failures = c.failures + excluded.failures`,
);

export class FailureLimitRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Counts failures in the budgets that each was judged by. */
  async count(failures: readonly Failure[]): Promise<void> {
    await countFailures.run(this.#db, { failures: addedUp(failures) });
  }

  /** The failures of all clients that count now. */
  async ofAll(now: Date): Promise<number> {
    const { key, slot, failures } = failureCountTable;
    const { oldest, latest } = windowAt(now);
    const [row] = await this.#db
      .select({ counted: sql<number>`coalesce(${sum(failures)}, 0)::int` })
      .from(failureCountTable)
      .where(and(eq(key, ALL), gt(slot, oldest), lte(slot, latest)));
    return row?.counted ?? 0;
  }

  /** Removes up to `most` slots that count no more. */
  removeOver(now: Date, most: number): Promise<number> {
    const { slot } = failureCountTable;
    const over = lt(slot, windowAt(now).oldest - SLOTS);
    return removeOver(this.#db, { table: failureCountTable, over, oldestBy: slot, most });
  }
}

interface CountedFailures {
  readonly key: string;
  readonly slot: number;
  readonly failures: number;
  /** The budget stays as it is from here on. */
  readonly most: number;
}

/** One entry for each budget and slot. */
function addedUp(failures: readonly Failure[]): object[] {
  const sums = new Map<string, CountedFailures & ReturnType<typeof windowAt>>();
  for (const { budgets, now } of failures) {
    const [slot, window] = [slotOf(FAILURE_WINDOW, now), windowAt(now)];
    for (const { key, max, cleanMax } of budgets) {
      const name = `${key} ${slot}`;
      const sum = sums.get(name);
      const most = Math.max(max, cleanMax ?? 0, sum?.most ?? 0);
      sums.set(name, { key, slot, failures: (sum?.failures ?? 0) + 1, most, ...window });
    }
  }
  return [...sums.values()];
}
