import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import { BudgetLeases, type HeldShare, type Taken } from './budget-leases.js';
import { BudgetWatch, type RefusedSend } from './budget-watch.js';
import { type EmailSend, emailBudgets, suspiciousEmails } from './email-budgets.js';
import type { LeaseRepository } from './lease.repository.js';
import type { RateBudgetRepository } from './rate-budget.repository.js';
import {
  type NoticeSend,
  type Send,
  type SendBudget,
  isOfPerson,
  noticeBudgets,
  sendBudgets,
  suspiciousSends,
  withLease,
} from './send-budgets.js';
import { type SendLimits, type SendSettings, sendLimits } from './send-limits.js';
import { fillingOf, type SharedBudget, sharedBudgets } from './shared-budgets.js';

export interface SendPurseParts {
  readonly settings: SendSettings;
  readonly leases: LeaseRepository;
  readonly budgets: RateBudgetRepository;
  readonly busiestDay: () => Promise<number>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const REFRESH_EVERY_MS = 3_600_000;

/** What this process may spend on codes: the sizes that hold today, the parts that it leased, and what operators are told. */
export class SendPurse {
  readonly #parts: SendPurseParts;
  readonly #leases: BudgetLeases<SendBudget>;
  readonly #watch: BudgetWatch;
  #limits: SendLimits;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: SendPurseParts) {
    this.#parts = parts;
    this.#limits = sendLimits(parts.settings, 0);
    this.#watch = new BudgetWatch(parts);
    const onTaken = (budget: SendBudget, units: number, spent: number) => this.#watch.spent(budget, units, spent);
    this.#leases = new BudgetLeases({ ...parts, onTaken });
  }

  /** Refreshes and gives back by itself until it is closed. */
  watch(): void {
    this.#leases.watch();
    this.#watch.watch();
    this.#timer = setInterval(() => void this.#refreshBehind(), REFRESH_EVERY_MS);
    this.#timer.unref();
  }

  /** For a graceful stop: gives back every part. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#watch.close();
    await this.#leases.close();
  }

  /** Resolves once nothing is under way behind the answers. */
  idle(): Promise<void> {
    return this.#leases.idle();
  }

  /** Learns the sizes that the settings leave open. */
  async refresh(): Promise<void> {
    const { settings, busiestDay } = this.#parts;
    if (settings.perDay !== null) return;
    this.#limits = sendLimits(settings, await busiestDay());
  }

  /** Sets the gauges. */
  look(): Promise<void> {
    return this.#watch.look();
  }

  /** How full the budgets are that many people share: those of the service, and of countries that spent anything. */
  async shared(countries: readonly string[]): Promise<SharedBudget[]> {
    const { budgets, clock, settings } = this.#parts;
    const shared = sharedBudgets(this.#limits, countries);
    const rows = await budgets.find(shared.map(({ key }) => key));
    return fillingOf(shared, { rows, currency: settings.spendPerDay?.currency ?? null, now: clock.now() });
  }

  /** What a send spends, and how. */
  budgetsOf(send: Send): SendBudget[] {
    return this.#leasing(sendBudgets(send, this.#limits));
  }

  budgetsOfEmail(send: EmailSend): SendBudget[] {
    return this.#leasing(emailBudgets(send, this.#limits));
  }

  #leasing(budgets: readonly SendBudget[]): SendBudget[] {
    // Those of one person are exact and small.
    return budgets.map((budget) => withLease(budget, !isOfPerson(budget.name) && this.#leases.isLeased(budget)));
  }

  suspicionsOf(send: Send): SendBudget[] {
    return suspiciousSends(send, this.#limits);
  }

  suspicionsOfEmail(send: EmailSend): SendBudget[] {
    return suspiciousEmails(send, this.#limits);
  }

  /** Takes of all leased budgets, or of none. */
  take(budgets: readonly SendBudget[]): Promise<Taken<SendBudget>> {
    return this.#leases.take(budgets);
  }

  /** Spends for a notice, from parts that this process takes. False: a budget is spent. */
  async takeForNotice(notice: NoticeSend): Promise<boolean> {
    const budgets = noticeBudgets(notice, this.#limits);
    // Asking counts as a use: parts of unused budgets are given back.
    for (const budget of budgets) this.#leases.isLeased(budget);
    const taken = await this.#leases.take(budgets);
    if (taken.kind === 'refused') this.#watch.count(taken.budgets);
    return taken.kind === 'taken';
  }

  giveBack(shares: readonly HeldShare[]): void {
    this.#leases.giveBack(shares);
  }

  /** After budgets were spent at their rows. */
  spent(budgets: readonly SendBudget[], spent: ReadonlyMap<string, number>): void {
    for (const budget of budgets) this.#watch.spent(budget, budget.units, spent.get(budget.key) ?? null);
  }

  refused(budgets: readonly SendBudget[], send: RefusedSend): void {
    if (budgets.length > 0) this.#watch.refused(budgets, send);
  }

  async #refreshBehind(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      this.#parts.logger.warn({ err: error }, 'send budgets keep their sizes: the busiest day is not known');
    }
  }
}
