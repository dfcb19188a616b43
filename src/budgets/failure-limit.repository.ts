import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { room, type Spending, spend } from './rate-budget.repository.js';

/** Why a guess was not even looked at: budgets of failures that have no room. */
export interface FailureRefusal {
  /** Keys of the budgets. */
  readonly refused_by: string[] | null;
  /** When all of them have room again. */
  readonly retry_at: string | null;
}

/**
 * A table expression `(refused_by, retry_at)`: one row if any of the budgets has no room, none otherwise, and none where
 * `exempt` holds. It reads the statement's snapshot and locks nothing, so right guesses never queue at a row that all
 * clients share; FailureLimitService bounds how many can slip through before the failures among them are counted.
 */
export function tooManyFailures(failures: readonly Spending[], now: Date, exempt: SQL): SQL {
  return sql`
    SELECT array_agg(r.key) AS refused_by, max(r.retry_at) AS retry_at FROM (${room(failures, now)}) r
    WHERE NOT r.has_room AND NOT (${exempt}) HAVING count(*) > 0`;
}

export class FailureLimitRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Counts a failure in each of the budgets. One that is full stays as it is. */
  async count(failures: readonly Spending[], now: Date): Promise<void> {
    await this.#db.execute(spend(failures, now, sql`true`));
  }
}
