import type { Run } from './run.js';
import { pooled } from './tally.js';

/** What a judged shape must meet, all seeds together: parts of the newcomers, and of known devices. */
export const AIMS = { withheld: 0.005, withheldInCountry: 0.02, devices: 0 } as const;
/** Newcomers a day from which on a country is judged by itself. */
const ENOUGH = 50;

/** The part of the money that is saved of what the same fraudster takes where the guard and the budgets of all are off. */
export function savedOf(runs: readonly Run[]): number {
  const sum = (of: (run: Run) => number) => runs.reduce((total, run) => total + of(run), 0);
  const off = sum(({ unlimited }) => unlimited);
  return off === 0 ? 1 : 1 - sum(({ tally }) => tally.taken) / off;
}

/** The part of the newcomers from whom the guard withheld their code. */
export function newcomersOf(runs: readonly Run[]): number {
  const { newcomer } = pooled(runs.map(({ tally }) => tally)).honest;
  return newcomer.withheld / Math.max(1, newcomer.asked);
}

/** The same in the country where it is the most. */
export function worstCountry(runs: readonly Run[]): { country: string; withheld: number } | undefined {
  const { newcomers } = pooled(runs.map(({ tally }) => tally));
  return [...newcomers]
    .filter(([, { asked }]) => asked >= ENOUGH * runs.length)
    .map(([country, { asked, withheld }]) => ({ country, withheld: withheld / asked }))
    .sort((a, b) => b.withheld - a.withheld)[0];
}

/** The aims that runs of one shape miss. */
export function judgeRuns(runs: readonly Run[]): string[] {
  const [first] = runs;
  if (!first?.warm || !first.shape.judged) return [];
  const { device } = pooled(runs.map(({ tally }) => tally)).honest;
  const misses: [string, boolean][] = [
    [`saved ${first.shape.saved}`, savedOf(runs) < (first.shape.saved ?? 0)],
    ['newcomers', newcomersOf(runs) > (first.shape.withheld ?? AIMS.withheld)],
    ['a country', (worstCountry(runs)?.withheld ?? 0) > AIMS.withheldInCountry],
    ['known devices', device.withheld > AIMS.devices * device.asked],
  ];
  return misses.flatMap(([name, missed]) => (missed ? [name] : []));
}
