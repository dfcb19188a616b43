import { sendLimits } from '../src/budgets/send-limits.js';
import { readConfig } from '../src/config/config.js';
import { type MemoryRules, MemoryService } from './memory-service.js';
import { play, type Tally } from './play.js';
import { Chance } from './random.js';
import { LASTS, SHAPES, type Shape } from './shapes.js';
import { DAY, type HonestTraffic, HOUR, honestRequests, populations } from './traffic.js';
import { newBlock, type Population } from './world.js';

/** The daily volume that the default budgets are made for. */
export const USUAL_VOLUME = 3000;
const WARM_UP_DAYS = 7;

export interface Run {
  readonly shape: Shape;
  /** Whether the service had earlier traffic to learn from. */
  readonly warm: boolean;
  readonly seed: number;
  readonly tally: Tally;
}

export interface Options {
  readonly seeds: number;
  /** Honest requests a day. */
  readonly volume: number;
  /** The first of the seeds; 1 unless others are chosen. */
  readonly firstSeed?: number;
  readonly shapes?: readonly Shape[];
  readonly warmUpDays?: number;
}

/** Runs all shapes on a service with a week of traffic, and the judged shapes also on a new service, for each seed. */
export function* simulate({ seeds, firstSeed = 1, ...options }: Options): Generator<Run> {
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) yield* simulateSeed(seed, options);
}

function* simulateSeed(
  seed: number,
  { volume, shapes = SHAPES, warmUpDays = WARM_UP_DAYS }: Omit<Options, 'seeds' | 'firstSeed'>,
) {
  const rules = rulesFor(volume);
  const chance = new Chance(seed);
  const traffic = { populations: populations(chance), volume, knownShare: 0.4 };
  const start = (warmUpDays + chance.share()) * DAY;
  const warmedUp = new MemoryService(rules);
  play(warmedUp, honestRequests(traffic, { from: 0, until: start }, chance), chance);
  for (const shape of shapes) {
    // The random values of a shape do not depend on the chosen shapes.
    const index = SHAPES.indexOf(shape);
    for (const warm of shape.judged ? [true, false] : [true]) {
      const service = new MemoryService(rules, warm ? warmedUp : undefined);
      const day = new Chance(seed * 1000 + index * 2 + (warm ? 1 : 0));
      yield { shape, warm, seed, tally: playShape({ shape, service, traffic, start, chance: day }) };
    }
  }
}

function playShape(parts: {
  shape: Shape;
  service: MemoryService;
  traffic: HonestTraffic;
  start: number;
  chance: Chance;
}): Tally {
  const { shape, service, traffic, start, chance } = parts;
  const { launch, outage } = shape;
  const after = <Hours extends { from: number; until: number }>(hours: Hours) => {
    return { ...hours, from: start + hours.from * HOUR, until: start + hours.until * HOUR };
  };
  const day: HonestTraffic = {
    ...traffic,
    populations: launch ? grown(traffic.populations, launch.country, chance) : traffic.populations,
    ...(launch && { launch: after(launch) }),
    ...(outage && { outage: after(outage) }),
  };
  const honest = honestRequests(day, { from: start, until: start + LASTS }, chance);
  return play(service, [...honest, ...(shape.attack?.(start, traffic.populations, chance) ?? [])], chance);
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
  const { otp } = reading.config;
  const sends = sendLimits(reading.config.sends, 0);
  const times = Math.max(1, volume / USUAL_VOLUME);
  const { perNetworkPerHour, perCountryPerHour, perDay } = sends;
  const raised = {
    perNetworkPerHour: perNetworkPerHour * times,
    perCountryPerHour: perCountryPerHour * times,
    perDay: perDay * times,
  };
  return { sends: { ...sends, ...raised }, cooldown: otp.cooldown, timeToLive: otp.timeToLive };
}
