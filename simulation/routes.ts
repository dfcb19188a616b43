import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { progress } from '../scripts/long-command.js';
import { MARKETS } from './routes/markets.js';
import { compare, firstUnderAttack, type PlayOptions, playAll, sumOf } from './routes/report.js';
import { fixed, learned, thompson } from './routes/routers.js';

/**
 * `npm run simulate:routes -- [--seeds 20] [--first-seed 1] [--hours 24] [--traffic 1] [--thompson] [--attacks]`: what the
 * learned route costs beside the fixed one, on days with outages and new prices. Exit code 1 if it misses an aim.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    'first-seed': { type: 'string', default: '1' },
    hours: { type: 'string', default: '24' },
    traffic: { type: 'string', default: '1' },
    thompson: { type: 'boolean', default: false },
    attacks: { type: 'boolean', default: false },
  },
});
const HOUR = 60;
const numbers = [values.seeds, values['first-seed'], values.hours, values.traffic].map(Number);
const [seeds = 0, firstSeed = 0, hours = 0, traffic = 0] = numbers;
if (!numbers.every((number) => number > 0))
  throw new Error('--seeds, --first-seed, --hours and --traffic are positive numbers.');
const options: PlayOptions = { seeds, firstSeed, minutes: Math.round(hours * HOUR), traffic };

const began = performance.now();
const print = (line: string) => process.stdout.write(`${line}\n`);
print(`${seeds} seeds from ${firstSeed}, ${hours} hours each. USD: for a verified number.`);
progress('The fixed route');
const before = playAll(fixed, options);
let missed = false;
for (const [name, router] of Object.entries({ learned, ...(values.thompson && { thompson }) })) {
  progress(`The route: ${name}`);
  // So that the end of npm is noticed.
  await nextTurn();
  const { lines, misses } = compare(before, playAll(router, options));
  for (const line of ['', `${name}:`, ...lines]) print(line);
  if (name === 'learned') missed = misses.length > 0;
  print(misses.length > 0 ? `Misses: ${misses.join(', ')}` : 'All aims are met.');
}
if (values.attacks) await playAttacks();
print(`${((performance.now() - began) / 1000).toFixed(0)} s`);
process.exitCode = missed ? 1 : 0;

/** Who owns many numbers types only the codes of the dear provider, or none, for six quiet hours of Nepal. */
async function playAttacks(): Promise<void> {
  const markets = MARKETS.filter(({ country }) => country === 'NP').map(({ providers, turn: _, ...market }) => ({
    ...market,
    providers: providers.map(({ changes: __, ...provider }) => provider),
  }));
  print('\nattacks on NP from 6 to 12: the part of the honest codes that the dear provider gets first, USD');
  const shapes = [
    { name: 'none', strength: 0, types: null, owners: false },
    { name: 'no code typed, half as many as honest ones', strength: 0.5, types: null, owners: false },
    { name: 'no code typed, twice as many', strength: 2, types: null, owners: false },
    { name: 'codes of the dear provider typed, half as many', strength: 0.5, types: 'global', owners: false },
    { name: 'the same, twice as many', strength: 2, types: 'global', owners: false },
    { name: 'the same, twenty times as many', strength: 20, types: 'global', owners: false },
    { name: 'the same with accounts of a day before, a tenth', strength: 0.1, types: 'global', owners: true },
    { name: 'the same with accounts of a day before, half as many', strength: 0.5, types: 'global', owners: true },
  ];
  for (const { name, ...shape } of shapes) {
    await nextTurn();
    const attack = { ...shape, from: 6 * HOUR, until: 12 * HOUR };
    const tallies = [...playAll(learned, { ...options, minutes: 14 * HOUR, attack, markets }).values()].flat();
    const part = (100 * firstUnderAttack(tallies, 'global')).toFixed(1);
    print(`  ${name.padEnd(56)} ${part.padStart(5)} %  ${sumOf(tallies).costPerVerified.toFixed(4)}`);
  }
}
