import type { Tally } from './campaign.js';

/** The aim: how many wrong guesses at one number or password may be compared in any 24 hours. */
export const MOST_PER_DAY = 20;

export interface StrategyResult extends Tally {
  readonly strategy: string;
  readonly aim: number;
  readonly met: boolean;
}

/** First guesses with request tokens beside them: each costs a text, and a number gets so many a day. */
export const MOST_FIRST_GUESSES = 10;

/**
 * @param budgets the number of budgets that the attacker may spend. A device that the account knows has its own budget.
 * @param tokens whether the attacker guesses with request tokens, too
 */
export function judged(strategy: string, tally: Tally, { budgets = 1, tokens = false } = {}): StrategyResult {
  const counted = budgets * MOST_PER_DAY;
  const aim = counted + (tokens ? MOST_FIRST_GUESSES : 0);
  const met = tally.mostPerDay <= aim && tally.mostCounted <= counted && tally.hits === 0;
  return { strategy, aim, ...tally, met };
}

export function table(results: readonly StrategyResult[]): string[] {
  const width = Math.max(...results.map(({ strategy }) => strategy.length));
  const row = (name: string, cells: readonly (string | number)[]) =>
    `  ${name.padEnd(width)} ${cells.map((cell) => String(cell).padStart(10)).join('')}`;
  const head = row('', ['sent', 'evaluated', 'most/24 h', 'aim', 'aim met']);
  return [
    head,
    ...results.map(({ strategy, sent, evaluated, mostPerDay, aim, met }) =>
      row(strategy, [sent, evaluated, mostPerDay, aim, met ? 'yes' : 'NO']),
    ),
  ];
}
