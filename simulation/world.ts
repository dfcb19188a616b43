import type { Chance } from './random.js';

/** A country of the simulated service. The figures have the right order of magnitude and are not from one operator. */
export interface Country {
  readonly code: string;
  readonly callingCode: string;
  /** Digits after the calling code. */
  readonly digits: number;
  /** How many blocks of 6 digits have customers; each holds up to 100 ranges of 8 digits. */
  readonly blocks: number;
  /** The share of the honest traffic. */
  readonly weight: number;
  /** Part of honest people who verify their number. */
  readonly share: number;
  /** Median seconds until they do. */
  readonly timeToVerify: number;
  /** US dollars per message. */
  readonly cost: number;
  /** Hours from UTC. */
  readonly offset: number;
}

export const COUNTRIES: readonly Country[] = [
  country({ code: 'NP', callingCode: '977', digits: 10, blocks: 10, weight: 0.24, share: 0.78, cost: 0.11, offset: 6 }),
  country({ code: 'IN', callingCode: '91', digits: 10, blocks: 220, weight: 0.2, share: 0.7, cost: 0.06, offset: 5.5 }),
  country({ code: 'KE', callingCode: '254', digits: 9, blocks: 30, weight: 0.12, share: 0.74, cost: 0.06, offset: 3 }),
  country({ code: 'BD', callingCode: '880', digits: 10, blocks: 8, weight: 0.1, share: 0.62, cost: 0.14, offset: 6 }),
  country({ code: 'ID', callingCode: '62', digits: 10, blocks: 90, weight: 0.08, share: 0.55, cost: 0.21, offset: 7 }),
  country({
    code: 'US',
    callingCode: '1',
    digits: 10,
    blocks: 4000,
    weight: 0.08,
    share: 0.85,
    cost: 0.01,
    offset: -6,
  }),
  country({ code: 'NG', callingCode: '234', digits: 10, blocks: 20, weight: 0.06, share: 0.6, cost: 0.15, offset: 1 }),
  country({ code: 'GB', callingCode: '44', digits: 10, blocks: 250, weight: 0.05, share: 0.9, cost: 0.04, offset: 0 }),
  country({
    code: 'BR',
    callingCode: '55',
    digits: 11,
    blocks: 300,
    weight: 0.05,
    share: 0.72,
    cost: 0.05,
    offset: -3,
  }),
  country({
    code: 'LK',
    callingCode: '94',
    digits: 9,
    blocks: 40,
    weight: 0.008,
    share: 0.66,
    cost: 0.22,
    offset: 5.5,
  }),
  country({ code: 'UZ', callingCode: '998', digits: 9, blocks: 9, weight: 0.005, share: 0.6, cost: 0.2, offset: 5 }),
  country({ code: 'AZ', callingCode: '994', digits: 9, blocks: 7, weight: 0.004, share: 0.65, cost: 0.31, offset: 4 }),
  country({ code: 'TJ', callingCode: '992', digits: 9, blocks: 9, weight: 0.003, share: 0.58, cost: 0.3, offset: 5 }),
];

function country(given: Omit<Country, 'timeToVerify'>): Country {
  // Where fewer people verify their number, texts also take longer.
  return { ...given, timeToVerify: 25 + 60 * (0.95 - given.share) };
}

export function countryOf(code: string): Country {
  const found = COUNTRIES.find((each) => each.code === code);
  if (!found) throw new Error(`There is no country ${code}.`);
  return found;
}

/** The number ranges of the users of one country. */
export interface Population {
  readonly country: Country;
  /** First 6 digits. */
  readonly blocks: readonly string[];
}

export function populate(country: Country, chance: Chance): Population {
  const blocks = new Set<string>();
  while (blocks.size < country.blocks) blocks.add(newBlock(country, chance));
  return { country, blocks: [...blocks] };
}

export function newBlock({ callingCode }: Country, chance: Chance): string {
  return callingCode + chance.digits(6 - callingCode.length);
}

/** The rest of a number, once its first digits are chosen. */
export function complete(start: string, { callingCode, digits }: Country, chance: Chance): string {
  return `+${start}${chance.digits(callingCode.length + digits - start.length)}`;
}

/** A random user's number. Some blocks and ranges have more users than others. */
export function someNumber({ country, blocks }: Population, chance: Chance): string {
  const range = String(Math.floor(100 * chance.share() ** 2)).padStart(2, '0');
  return complete(chance.skewed(blocks) + range, country, chance);
}
