import { randomInt } from 'node:crypto';

/** Ranges of mobile numbers in which every number is valid: the prefix, and how many digits follow. */
const RANGES = [
  { country: 'TZ', prefix: '+25567', digits: 7 },
  { country: 'GB', prefix: '+447400', digits: 6 },
  { country: 'DE', prefix: '+49151', digits: 8 },
  { country: 'KE', prefix: '+25471', digits: 7 },
  { country: 'IN', prefix: '+9198', digits: 8 },
  { country: 'ES', prefix: '+346', digits: 8 },
  { country: 'PL', prefix: '+4851', digits: 7 },
  { country: 'BR', prefix: '+55119', digits: 8 },
  { country: 'PH', prefix: '+63917', digits: 7 },
  { country: 'ZA', prefix: '+2782', digits: 7 },
  { country: 'ID', prefix: '+62812', digits: 8 },
] as const;

const DIGITS_OF_A_RANGE = 8;
const used = new Set<string>();

/** Numbers that this run has not used before. */
export function freshNumbers(count: number, prefix?: string): string[] {
  return Array.from({ length: count }, () => freshNumber(prefix));
}

/** @param prefix the beginning of the number in E.164: '+25567' for one country, more digits for one range. */
export function freshNumber(prefix?: string): string {
  for (;;) {
    const range = prefix === undefined ? randomRange() : rangeOf(prefix);
    const start = prefix ?? range.prefix;
    const open = range.prefix.length + range.digits - start.length;
    const number = start + String(randomInt(10 ** open)).padStart(open, '0');
    if (used.has(number)) continue;
    used.add(number);
    return number;
  }
}

/** A number range: the first eight digits. Limits on ranges count by these. */
export function someRange(): string {
  return freshNumber(RANGES[0].prefix).slice(0, DIGITS_OF_A_RANGE + 1);
}

/** The beginning of all numbers of one country. */
export const ONE_COUNTRY = RANGES[0].prefix;
/** The code of that country (ISO 3166-1 alpha-2). */
export const COUNTRY_CODE = RANGES[0].country;

function randomRange(): (typeof RANGES)[number] {
  return RANGES[randomInt(RANGES.length)] ?? RANGES[0];
}

function rangeOf(prefix: string): (typeof RANGES)[number] {
  const range = RANGES.find((candidate) => prefix.startsWith(candidate.prefix));
  if (!range) throw new Error(`No known range begins with ${prefix}.`);
  return range;
}

/** Spellings of a number that users type. Attackers try all of them. */
export function spellings(number: string): string[] {
  const digits = number.slice(1);
  const wide = [...digits].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('');
  return [number, `00${digits}`, `+${digits.slice(0, 3)} (${digits.slice(3, 6)}) ${digits.slice(6)}`, `+${wide}`];
}
