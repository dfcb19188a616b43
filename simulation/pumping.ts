import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { progress, progressNowAndThen } from '../scripts/long-command.js';
import type { Tally } from './play.js';
import { type Run, simulate, USUAL_VOLUME } from './run.js';
import { SHAPES } from './shapes.js';

/**
 * `npm run simulate:pumping -- [--seeds 20] [--first-seed 1] [--volume 3000] [--shape "a launch"]…`: shows how the
 * pumping guard and the budgets treat fraud and honest people, in all shapes of traffic or in the chosen ones. Exit
 * code 1 if a judged shape misses an aim with any seed.
 */
const AIMS = { stopped: 0.95, refused: 0.005 };

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    'first-seed': { type: 'string' },
    volume: { type: 'string' },
    shape: { type: 'string', multiple: true },
  },
});
const options = {
  seeds: Number(values.seeds ?? 20),
  firstSeed: Number(values['first-seed'] ?? 1),
  volume: Number(values.volume ?? USUAL_VOLUME),
  shapes: SHAPES.filter(({ name }) => values.shape?.includes(name) ?? true),
};
const unknown = (values.shape ?? []).filter((name) => !SHAPES.some((shape) => shape.name === name));
if (unknown.length > 0)
  throw new Error(`No shape: ${unknown.join('; ')}. There are: ${SHAPES.map(({ name }) => name).join('; ')}.`);
if (!(options.seeds > 0 && options.firstSeed > 0 && options.volume > 0)) {
  throw new Error('--seeds, --first-seed and --volume are positive numbers.');
}

const began = performance.now();

const runs = new Map<string, Run[]>();
progress(`Seed ${options.firstSeed}`);
for (const run of simulate(options)) {
  const name = `${run.shape.name}, ${run.warm ? 'warm' : 'cold'}`;
  runs.set(name, [...(runs.get(name) ?? []), run]);
  progressNowAndThen(`Seed ${run.seed}, ${run.seed - options.firstSeed + 1} of ${options.seeds}: ${name}`);
  // So that the end of npm is noticed.
  await nextTurn();
}
process.exitCode = tell(runs) ? 0 : 1;

/** @returns whether every aim is met */
function tell(runs: ReadonlyMap<string, readonly Run[]>): boolean {
  write(`${options.seeds} seeds from ${options.firstSeed}, ${options.volume} honest requests a day`);
  write('least / median / most of the seeds');
  write(row(['shape', 'fraud stopped %', 'honest refused %', 'by budgets %', 'lost, USD', 'of', 'pauses', 'aims']));
  for (const [name, each] of runs) write(row([name, ...columns(each.map(({ tally }) => tally)), verdict(each)]));
  const missed = [...runs.values()].flat().filter((run) => run.shape.judged && !holds(run.tally)).length;
  write(missed === 0 ? 'Every judged shape is within the aims with every seed.' : `${missed} runs miss an aim.`);
  write(`${((performance.now() - began) / 1000).toFixed(0)} s`);
  return missed === 0;
}

function columns(tallies: readonly Tally[]): string[] {
  const of = (value: (tally: Tally) => number, digits: number) => spread(tallies.map(value), digits);
  const hasFraud = tallies.some(({ fraud }) => fraud > 0);
  return [
    hasFraud ? of((tally) => 100 * stopped(tally), 2) : '–',
    of((tally) => 100 * refused(tally), 2),
    of((tally) => (100 * tally.refused) / tally.honest, 2),
    hasFraud ? of(({ lost }) => lost, 0) : '–',
    hasFraud ? of(({ asked }) => asked, 0) : '–',
    of(({ pauses }) => pauses, 0),
  ];
}

function stopped({ fraud, fraudSent }: Tally): number {
  return fraud === 0 ? 1 : 1 - fraudSent / fraud;
}

function refused({ honest, withheld, refused: overBudget }: Tally): number {
  return (withheld + overBudget) / honest;
}

function holds(tally: Tally): boolean {
  return stopped(tally) >= AIMS.stopped && refused(tally) <= AIMS.refused;
}

function verdict(each: readonly Run[]): string {
  if (!each[0]?.shape.judged) return 'beyond';
  const missed = each.filter(({ tally }) => !holds(tally)).length;
  return missed === 0 ? 'held' : `missed ${missed}`;
}

function spread(numbers: number[], digits: number): string {
  const sorted = numbers.sort((a, b) => a - b);
  const at = (part: number) => (sorted[Math.round(part * (sorted.length - 1))] ?? 0).toFixed(digits);
  return `${at(0)} / ${at(0.5)} / ${at(1)}`;
}

function row([name = '', ...cells]: string[]): string {
  return [name.padEnd(26), ...cells.map((cell) => cell.padStart(24))].join('');
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
