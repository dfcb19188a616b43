import { Chance } from '../random.js';
import { MARKETS, type Market } from './markets.js';
import { type Attack, playMarket, type Tally } from './play.js';
import type { MakeRouter } from './routers.js';

/** What the learned route must reach, all markets and seeds together. */
export const ROUTE_AIMS = { saved: 0.3, recoveredWithin: 20 } as const;

export interface PlayOptions {
  readonly seeds: number;
  readonly firstSeed: number;
  readonly minutes: number;
  /** Times the traffic of the markets. */
  readonly traffic: number;
  readonly attack?: Attack;
  readonly markets?: readonly Market[];
}

/** The plays of one router by market. */
export type Plays = ReadonlyMap<Market, readonly Tally[]>;

export function playAll(router: MakeRouter, options: PlayOptions): Plays {
  const { seeds, firstSeed, minutes, traffic, attack, markets = MARKETS } = options;
  return new Map(
    markets.map((market) => {
      const busy = { ...market, perHour: market.perHour * traffic };
      const play = (seed: number) => {
        const chance = new Chance(seed * 100 + MARKETS.indexOf(market));
        return playMarket({ market: busy, router, minutes, chance, ...(attack && { attack }) });
      };
      return [market, Array.from({ length: seeds }, (_, index) => play(firstSeed + index))];
    }),
  );
}

export interface Sum {
  readonly codes: number;
  readonly verified: number;
  readonly costPerVerified: number;
  readonly share: number;
}

export function sumOf(tallies: readonly Tally[]): Sum {
  const total = (of: (tally: Tally) => number) => tallies.reduce((sum, tally) => sum + of(tally), 0);
  const [codes, verified, cost] = [total((t) => t.codes), total((t) => t.verified), total((t) => t.cost)];
  return { codes, verified, costPerVerified: cost / verified, share: verified / codes };
}

/** Minutes until another provider is first, in the median play and in the slowest one; null: nothing turns there. */
export function recoveryOf(tallies: readonly Tally[]): { median: number; slowest: number } | null {
  const minutes = tallies.flatMap(({ recovered }) => recovered ?? []).sort((one, other) => one - other);
  const [median, slowest] = [minutes[Math.floor(minutes.length / 2)], minutes.at(-1)];
  return median === undefined || slowest === undefined ? null : { median, slowest };
}

/** The part of the honest codes that went to a provider first while a market was attacked. */
export function firstUnderAttack(tallies: readonly Tally[], provider: string): number {
  const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
  const all = sum(({ underAttack }) => [...underAttack.values()].reduce((total, count) => total + count, 0));
  return sum(({ underAttack }) => underAttack.get(provider) ?? 0) / all;
}

/** The learned route beside the fixed one, one line for each market and one for all. */
export function compare(
  fixedPlays: Plays,
  plays: Plays,
): { readonly lines: readonly string[]; readonly misses: string[] } {
  const rows = [...fixedPlays].map(([market, tallies]) => line(market.country, tallies, plays.get(market) ?? []));
  const [before, after] = [[...fixedPlays.values()].flat(), [...plays.values()].flat()];
  const misses = judge(sumOf(before), sumOf(after), recoveryOf(after.filter(({ recovered }) => recovered !== null)));
  return { lines: [HEAD, ...rows, line('all', before, after)], misses };
}

function judge(before: Sum, after: Sum, recovery: ReturnType<typeof recoveryOf>): string[] {
  const saved = 1 - after.costPerVerified / before.costPerVerified;
  const misses: [string, boolean][] = [
    [`saved ${ROUTE_AIMS.saved * 100} %`, saved < ROUTE_AIMS.saved],
    ['share', after.share < before.share],
    [`recovered within ${ROUTE_AIMS.recoveredWithin} minutes`, (recovery?.slowest ?? 0) > ROUTE_AIMS.recoveredWithin],
  ];
  return misses.flatMap(([name, missed]) => (missed ? [name] : []));
}

const HEAD = row(['', 'codes', 'fixed: USD', 'share, %', 'learned: USD', 'share, %', 'saved, %', 'recovered, minutes']);

function line(name: string, before: readonly Tally[], after: readonly Tally[]): string {
  const [fixed, learned] = [sumOf(before), sumOf(after)];
  const recovery = name === 'all' ? null : recoveryOf(after);
  return row([
    ...[name, learned.codes.toLocaleString('en')],
    ...[fixed.costPerVerified.toFixed(4), percent(fixed.share)],
    ...[learned.costPerVerified.toFixed(4), percent(learned.share)],
    percent(1 - learned.costPerVerified / fixed.costPerVerified),
    recovery ? `${recovery.median} (at most ${recovery.slowest})` : '–',
  ]);
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

function row(cells: readonly string[]): string {
  const widths = [5, 10, 12, 10, 14, 10, 10, 0];
  return cells
    .map((cell, index) => cell.padEnd(widths[index] ?? 0))
    .join(' ')
    .trimEnd();
}
