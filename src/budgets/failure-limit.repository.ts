import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { parameter, Statement } from '../database/statement.js';
import { latestSlot, SLOTS, type Spending, slotOf } from './rate-budget.js';
import { paymentValues, spend } from './rate-budget.repository.js';

const SLOT_COUNT = sql.raw(String(SLOTS));

/** Why a guess was not even looked at: budgets of failures that have no capacity. */
export interface FailureRefusal {
  /** Keys of the budgets. */
  readonly refused_by: string[] | null;
  /** When all of them have capacity again. */
  readonly retry_at: string | null;
}

/**
 * A table expression `(refused_by, retry_at)`: one row if any of the budgets has no capacity, none otherwise, and none
 * where `exempt` holds. It reads the statement's snapshot and locks nothing, so right guesses never queue at a row that
 * all clients share. FailureLimitService bounds how many guesses slip through before their failures are counted.
 * `capacityOf` in rate-budget.ts says what capacity is.
 */
export function tooManyFailures(exempt: SQL): SQL {
  return sql`
    SELECT array_agg(s.key) AS refused_by, max(to_timestamp((b.newest + lately.gives) * b.slot_length)) AS retry_at
    FROM jsonb_to_recordset(${parameter('failures', 'jsonb')}) AS s (key text, slot bigint, latest bigint, max int)
    JOIN rate_budgets b ON b.key = s.key
    CROSS JOIN LATERAL (
      SELECT sum(c.spent) FILTER (WHERE b.newest + c.position > s.slot) AS spent,
        min(c.position) FILTER (WHERE c.later < s.max) AS gives
      FROM (
        SELECT position, spent, sum(spent) OVER (ORDER BY position DESC) - spent AS later
        FROM unnest(b.counts) WITH ORDINALITY AS slot (spent, position)
        WHERE b.newest + position - ${SLOT_COUNT} <= s.latest
      ) c
    ) lately
    WHERE lately.spent >= s.max AND NOT (${exempt}) HAVING count(*) > 0`;
}

/** The value of the parameter of `tooManyFailures`. */
export function failureValues(failures: readonly Spending[], now: Date) {
  return {
    failures: failures.map(({ key, window, max }) => {
      return { key, slot: slotOf(window, now), latest: latestSlot(window, now), max };
    }),
  };
}

const countFailure = new Statement<{ key: string }, { payments: object }>('count a failure', spend());

export class FailureLimitRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Counts a failure in each of the budgets. One that is full stays as it is. */
  async count(failures: readonly Spending[], now: Date): Promise<void> {
    await countFailure.run(this.#db, { payments: paymentValues(failures, now) });
  }
}
