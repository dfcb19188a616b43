import { progress } from '../scripts/long-command.js';
import { Campaign, HOUR, MINUTE } from './campaign.js';
import { judged, MOST_PER_DAY, type StrategyResult, table } from './guess-report.js';
import type { Part } from './part.js';
import { PasswordVictim } from './password-victim.js';
import type { Target } from './target.js';

/** Fewer days than for codes, because each compared guess costs a hash. */
const DAYS = 2;
const MOST_GUESSES = 2_000;

interface PasswordStrategy {
  readonly name: string;
  /** The attacker has a token of a device that the account knows. */
  readonly knownDevice?: true;
  run(campaign: Campaign, victim: PasswordVictim): Promise<void>;
}

const strategies: readonly PasswordStrategy[] = [
  {
    name: 'a hundred at once, again when the lock ends',
    async run(campaign, victim) {
      while (!campaign.over) {
        const answers = await campaign.volley(Array.from({ length: 100 }, (_, index) => victim.login(index)));
        await campaign.waitOut(answers, MINUTE);
      }
    },
  },
  {
    name: 'one every twelve minutes, below the lock',
    async run(campaign, victim) {
      for (let index = 0; !campaign.over; index += 1) {
        await campaign.volley([victim.login(index)]);
        await campaign.wait(12 * MINUTE);
      }
    },
  },
  {
    name: 'beside an owner who signs in every two hours',
    async run(campaign, victim) {
      while (!campaign.over) {
        await victim.ownerSignsIn();
        await campaign.volley(Array.from({ length: 5 }, (_, index) => victim.login(index)));
        await campaign.wait(2 * HOUR);
      }
    },
  },
  {
    name: 'login and changePassword, with a stolen access token',
    knownDevice: true,
    async run(campaign, victim) {
      while (!campaign.over) {
        const guesses = Array.from({ length: 10 }, (_, index) =>
          index % 2 ? victim.change(index) : victim.login(index),
        );
        const answers = await campaign.volley(guesses);
        await campaign.waitOut(answers, MINUTE);
      }
    },
  },
];

interface PasswordFigures {
  readonly days: number;
  readonly strategies: readonly StrategyResult[];
  /** The answer to the right password after the guesses of the day are spent. */
  readonly rightWhenSpent: string;
  readonly guessesPerYear: number;
}

/** Guesses the password of one account, with unlimited addresses. */
export async function attackPasswords(target: Target): Promise<Part<PasswordFigures>> {
  const results: StrategyResult[] = [];
  let rightWhenSpent = '';
  for (const strategy of strategies) {
    progress(strategy.name);
    const victim = await PasswordVictim.register(target);
    const campaign = await Campaign.begin(target, { days: DAYS, mostGuesses: MOST_GUESSES });
    await strategy.run(campaign, victim);
    const budgets = strategy.knownDevice && target.api.deviceTokens ? 2 : 1;
    results.push(judged(strategy.name, campaign.tally(), { budgets }));
    if (strategy === strategies[0]) rightWhenSpent = await whenSpent(campaign, victim);
  }
  const guessesPerYear = Math.round(Math.max(...results.map(({ evaluated }) => (evaluated / DAYS) * 365)));
  const figures = { days: DAYS, strategies: results, rightWhenSpent, guessesPerYear };
  const met = results.every((result) => result.met) && !rightWhenSpent.endsWith('Success');
  return { name: 'guesses at the password of one account', met, figures, lines: lines(figures) };
}

/** Guesses until the service says locked, then tries the right password. */
async function whenSpent(campaign: Campaign, victim: PasswordVictim): Promise<string> {
  await campaign.volley(Array.from({ length: 100 }, (_, index) => victim.login(index)));
  return (await victim.ownerSignsIn()).kind;
}

function lines({ days, strategies: results, rightWhenSpent, guessesPerYear }: PasswordFigures): string[] {
  return [
    `  ${days} days each, by email, number and username; aim: at most ${MOST_PER_DAY} evaluated in any 24 hours for each budget`,
    ...table(results),
    `  the right password behind a hundred wrong ones: ${rightWhenSpent}`,
    `  an attacker gets through the first ${guessesPerYear} passwords of a list in a year`,
  ];
}
