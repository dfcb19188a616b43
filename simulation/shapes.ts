import { adaptive, type Farm, pump, sentAgain, spite, used } from './attacks.js';
import type { Chance } from './random.js';
import { ALL, COSTLY, ownRanges, sharedRanges } from './targets.js';
import { DAY, type Request } from './traffic.js';
import type { Population } from './world.js';

/** What is there before an attack begins. */
export interface Scene {
  readonly start: number;
  readonly populations: readonly Population[];
  /** Accounts that a fraudster signed up earlier. */
  readonly farm: Farm;
  readonly chance: Chance;
}

interface Hours {
  readonly country: string;
  /** Hours after the start. */
  readonly from: number;
  readonly until: number;
}

/** A kind of pumping, or honest traffic that may look like it. docs/pumping-guard.md gives the reasons for the choice. */
export interface Shape {
  readonly name: string;
  /** Whether honest people must get their codes: at most 0.5 % of the newcomers are withheld theirs, 2 % in any country. */
  readonly judged: boolean;
  /** The least part of the money that must be saved of what the fraudster takes where the guard is off. */
  readonly saved?: number;
  /** The most part of the newcomers from whom codes may be withheld, where it is another one than usual. */
  readonly withheld?: number;
  /** Whether it is played on a new service, too. */
  readonly cold?: boolean;
  /** The fraudster's requests from `start` on, within a day. */
  readonly attack?: (scene: Scene) => Request[];
  /** Whether what the fraudster asks for depends on the answers, or is more than one number gets. */
  readonly reacts?: boolean;
  readonly crowd?: Hours & { readonly times: number; readonly newBlocks?: boolean };
  readonly outage?: Hours;
  /** Hours after the start: honest people are counted from then on. */
  readonly countedFrom?: number;
  /** Times the honest traffic of an ordinary day, with the budgets of an ordinary day. */
  readonly volume?: number;
}

export const LASTS = DAY;

const HAMMERING = { judged: true, saved: 0.97, cold: true } as const;
const typedShare = (share: number, chance: Chance) => () => chance.happens(share);

export const SHAPES: readonly Shape[] = [
  {
    ...HAMMERING,
    name: 'one range, fast',
    attack: ({ start, chance }) =>
      pump({ targets: ownRanges([chance.oneOf(COSTLY)], 1, 1, chance), start, hours: 3, perHour: 1200, chance }),
  },
  {
    ...HAMMERING,
    name: 'many ranges, slow',
    attack: ({ start, chance }) => pump({ targets: ownRanges(ALL, 300, 8, chance), start, perHour: 3, chance }),
  },
  {
    ...HAMMERING,
    name: 'many addresses',
    attack: ({ start, populations, chance }) => {
      const shared = sharedRanges({ count: 20, busiest: false, populations, chance });
      return pump({ targets: [...ownRanges(COSTLY, 20, 4, chance), ...shared], start, perHour: 20, chance });
    },
  },
  {
    ...HAMMERING,
    name: 'rising step by step',
    attack: ({ start, chance }) => {
      const perHour = (hour: number) => Math.min(64, 2 ** Math.floor(hour / 3));
      return pump({ targets: ownRanges(COSTLY, 20, 4, chance), start, perHour, most: 64, chance });
    },
  },
  {
    ...HAMMERING,
    name: 'proves some',
    attack: ({ start, chance }) => {
      const typed = typedShare(chance.between(0.05, 0.1), chance);
      return pump({ targets: ownRanges(COSTLY, 50, 5, chance), start, perHour: 10, typed, chance });
    },
  },
  {
    name: 'busiest ranges',
    judged: false,
    attack: ({ start, populations, chance }) => {
      const targets = sharedRanges({ count: 40, busiest: true, populations, chance });
      return pump({ targets, start, perHour: 20, chance });
    },
  },
  {
    name: 'every range, once',
    judged: false,
    attack: ({ start, chance }) => pump({ targets: ownRanges(COSTLY, 4000, 1, chance), start, perHour: 1 / 6, chance }),
  },
  { name: 'an ordinary day', judged: true, cold: true },
  {
    name: 'a launch',
    judged: true,
    cold: true,
    crowd: { country: 'IN', times: 10, from: 6, until: 18, newBlocks: true },
  },
  { name: 'an outage', judged: true, outage: { country: 'NP', from: 6, until: 7 }, countedFrom: 7 },
  // Add new shapes at the end, so that the others keep their random values.
  { ...HAMMERING, name: 'many ranges, twice', attack: ({ start, chance }) => sentAgain({ start, times: 2, chance }) },
  {
    name: 'many ranges, 5 times',
    judged: false,
    attack: ({ start, chance }) => sentAgain({ start, times: 5, chance }),
  },
  {
    name: 'adaptive',
    reacts: true,
    judged: true,
    saved: 0.85,
    attack: ({ start, chance }) =>
      adaptive({ targets: ownRanges(ALL, 600, 8, chance), start, workers: 30, perHour: 8, chance }),
  },
  {
    name: 'spread, a tenth typed',
    judged: true,
    saved: 0.8,
    attack: ({ start, chance }) => {
      const typed = typedShare(0.1, chance);
      return pump({ targets: ownRanges(ALL, 3000, 8, chance), start, perHour: 1 / 12, typed, chance });
    },
  },
  {
    name: 'spread among honest people',
    judged: false,
    attack: ({ start, populations, chance }) => {
      const targets = sharedRanges({ count: 3000, busiest: false, codes: ALL, populations, chance });
      return pump({ targets, start, perHour: 1 / 12, typed: typedShare(0.1, chance), chance });
    },
  },
  {
    name: 'farmed accounts',
    reacts: true,
    judged: true,
    saved: 0.8,
    attack: ({ start, farm, chance }) => used(farm, { start, perDay: 10 }, chance),
  },
  {
    name: 'first codes typed',
    judged: true,
    saved: 0.6,
    attack: ({ start, chance }) => {
      const typed = (before: number) => before < 3;
      return pump({ targets: ownRanges(ALL, 300, 8, chance), start, perHour: 1, typed, chance });
    },
  },
  {
    name: 'spite against a country',
    judged: true,
    attack: ({ start, populations, chance }) => {
      const country = chance.oneOf(['NP', 'IN', 'KE', 'BD', 'GB']);
      const population = populations.find((each) => each.country.code === country);
      return population ? spite({ population, start, perHour: 40, chance }) : [];
    },
  },
  {
    name: 'a launch and an outage',
    judged: true,
    crowd: { country: 'IN', times: 10, from: 6, until: 18, newBlocks: true },
    outage: { country: 'IN', from: 6, until: 8 },
    countedFrom: 8,
    withheld: 0.01,
  },
  { name: 'three times the limit', judged: false, volume: 10 },
  { name: 'television', judged: true, crowd: { country: 'NP', times: 20, from: 10, until: 11 } },
  // At the end: a shape before others would change their random draws.
  {
    name: 'farmed accounts, twice',
    reacts: true,
    judged: false,
    attack: ({ start, farm, chance }) => used(farm, { start, perDay: 5, again: [70] }, chance),
  },
];
