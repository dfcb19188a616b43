import { judgeRuns, newcomersOf, savedOf, worstCountry } from './aims.js';
import type { Run } from './run.js';
import { pooled, type Treated } from './tally.js';

const COLUMNS = [28, 24, 28, 9, 12, 9, 18, 9, 8, 30] as const;
const HEADINGS = [
  'shape',
  'saved % (least–most)',
  'taken of, USD a day',
  'withheld',
  'worst country',
  'by budget',
  'devices: held, ref.',
  'no device',
  'pauses',
  'aims',
];

/** A table with a row for each shape: all seeds together, and the least and the most where they differ. */
export function report(runs: ReadonlyMap<string, readonly Run[]>): { lines: string[]; missed: boolean } {
  const verdicts = [...runs].map(([name, each]) => ({ name, each, misses: judgeRuns(each) }));
  const lines = verdicts.map(({ name, each, misses }) => row([name, ...columns(each), verdict(each, misses)]));
  const missed = verdicts.filter(({ misses }) => misses.length > 0);
  const end =
    missed.length === 0 ? 'Every judged shape meets its aims.' : `${missed.length} judged shapes miss an aim.`;
  return {
    lines: ['Per cents of newcomers, unless said otherwise', row(HEADINGS), ...lines, end],
    missed: missed.length > 0,
  };
}

function columns(runs: readonly Run[]): string[] {
  const tally = pooled(runs.map((run) => run.tally));
  const { newcomer, device, 'without device': without } = tally.honest;
  const worst = worstCountry(runs);
  return [
    savings(runs),
    money(runs),
    percent(newcomersOf(runs)),
    worst ? `${worst.country} ${percent(worst.withheld)}` : '–',
    percent(share(newcomer, 'refused')),
    `${percent(share(device, 'withheld'))} ${percent(share(device, 'refused'))}`,
    percent(share(without, 'withheld')),
    (tally.pauses / runs.length).toFixed(0),
  ];
}

function savings(runs: readonly Run[]): string {
  if (!runs.some(({ unlimited }) => unlimited > 0)) return '–';
  const each = runs.map((run) => savedOf([run]));
  return `${percent(savedOf(runs))} (${percent(Math.min(...each))}–${percent(Math.max(...each))})`;
}

function money(runs: readonly Run[]): string {
  const total = (of: (run: Run) => number) => (runs.reduce((sum, run) => sum + of(run), 0) / runs.length).toFixed(0);
  const [taken, unlimited] = [total(({ tally }) => tally.taken), total((run) => run.unlimited)];
  if (unlimited === '0') return '–';
  const budgeted = runs[0]?.budgeted == null ? '' : `, ${total((run) => run.budgeted ?? 0)} by budgets`;
  return `${taken} of ${unlimited}${budgeted}`;
}

function verdict([first]: readonly Run[], misses: readonly string[]): string {
  if (!first?.warm) return 'not judged (cold)';
  if (misses.length > 0) return `MISSED: ${misses.join(', ')}`;
  return first.shape.judged ? 'held' : 'not judged';
}

function share(treated: Treated, what: 'withheld' | 'refused'): number {
  return treated.asked === 0 ? 0 : treated[what] / treated.asked;
}

function percent(part: number): string {
  return (100 * part).toFixed(2);
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, index) => cell.padEnd(COLUMNS[index] ?? 10))
    .join(' ')
    .trimEnd();
}
