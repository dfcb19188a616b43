import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import { spentOf } from './rate-budget.js';
import type { RateBudgetRepository } from './rate-budget.repository.js';
import type { SendBudget, SendBudgetName } from './send-budgets.js';
import { scopeOf } from './shared-budgets.js';
import { ToldOnce } from './told-once.js';

/** Per cent of a shared budget that operators are told about. */
const LEVELS = [50, 80, 100] as const;
/** A country below this part makes no time series. */
const SHOWN_FROM = 0.1;
const LOOK_EVERY_MS = 15_000;
/** Different networks, ranges or numbers that lines name within a minute. An attack must not fill the log as well. */
const MOST_NAMED = 10;
const MINUTE_MS = 60_000;

/** Budgets that many people share: how full they are concerns everybody. */
const WATCHED: readonly SendBudgetName[] = [
  'country',
  'country_newcomers',
  'all',
  'all_newcomers',
  'money',
  'money_newcomers',
  'notices',
  'notices_of_signs',
  'emails',
  'emails_newcomers',
];

const SETTINGS: Readonly<Record<SendBudgetName, string>> = {
  number: 'OTP_SENDS_PER_HOUR',
  number_day: 'OTP_SENDS_PER_DAY',
  network: 'SENDS_PER_NETWORK_PER_HOUR',
  wide_network: 'SENDS_PER_DAY',
  narrow_range: 'SENDS_PER_COUNTRY_PER_HOUR',
  wide_range: 'SENDS_PER_COUNTRY_PER_HOUR',
  country: 'SENDS_PER_COUNTRY_PER_HOUR',
  country_newcomers: 'SENDS_PER_COUNTRY_PER_HOUR',
  all: 'SENDS_PER_DAY',
  all_newcomers: 'SENDS_PER_DAY',
  money: 'SPEND_PER_DAY',
  money_newcomers: 'SPEND_PER_DAY',
  notices: 'SENDS_PER_DAY',
  notices_of_signs: 'SENDS_PER_DAY',
  address: 'OTP_SENDS_PER_HOUR',
  address_day: 'OTP_SENDS_PER_DAY',
  account: 'OTP_SENDS_PER_HOUR',
  account_day: 'OTP_SENDS_PER_DAY',
  domain: 'SENDS_PER_DAY',
  emails: 'SENDS_PER_DAY',
  emails_newcomers: 'SENDS_PER_DAY',
};

export interface BudgetWatchParts {
  readonly budgets: RateBudgetRepository;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Who was refused, for the log. */
export interface RefusedSend {
  readonly to: { readonly phoneNumber: string; readonly country: string | null } | { readonly email: string };
  readonly networks: readonly string[];
}

/** Tells operators how full the shared budgets are, before they refuse anybody, and when they do. */
export class BudgetWatch {
  readonly #parts: BudgetWatchParts;
  /** When each line was last written. */
  readonly #told = new ToldOnce();
  #named = { since: 0, count: 0 };
  /** The shared budgets that this process spends. */
  readonly #watched = new Map<string, SendBudget>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: BudgetWatchParts) {
    this.#parts = parts;
  }

  watch(): void {
    this.#timer = setInterval(() => void this.look().catch(() => undefined), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /**
   * After units were spent. The statement that passes a level tells it, so one process writes the line.
   * @param spent what counts of the budget now; null where it is less than half
   */
  spent(budget: SendBudget, units: number, spent: number | null): void {
    if (!WATCHED.includes(budget.name)) return;
    this.#watched.set(budget.key, budget);
    if (spent === null) return;
    const level = levelOf(budget, spent);
    if (level === 0 || level === levelOf(budget, spent - units)) return;
    this.#tell(budget, level, { of: scopeOf(budget.key), spent });
  }

  /**
   * Counts each refusal. A budget has one line for each window, however many people it refuses. What many people share was told
   * when it was spent.
   */
  refused(budgets: readonly SendBudget[], send: RefusedSend): void {
    this.count(budgets);
    const { to, networks } = send;
    for (const budget of budgets) {
      if (!WATCHED.includes(budget.name)) this.#tell(budget, 100, { ...to, network: networks[0] });
    }
  }

  /** Counts a refusal, and logs nothing. */
  count(budgets: readonly SendBudget[]): void {
    for (const name of new Set(budgets.map((budget) => budget.name)))
      this.#parts.metrics.count('sends_refused_total', { budget: name });
  }

  /** Sets the gauges from the rows, which all processes spend from. */
  async look(): Promise<void> {
    const { budgets, clock, metrics } = this.#parts;
    const watched = [...this.#watched.values()];
    if (watched.length === 0) return;
    const rows = await budgets.find(watched.map(({ key }) => key));
    const now = clock.now();
    for (const { key, name, window, max } of watched) {
      const row = rows.get(key);
      const filling = row ? spentOf(window, row, now) / max : 0;
      const isShown = filling >= SHOWN_FROM || !name.startsWith('country');
      const labels = { budget: scopeOf(key), window: inWords(window) };
      metrics.set('send_budget_filling', labels, isShown ? filling : null);
    }
  }

  #tell({ key, name, window, max }: SendBudget, percent: number, about: object): void {
    const now = this.#parts.clock.now();
    const subject = `${key}:${percent}`;
    if (!this.#told.isDue(subject, { window, now })) return;
    if (!WATCHED.includes(name) && !this.#mayName(now.getTime())) return;
    this.#told.told(subject, now);
    const line = { budget: name, window: inWords(window), percent, max, setting: SETTINGS[name], ...about };
    this.#parts.logger.warn(line, percent === 100 ? 'send budget is spent' : `send budget is ${percent} % spent`);
  }

  #mayName(now: number): boolean {
    const age = now - this.#named.since;
    if (age < 0 || age >= MINUTE_MS) this.#named = { since: now, count: 0 };
    this.#named.count += 1;
    return this.#named.count <= MOST_NAMED;
  }
}

/** The highest level that is passed. Where no further send fits, that is 100. */
function levelOf({ max, units }: SendBudget, spent: number): number {
  if (spent + Math.max(1, units) > max) return 100;
  return LEVELS.findLast((level) => spent * 100 >= max * level) ?? 0;
}

/** A window of seconds, as labels and log lines name it: `5m`, `24h`. */
export function inWords(window: number): string {
  return window < 3600 ? `${window / 60}m` : `${window / 3600}h`;
}
