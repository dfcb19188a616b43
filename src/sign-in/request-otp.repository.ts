import { retryAtOf } from '../budgets/rate-budget.js';
import { RateBudgetRepository } from '../budgets/rate-budget.repository.js';
import type { Database } from '../database/database.js';
import type { Refusal, SendDecision } from './request-otp/decision.js';
import { type FactsQuery, lookForFacts, type RequestFacts } from './request-otp/facts.repository.js';
import { type NewOtp, type WrittenOtp, writeOtp } from './request-otp/write.repository.js';

/** The three statements of requestOtp. A refusal costs the first one, and only a lost race costs the third. */
export class RequestOtpRepository {
  readonly #db: Database;
  readonly #budgets: RateBudgetRepository;

  constructor(db: Database) {
    this.#db = db;
    this.#budgets = new RateBudgetRepository(db);
  }

  look(query: FactsQuery): Promise<RequestFacts> {
    return lookForFacts(this.#db, query);
  }

  write(otp: NewOtp): Promise<WrittenOtp> {
    return writeOtp(this.#db, otp);
  }

  /**
   * What the look allowed, another request took in the meantime: the cooldown's place or a budget's last unit. What was
   * spent beside it goes back, and the caller waits for the budgets that were not to be had.
   */
  async giveBack({ payments }: SendDecision, spent: readonly string[], spentAt: Date): Promise<Refusal> {
    const missing = payments.filter(({ key }) => !spent.includes(key));
    const keys = payments.filter(({ key, units }) => units > 0 && spent.includes(key)).map(({ key }) => key);
    const slots = await this.#budgets.refund({ keys, spentAt, look: missing.map(({ key }) => key) });
    return { kind: 'too_soon', retryAt: retryAtOf(missing, slots, spentAt), spentBudgets: missing };
  }
}
