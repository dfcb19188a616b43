import { sendLimits } from '../src/budgets/send-limits.js';
import { readConfig } from '../src/config/config.js';
import { type Farm, farm, signedUp } from './attacks.js';
import { type MemoryRules, MemoryService } from './memory-service.js';
import { People } from './people.js';
import { play, type Stage } from './play.js';
import { Chance } from './random.js';
import { LASTS, SHAPES, type Shape } from './shapes.js';
import type { Tally } from './tally.js';
import { ALL, ownRanges } from './targets.js';
import { DAY, type HonestTraffic, HOUR, honestRequests, populations } from './traffic.js';
import { newBlock, type Population } from './world.js';

/** The daily volume that the default budgets are made for. */
export const USUAL_VOLUME = 3000;
const WARM_UP_DAYS = 7;
const RETURNING_SHARE = 0.4;

export interface Run {
  readonly shape: Shape;
  /** Whether the service had earlier traffic to learn from. */
  readonly warm: boolean;
  readonly seed: number;
  readonly tally: Tally;
  /** US dollars that the same fraudster takes where the guard and the budgets that people share are off. */
  readonly unlimited: number;
  /** The same where the budgets are on; null: it was not asked for. */
  readonly budgeted: number | null;
}

export interface Options {
  readonly seeds: number;
  /** Honest requests a day. */
  readonly volume: number;
  /** The first of the seeds; 1 unless others are chosen. */
  readonly firstSeed?: number;
  readonly shapes?: readonly Shape[];
  readonly warmUpDays?: number;
  /** Whether nothing is played on a new service. */
  readonly warmOnly?: boolean;
  /** Whether fraud is also played with the budgets alone. */
  readonly budgetsAlone?: boolean;
}

/** What a shape is played on. */
interface Opening {
  readonly rules: MemoryRules;
  readonly traffic: HonestTraffic;
  readonly farm: Farm;
  readonly start: number;
  /** After the warm-up. */
  readonly service: MemoryService;
  readonly people: People;
}

/** Runs the shapes on a service with a week of traffic, and some of them also on a new service, for each seed. */
export function* simulate({ seeds, firstSeed = 1, ...options }: Options): Generator<Run> {
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) yield* simulateSeed(seed, options);
}

function* simulateSeed(seed: number, options: Omit<Options, 'seeds' | 'firstSeed'>): Generator<Run> {
  const { volume, shapes = SHAPES, warmUpDays = WARM_UP_DAYS, warmOnly = false } = options;
  const opening = openingOf({ seed, volume, warmUpDays });
  for (const shape of shapes) {
    // The random values of a shape do not depend on the chosen shapes.
    const index = SHAPES.indexOf(shape);
    for (const warm of shape.cold && !warmOnly ? [true, false] : [true]) {
      const playOnce = (rules: Partial<MemoryRules>) => {
        const chance = new Chance(seed * 1000 + index * 2 + (warm ? 1 : 0));
        const service = new MemoryService({ ...opening.rules, ...rules }, warm ? opening.service : undefined);
        const stage = { service, people: new People(warm ? opening.people : undefined), chance };
        return playShape(shape, stage, opening);
      };
      const tally = playOnce({});
      const takenBy = (rules: Partial<MemoryRules>) => (shape.attack ? playOnce(rules).taken : 0);
      // Who does not react to answers asks for the same, whatever is on.
      const unlimited = shape.reacts ? takenBy({ pumpingGuard: false, sharedBudgets: false }) : tally.asked;
      const budgeted = options.budgetsAlone ? takenBy({ pumpingGuard: false }) : null;
      yield { shape, warm, seed, tally, unlimited, budgeted };
    }
  }
}

/** Some ordinary days, in which a fraudster also signs up accounts for later. */
function openingOf({ seed, volume, warmUpDays }: { seed: number; volume: number; warmUpDays: number }): Opening {
  const rules = rulesFor(volume);
  const chance = new Chance(seed);
  const traffic = { populations: populations(chance), volume, returningShare: RETURNING_SHARE };
  const start = (warmUpDays + chance.share()) * DAY;
  const stage = { service: new MemoryService(rules), people: new People(), chance };
  const accounts = farm(ownRanges(ALL, 60, 5, chance), 5, chance);
  const honest = honestRequests(traffic, { from: 0, until: start }, chance);
  const farming = signedUp(accounts, { from: start - 5 * DAY, until: start - 1.5 * DAY }, chance);
  play(stage, { requests: [...honest, ...farming], until: start });
  return { rules, traffic, farm: accounts, start, service: stage.service, people: stage.people };
}

function playShape(shape: Shape, stage: Stage, { traffic, farm: accounts, start }: Opening): Tally {
  const { crowd, outage, volume = 1, countedFrom = 0 } = shape;
  const { chance } = stage;
  const after = <Hours extends { from: number; until: number }>(hours: Hours) => {
    return { ...hours, from: start + hours.from * HOUR, until: start + hours.until * HOUR };
  };
  const { populations: before } = traffic;
  const day: HonestTraffic = {
    ...traffic,
    volume: traffic.volume * volume,
    populations: crowd?.newBlocks ? grown(before, crowd.country, chance) : before,
    ...(crowd && { crowd: after(crowd) }),
    ...(outage && { outage: after(outage) }),
  };
  const until = start + LASTS;
  const honest = honestRequests(day, { from: start, until }, chance);
  const fraud = shape.attack?.({ start, populations: before, farm: accounts, chance }) ?? [];
  return play(stage, { requests: [...honest, ...fraud], until, countedFrom: start + countedFrom * HOUR });
}

/** A launch brings people from as many blocks again, that are new to the service. */
function grown(populations: readonly Population[], code: string, chance: Chance): Population[] {
  return populations.map(({ country, blocks }) => {
    if (country.code !== code) return { country, blocks };
    return { country, blocks: blocks.flatMap((block) => [block, newBlock(country, chance)]) };
  });
}

/** The defaults of the settings; with more traffic, what depends on it has been raised. */
function rulesFor(volume: number): MemoryRules {
  const reading = readConfig({});
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  const { otp, pumpingGuard } = reading.config;
  const sends = sendLimits(reading.config.sends, 0);
  const times = Math.max(1, volume / USUAL_VOLUME);
  const { perNetworkPerHour, perCountryPerHour, perDay } = sends;
  const raised = {
    perNetworkPerHour: perNetworkPerHour * times,
    perCountryPerHour: perCountryPerHour * times,
    perDay: perDay * times,
  };
  const { cooldown, timeToLive } = otp;
  return { sends: { ...sends, ...raised }, pumpingGuard, sharedBudgets: true, cooldown, timeToLive };
}
