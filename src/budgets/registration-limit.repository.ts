import { sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { isDivisionByZero } from '../database/database-errors.js';
import { parameter, Statement } from '../database/statement.js';
import type { Spending, SpentSlots } from './rate-budget.js';
import { paymentValues, RateBudgetRepository, spend } from './rate-budget.repository.js';

/**
 * All units or none: where one budget has no capacity, the division by zero undoes the statement. Otherwise a network that
 * is refused would spend what all others have. Raw, because it judges at the locked rows what it spends.
 */
const pay = new Statement<{ paid: number }, { payments: object }>(
  'register: spend the budgets',
  sql`
    WITH spent AS (${spend()})
    SELECT 1 / (SELECT (count(*) = jsonb_array_length(${parameter('payments', 'jsonb')}))::int FROM spent) AS paid`,
);

export class RegistrationLimitRepository {
  readonly #db: Database;
  readonly #spent: RateBudgetRepository;

  constructor(db: Database) {
    this.#db = db;
    this.#spent = new RateBudgetRepository(db);
  }

  /** What was spent of the budgets lately. It locks nothing. */
  look(budgets: readonly Spending[]): Promise<ReadonlyMap<string, SpentSlots>> {
    return this.#spent.find(budgets.map(({ key }) => key));
  }

  /** Spends a unit of each budget. False: one of them has none, and nothing was spent. */
  async pay(budgets: readonly Spending[], now: Date): Promise<boolean> {
    try {
      await pay.run(this.#db, { payments: paymentValues(budgets, now) });
      return true;
    } catch (error) {
      if (isDivisionByZero(error)) return false;
      throw error;
    }
  }
}
