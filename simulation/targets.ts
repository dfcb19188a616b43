import type { Chance } from './random.js';
import { type Country, countryOf, newBlock, type Population } from './world.js';

/** A range that a fraudster has codes sent to. */
export interface Target {
  readonly country: Country;
  readonly range: string;
}

/** Countries with expensive texts, where a share of the price is worth the effort for a fraudster. */
export const COSTLY = ['AZ', 'TJ', 'UZ', 'LK', 'ID', 'BD', 'NG'] as const;
export const ALL = [...COSTLY, 'NP', 'IN', 'KE', 'BR', 'GB'] as const;
/** The countries of most honest users of the simulated service. */
const BUSY = ['ID', 'BD', 'NG', 'NP', 'IN'] as const;

/** Ranges side by side, `perBlock` with the same first 6 digits. */
export function ownRanges(codes: readonly string[], count: number, perBlock: number, chance: Chance): Target[] {
  return Array.from({ length: Math.ceil(count / perBlock) }).flatMap((_, index) => {
    const country = countryOf(codes[index % codes.length] ?? '');
    const block = newBlock(country, chance);
    const left = Math.min(perBlock, count - index * perBlock);
    return Array.from({ length: left }, () => ({ country, range: block + chance.digits(2) }));
  });
}

/** Ranges in blocks with honest users: the busiest ranges, or random ones. */
export function sharedRanges(parts: {
  count: number;
  busiest: boolean;
  codes?: readonly string[];
  populations: readonly Population[];
  chance: Chance;
}): Target[] {
  const { count, busiest, codes = BUSY, populations, chance } = parts;
  return Array.from({ length: count }, (_, index): Target => {
    const code = codes[index % codes.length];
    const population = populations.find(({ country }) => country.code === code);
    if (!population) throw new Error(`There is no one in ${code}.`);
    const { country, blocks } = population;
    const range = busiest
      ? chance.skewed(blocks) + String(Math.floor(100 * chance.share() ** 2)).padStart(2, '0')
      : chance.oneOf(blocks) + chance.digits(2);
    return { country, range };
  });
}
