import type { Chance } from './random.js';
import { DAY, fraudRequest, HOUR, type Outage, type Request } from './traffic.js';
import { type Country, countryOf, newBlock, type Population } from './world.js';

/** One way to pump, or one honest day that looks like it. */
export interface Shape {
  readonly name: string;
  readonly about: string;
  /** Seconds that it is watched for. */
  readonly lasts: number;
  /** The fraudster's requests, from `start` on. */
  readonly attack?: (start: number, populations: readonly Population[], chance: Chance) => Request[];
  readonly boost?: { readonly country: string; readonly times: number; readonly from: number; readonly until: number };
  readonly outage?: Outage;
}

interface Target {
  readonly country: Country;
  readonly range: string;
}

/** Ranges that nobody honest has, a few in each of some blocks. */
function freshRanges(codes: readonly string[], count: number, perBlock: number, chance: Chance): Target[] {
  const targets: Target[] = [];
  for (let index = 0; targets.length < count; index += 1) {
    const country = countryOf(codes[index % codes.length] as string);
    const block = newBlock(country, chance);
    for (let each = 0; each < perBlock && targets.length < count; each += 1) {
      targets.push({ country, range: block + chance.digits(2) });
    }
  }
  return targets;
}

/** Ranges in blocks that honest people have as well. */
function sharedRanges(codes: readonly string[], count: number, populations: readonly Population[], chance: Chance) {
  return Array.from({ length: count }, (_, index): Target => {
    const code = codes[index % codes.length];
    const population = populations.find(({ country }) => country.code === code);
    if (!population) throw new Error(`Nobody lives in ${code}.`);
    const range = String(Math.floor(100 * chance.share() ** 2)).padStart(2, '0');
    return { country: population.country, range: chance.skewed(population.blocks) + range };
  });
}

/** Requests at random, `perHour` to each target. */
function spread(parts: {
  targets: readonly Target[];
  from: number;
  until: number;
  perHour: (hours: number) => number;
  most: number;
  network: () => string;
  provedShare?: number;
  chance: Chance;
}): Request[] {
  const { targets, from, until, perHour, most, network, provedShare = 0, chance } = parts;
  return targets.flatMap(({ country, range }) => {
    const requests: Request[] = [];
    for (let at = from + chance.pause(HOUR / most); at < until; at += chance.pause(HOUR / most)) {
      if (!chance.happens(perHour((at - from) / HOUR) / most)) continue;
      requests.push(fraudRequest({ at, range, country, network: network(), provedShare }, chance));
    }
    return requests;
  });
}

const COSTLY = ['AZ', 'TJ', 'UZ', 'LK', 'ID', 'BD', 'NG'] as const;
const WIDE = ['AZ', 'TJ', 'UZ', 'LK', 'ID', 'BD', 'NG', 'NP', 'IN', 'KE', 'BR', 'GB'] as const;

export const SHAPES: readonly Shape[] = [
  {
    name: 'one range, fast',
    about: '20 a minute to one range for three hours, from 30 networks',
    lasts: DAY,
    attack: (start, _, chance) =>
      spread({
        targets: freshRanges([chance.oneOf(COSTLY)], 1, 1, chance),
        ...{ from: start, until: start + 3 * HOUR, perHour: () => 1200, most: 1200, chance },
        network: () => `bot:${chance.below(30)}`,
      }),
  },
  {
    name: 'many ranges, slow',
    about: '300 ranges in 12 countries, 3 an hour each for a day, from 500 networks',
    lasts: DAY,
    attack: (start, _, chance) =>
      spread({
        targets: freshRanges(WIDE, 300, 8, chance),
        ...{ from: start, until: start + DAY, perHour: () => 3, most: 3, chance },
        network: () => `bot:${chance.below(500)}`,
      }),
  },
  {
    name: 'many ranges, once',
    about: '4000 ranges in 7 countries without anything in common, 4 a day each',
    lasts: DAY,
    attack: (start, _, chance) =>
      spread({
        targets: freshRanges(COSTLY, 4000, 1, chance),
        ...{ from: start, until: start + DAY, perHour: () => 1 / 6, most: 1 / 6, chance },
        network: () => `bot:${chance.below(500)}`,
      }),
  },
  {
    name: 'many addresses',
    about: '40 ranges, half of them in blocks with honest people, 20 an hour each for a day, each from another network',
    lasts: DAY,
    attack: (start, populations, chance) =>
      spread({
        targets: [
          ...freshRanges(COSTLY, 20, 4, chance),
          ...sharedRanges(['ID', 'BD', 'NG', 'NP', 'IN'], 20, populations, chance),
        ],
        ...{ from: start, until: start + DAY, perHour: () => 20, most: 20, chance },
        network: () => `bot:${chance.below(1_000_000)}`,
      }),
  },
  {
    name: 'rising step by step',
    about: '20 ranges, 1 an hour each, twice as many every three hours up to 64, for a day',
    lasts: DAY,
    attack: (start, _, chance) =>
      spread({
        targets: freshRanges(COSTLY, 20, 4, chance),
        ...{ from: start, until: start + DAY, most: 64, chance },
        perHour: (hours) => Math.min(64, 2 ** Math.floor(hours / 3)),
        network: () => `bot:${chance.below(500)}`,
      }),
  },
  {
    name: 'proves some',
    about: '50 ranges, 10 an hour each for a day; 5 to 10 % of the codes are proved',
    lasts: DAY,
    attack: (start, _, chance) =>
      spread({
        targets: freshRanges(COSTLY, 50, 5, chance),
        ...{ from: start, until: start + DAY, perHour: () => 10, most: 10, chance },
        provedShare: chance.between(0.05, 0.1),
        network: () => `bot:${chance.below(500)}`,
      }),
  },
  {
    name: 'a launch (honest)',
    about: 'ten times the traffic of India for a day, half of it from ranges never seen before',
    lasts: DAY,
    boost: { country: 'IN', times: 10, from: 8 * HOUR, until: 20 * HOUR },
  },
  {
    name: 'an outage (honest)',
    about: 'no text reaches Nepal for an hour in the afternoon',
    lasts: DAY,
    outage: { country: 'NP', from: 8 * HOUR, until: 9 * HOUR },
  },
  { name: 'an ordinary day', about: 'honest traffic alone', lasts: DAY },
];
