import { limitNameOf } from './limit-name.js';
import { limits } from './limits/limits.js';
import { capacityOf, spentOf, type SpentSlots } from './rate-budget.js';
import { type SendBudget, sliced } from './send-budgets.js';
import {
  countrySlices,
  moneySlices,
  partOfEach,
  type SendLimits,
  serviceSlices,
  UNITS_OF_MONEY,
} from './send-limits.js';

/** How full a budget is that many people share. */
export interface SharedBudget {
  /** As in docs/limits.md. */
  readonly name: string;
  /** Whose it is, as in the metric `send_budget_filling`: `all:newcomers`, `country:NP`. */
  readonly scope: string;
  /** In `unit`. */
  readonly limit: number;
  readonly spent: number;
  /** `messages`, or an ISO 4217 currency. */
  readonly unit: string;
  /** Seconds. */
  readonly window: number;
  /** When it has room for one more again; null: it has. */
  readonly availableAt: Date | null;
}

const NEWCOMERS = limits.sendsToNewcomers.size;

/** Those of the service, and those of the countries that are given. */
export function sharedBudgets(sizes: SendLimits, countries: readonly string[]): SendBudget[] {
  return [...ofService(sizes), ...countries.flatMap((country) => ofCountry(country, sizes))];
}

function ofService(sizes: SendLimits): SendBudget[] {
  const all = serviceSlices(sizes);
  const money = moneySlices(sizes);
  const { notices, noticesOfSigns, emailsToNewcomers } = limits;
  return [
    ...sliced('all', 'all', all),
    ...sliced('all_newcomers', 'all:newcomers', partOfEach(all, NEWCOMERS)),
    ...(money ? sliced('money', 'money', money) : []),
    ...(money ? sliced('money_newcomers', 'money:newcomers', partOfEach(money, NEWCOMERS)) : []),
    ...sliced('emails', 'emails', all),
    ...sliced('emails_newcomers', 'emails:newcomers', partOfEach(all, emailsToNewcomers.size)),
    ...['text', 'email'].flatMap((way) => [
      ...sliced('notices', `notices:${way}`, partOfEach(all, notices.size)),
      ...sliced('notices_of_signs', `notices:${way}:signs`, partOfEach(all, noticesOfSigns.size)),
    ]),
  ];
}

function ofCountry(country: string, sizes: SendLimits): SendBudget[] {
  const all = countrySlices(sizes);
  return [
    ...sliced('country', `country:${country}`, all),
    ...sliced('country_newcomers', `country:${country}:newcomers`, partOfEach(all, NEWCOMERS)),
  ];
}

/** How full each is, by the rows that all processes spend from. Countries that spent nothing are left out. */
export function fillingOf(
  budgets: readonly SendBudget[],
  { rows, currency, now }: { rows: ReadonlyMap<string, SpentSlots>; currency: string | null; now: Date },
): SharedBudget[] {
  return budgets.flatMap((budget) => {
    const { key, name, window, max } = budget;
    const row = rows.get(key);
    const spent = row ? spentOf(window, row, now) : 0;
    if (spent === 0 && name.startsWith('country')) return [];
    const isMoney = name.startsWith('money') && currency !== null;
    const inUnits = (count: number) => (isMoney ? count / UNITS_OF_MONEY : count);
    const availableAt = capacityOf(budget, row, now).retryAt;
    return [
      {
        ...{ name: limitNameOf(budget), scope: scopeOf(key), window, availableAt },
        ...{ limit: inUnits(max), spent: inUnits(spent), unit: isMoney ? currency : 'messages' },
      },
    ];
  });
}

/** `sends:country:NP:300` is `country:NP`. */
export function scopeOf(key: string): string {
  return key.split(':').slice(1, -1).join(':');
}
