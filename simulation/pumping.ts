import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { progress, progressNowAndThen } from '../scripts/long-command.js';
import { PUMPING } from '../src/pumping/pumping-parameters.js';
import { report } from './report.js';
import { type Run, simulate, USUAL_VOLUME } from './run.js';
import { SHAPES } from './shapes.js';

/**
 * `npm run simulate:pumping -- [--seeds 20] [--first-seed 1] [--volume 3000] [--shape "a launch"]… [--warm] [--budgets]
 * [--parameter falseAlarm=0.05]…`: shows how the
 * pumping guard and the budgets treat fraud and honest people, in all shapes of traffic or in the chosen ones. Exit
 * code 1 if a judged shape misses an aim.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    'first-seed': { type: 'string' },
    volume: { type: 'string' },
    shape: { type: 'string', multiple: true },
    warm: { type: 'boolean' },
    budgets: { type: 'boolean' },
    parameter: { type: 'string', multiple: true },
  },
});
for (const each of values.parameter ?? []) changeParameter(each);
const options = {
  seeds: Number(values.seeds ?? 20),
  firstSeed: Number(values['first-seed'] ?? 1),
  volume: Number(values.volume ?? USUAL_VOLUME),
  warmOnly: values.warm ?? false,
  budgetsAlone: values.budgets ?? false,
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
process.stdout.write(`${options.seeds} seeds from ${options.firstSeed}, ${options.volume} honest requests a day\n`);
const { lines, missed } = report(runs);
for (const line of lines) process.stdout.write(`${line}\n`);
process.stdout.write(`${((performance.now() - began) / 1000).toFixed(0)} s\n`);
process.exitCode = missed ? 1 : 0;

/** Another value of a parameter of the guard, to see what it is worth. */
function changeParameter(text: string): void {
  const [name = '', value] = text.split('=');
  if (typeof Reflect.get(PUMPING, name) !== 'number' || !Number.isFinite(Number(value)))
    throw new Error(`--parameter ${text}: it is the name of a number in pumping-parameters.ts, = and a number.`);
  Reflect.set(PUMPING, name, Number(value));
}
