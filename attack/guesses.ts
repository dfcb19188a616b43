import { progress } from '../scripts/long-command.js';
import { Campaign } from './campaign.js';
import { acceptedGuesses } from './code-oracle.js';
import { codeStrategies, deviceStrategy, tokenStrategies } from './code-strategies.js';
import { judged, MOST_FIRST_GUESSES, MOST_PER_DAY, type StrategyResult, table } from './guess-report.js';
import type { Part, PartOptions } from './part.js';
import { chanceOfHit } from './statistics.js';
import type { Target } from './target.js';

const MOST_GUESSES = 6_000;
/** With a request token for each of the day's texts. */
const MOST_IN_ALL = MOST_PER_DAY + MOST_FIRST_GUESSES;

interface GuessFigures {
  readonly days: number;
  readonly strategies: readonly StrategyResult[];
  readonly skipped: readonly string[];
  readonly oracle: { readonly guesses: number; readonly accepted: number; readonly evaluatedAtMost: number };
  readonly chancePerDay: number;
  readonly chancePerYear: number;
}

/** Guesses the codes of one number, with unlimited addresses. */
export async function attackCodes(target: Target, { days }: PartOptions): Promise<Part<GuessFigures>> {
  const known = target.api.deviceTokens;
  const strategies: StrategyResult[] = [];
  for (const strategy of [...codeStrategies, ...tokenStrategies, ...(known ? [deviceStrategy] : [])]) {
    progress(strategy.name);
    const campaign = await Campaign.begin(target, { days, mostGuesses: MOST_GUESSES });
    await strategy.run(campaign);
    strategies.push(judged(strategy.name, campaign.tally(), strategy));
  }
  const oracle = { ...(await acceptedGuesses(target)), evaluatedAtMost: MOST_IN_ALL };
  const perDay = Math.max(...strategies.map(({ mostPerDay }) => mostPerDay));
  const perYear = Math.max(...strategies.map(({ evaluated }) => (evaluated / days) * 365));
  const figures = {
    ...{ days, strategies, oracle, skipped: known ? [] : [deviceStrategy.name] },
    ...{ chancePerDay: chanceOfHit(perDay), chancePerYear: chanceOfHit(perYear) },
  };
  const met = strategies.every((result) => result.met) && oracle.accepted <= MOST_IN_ALL;
  return { name: 'guesses at the codes of one number', met, figures, lines: lines(figures) };
}

function lines({ days, strategies, skipped, oracle, chancePerDay, chancePerYear }: GuessFigures): string[] {
  return [
    `  ${days} days each, every request from another address; aim: at most ${MOST_PER_DAY} evaluated in any 24 hours, and one more for each request token`,
    ...table(strategies),
    ...skipped.map((name) => `  ${name}: left out, this schema knows no device tokens`),
    `  right code as k-th of ${oracle.guesses} guesses in a day, told ${oracle.guesses} times: let in ${oracle.accepted} times`,
    `  chance of a hit: ${chancePerDay.toExponential(1)} in the worst day, ${(chancePerYear * 100).toFixed(2)} % in a year`,
  ];
}
