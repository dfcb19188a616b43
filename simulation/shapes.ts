import type { Chance } from './random.js';
import { DAY, fraudRequest, HOUR, type Request } from './traffic.js';
import { type Country, countryOf, newBlock, type Population } from './world.js';

/**
 * A kind of pumping, or honest traffic that may look like it. docs/pumping-guard.md gives the reasons for the choice.
 */
export interface Shape {
  readonly name: string;
  /** Whether the shape must meet the aims: at least 95 % of fraud stopped, at most 0.5 % of honest people refused. */
  readonly judged: boolean;
  /** The fraudster's requests from `start` on, within a day. */
  readonly attack?: (start: number, populations: readonly Population[], chance: Chance) => Request[];
  /** Hours after the start. */
  readonly launch?: { readonly country: string; readonly times: number; readonly from: number; readonly until: number };
  readonly outage?: { readonly country: string; readonly from: number; readonly until: number };
}

interface Target {
  readonly country: Country;
  readonly range: string;
}

/** Countries with expensive texts, where a share of the price is worth the effort for a fraudster. */
const COSTLY = ['AZ', 'TJ', 'UZ', 'LK', 'ID', 'BD', 'NG'] as const;
const ALL = [...COSTLY, 'NP', 'IN', 'KE', 'BR', 'GB'] as const;
/** The countries of most honest users of the simulated service. */
const BUSY = ['ID', 'BD', 'NG', 'NP', 'IN'] as const;

/** Ranges side by side, `perBlock` with the same first 6 digits. */
function ownRanges(codes: readonly string[], count: number, perBlock: number, chance: Chance): Target[] {
  return Array.from({ length: Math.ceil(count / perBlock) }).flatMap((_, index) => {
    const country = countryOf(codes[index % codes.length] ?? '');
    const block = newBlock(country, chance);
    const left = Math.min(perBlock, count - index * perBlock);
    return Array.from({ length: left }, () => ({ country, range: block + chance.digits(2) }));
  });
}

/** Ranges in blocks with honest users: the busiest ranges, or random ones. */
function sharedRanges(parts: { count: number; busiest: boolean; populations: readonly Population[]; chance: Chance }) {
  const { count, busiest, populations, chance } = parts;
  return Array.from({ length: count }, (_, index): Target => {
    const code = BUSY[index % BUSY.length];
    const population = populations.find(({ country }) => country.code === code);
    if (!population) throw new Error(`There is no one in ${code}.`);
    const { country, blocks } = population;
    const range = busiest
      ? chance.skewed(blocks) + String(Math.floor(100 * chance.share() ** 2)).padStart(2, '0')
      : chance.oneOf(blocks) + chance.digits(2);
    return { country, range };
  });
}

/** Random requests: `perHour` for each target, and at most `most`. */
function pump(parts: {
  targets: readonly Target[];
  start: number;
  hours?: number;
  perHour: number | ((hour: number) => number);
  most?: number;
  networks: number;
  verifiedShare?: number;
  /** Pauses in seconds after which each code is asked for again. */
  again?: readonly number[];
  chance: Chance;
}): Request[] {
  const { targets, start, hours = 24, perHour, networks, verifiedShare = 0, again = [], chance } = parts;
  const rate = typeof perHour === 'number' ? () => perHour : perHour;
  const most = parts.most ?? rate(0);
  return targets.flatMap(({ country, range }) => {
    const requests: Request[] = [];
    for (let hour = chance.pause(1 / most); hour < hours; hour += chance.pause(1 / most)) {
      if (!chance.happens(rate(hour) / most)) continue;
      const network = `bot:${chance.below(networks)}`;
      requests.push(fraudRequest({ at: start + hour * HOUR, range, country, network, verifiedShare, again }, chance));
    }
    return requests;
  });
}

/** As many requests as in "many ranges, slow", but fewer numbers: each code is sent `times` times. */
function sentAgain({ start, times, chance }: { start: number; times: number; chance: Chance }): Request[] {
  const again = Array.from({ length: times - 1 }, () => 70);
  return pump({ targets: ownRanges(ALL, 300, 8, chance), start, perHour: 3 / times, networks: 500, again, chance });
}

export const LASTS = DAY;

export const SHAPES: readonly Shape[] = [
  {
    name: 'one range, fast',
    judged: true,
    attack: (start, _, chance) => {
      const targets = ownRanges([chance.oneOf(COSTLY)], 1, 1, chance);
      return pump({ targets, start, hours: 3, perHour: 1200, networks: 30, chance });
    },
  },
  {
    name: 'many ranges, slow',
    judged: true,
    attack: (start, _, chance) =>
      pump({ targets: ownRanges(ALL, 300, 8, chance), start, perHour: 3, networks: 500, chance }),
  },
  {
    name: 'many addresses',
    judged: true,
    attack: (start, populations, chance) => {
      const shared = sharedRanges({ count: 20, busiest: false, populations, chance });
      const targets = [...ownRanges(COSTLY, 20, 4, chance), ...shared];
      return pump({ targets, start, perHour: 20, networks: 1_000_000, chance });
    },
  },
  {
    name: 'rising step by step',
    judged: true,
    attack: (start, _, chance) => {
      const perHour = (hour: number) => Math.min(64, 2 ** Math.floor(hour / 3));
      return pump({ targets: ownRanges(COSTLY, 20, 4, chance), start, perHour, most: 64, networks: 500, chance });
    },
  },
  {
    name: 'proves some',
    judged: true,
    attack: (start, _, chance) => {
      const verifiedShare = chance.between(0.05, 0.1);
      return pump({
        targets: ownRanges(COSTLY, 50, 5, chance),
        start,
        perHour: 10,
        networks: 500,
        verifiedShare,
        chance,
      });
    },
  },
  {
    name: 'busiest ranges',
    judged: false,
    attack: (start, populations, chance) => {
      const targets = sharedRanges({ count: 40, busiest: true, populations, chance });
      return pump({ targets, start, perHour: 20, networks: 1_000_000, chance });
    },
  },
  {
    name: 'every range, once',
    judged: false,
    attack: (start, _, chance) =>
      pump({ targets: ownRanges(COSTLY, 4000, 1, chance), start, perHour: 1 / 6, networks: 500, chance }),
  },
  { name: 'an ordinary day', judged: true },
  { name: 'a launch', judged: true, launch: { country: 'IN', times: 10, from: 6, until: 18 } },
  { name: 'an outage', judged: false, outage: { country: 'NP', from: 6, until: 7 } },
  // Add new shapes at the end, so that the others keep their random values.
  { name: 'many ranges, twice', judged: true, attack: (start, _, chance) => sentAgain({ start, times: 2, chance }) },
  { name: 'many ranges, 5 times', judged: false, attack: (start, _, chance) => sentAgain({ start, times: 5, chance }) },
];
