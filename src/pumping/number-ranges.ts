import { firstDigits } from '../platform/first-digits.js';

/** What can be paused, from the narrowest to the widest. No country: strangers could close it for everybody. */
export const pauseLevels = ['range', 'block'] as const;
export type PauseLevel = (typeof pauseLevels)[number];

/** What a number is part of: the keys of its counters and pauses. */
export interface NumberRanges {
  /** The first 8 digits: a fraudster's numbers usually lie side by side. */
  readonly range: string;
  /** New ranges among those with the same first 6 digits. */
  readonly block: string;
  /** New ranges of the country. */
  readonly country: string;
  /** New ranges anywhere. */
  readonly all: string;
  /** The share of codes that is verified in the country, and everywhere. */
  readonly countryShare: string;
  readonly share: string;
}

/** `country` is ISO 3166-1 alpha-2, or 001 for numbers of no country. */
export function rangesOf(phoneNumber: string, country: string): NumberRanges {
  return ranges(firstDigits(phoneNumber, 8), country);
}

/** The same from the key of a range; null where it is none. */
export function rangesOfKey(key: string): NumberRanges | null {
  const [level, country, digits] = key.split(':');
  return level === 'range' && country && digits ? ranges(digits, country) : null;
}

/** The ranges of a block: the keys of their pauses. */
function neighboursOf({ block }: NumberRanges): string[] {
  const [, country = '', digits = ''] = block.split(':');
  return Array.from({ length: 100 }, (_, last) => `range:${country}:${digits}${String(last).padStart(2, '0')}`);
}

/** The keys of the pauses that a verified code may end, by the keys that the code is counted under. */
export function pausesAround(countedUnder: readonly string[]): string[] {
  const [around] = countedUnder.flatMap((key) => rangesOfKey(key) ?? []);
  if (!around) return [];
  const neighbours = countedUnder.includes(around.block) ? neighboursOf(around) : [];
  return [...pauseLevels.map((level) => around[level]), ...neighbours];
}

function ranges(digits: string, country: string): NumberRanges {
  return {
    range: `range:${country}:${digits}`,
    block: `block:${country}:${digits.slice(0, 6)}`,
    country: `country:${country}`,
    all: 'all',
    countryShare: `share:${country}`,
    share: 'share',
  };
}

export function keysOf(of: NumberRanges): string[] {
  return [of.range, of.block, of.country, of.all, of.countryShare, of.share];
}
