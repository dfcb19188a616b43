/**
 * `npm run bench` measures how fast the service is: one table from one run. For each operation it prints calls a second, the
 * 50th and 99th percentile, the processor time of the service and of PostgreSQL, what PostgreSQL writes ahead, statements and
 * round trips, and how many calls a second the same services answer on a bare HTTP server (the floor).
 *
 * - `--peer better-auth` measures a server from bench/peers in the same run. Its packages are installed there on first use.
 * - `--service ../other-checkout` measures another checkout, too (built).
 * - `--turns 5`, `--calls 1200`: subjects take turns, and figures are medians of the turns.
 * - `--no-floor` and `--no-flushes` make the run shorter.
 * - `--json FILE` and `--svg FILE` write the figures and a picture of them.
 *
 * A server and its PostgreSQL share one core, and the load has another one (Linux with `taskset`).
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bare, graphql } from './floor/dialects.js';
import { pinLoad } from './main/cores.js';
import { countFlushes } from './main/flushes.js';
import { machine } from './main/machine.js';
import { ours } from './main/ours.js';
import { peer } from './main/peer.js';
import { picture } from './main/picture.js';
import { result } from './main/result.js';
import { openSubject } from './main/subject.js';
import { table } from './main/table.js';
import { takeTurns } from './main/turns.js';
import { countStatements } from './main/wire.js';

const { values: options } = parseArgs({
  allowNegative: true,
  options: {
    peer: { type: 'string' },
    service: { type: 'string' },
    turns: { type: 'string', default: '5' },
    calls: { type: 'string', default: '1200' },
    floor: { type: 'boolean', default: true },
    flushes: { type: 'boolean', default: true },
    json: { type: 'string' },
    svg: { type: 'string' },
  },
});
const TURNS = Number(options.turns);
const CALLS = Number(options.calls);

const root = fileURLToPath(new URL('..', import.meta.url));
pinLoad();
const adapters = [await ours({ name: 'service', dialect: graphql, script: 'service.js', build: root })];
if (options.floor) adapters.push(await ours({ name: 'floor', dialect: bare, script: 'bare.js', build: root }));
if (options.service) {
  const build = resolve(options.service);
  adapters.push(await ours({ name: 'other checkout', dialect: graphql, script: 'service.js', build }));
}
const other = options.peer ? await peer(options.peer) : null;
if (other) adapters.push(other);

const subjects = [];
try {
  for (const adapter of adapters) subjects.push(await openSubject(adapter));
  const samples = await takeTurns(subjects, { turns: TURNS, calls: CALLS });
  const written = subjects.filter(({ name }) => name !== 'floor');
  const flushes = options.flushes ? await countFlushes(written, { calls: CALLS }) : {};
  const statements = {};
  for (const subject of written) statements[subject.name] = await countStatements(subject);
  const found = result(samples, { flushes, statements, ...machine(), turns: TURNS, calls: CALLS });
  process.stdout.write(table(found));
  if (options.json) writeFileSync(options.json, `${JSON.stringify(found, null, 2)}\n`);
  if (options.svg) writeFileSync(options.svg, picture(found));
} finally {
  for (const subject of subjects) await subject.stop();
}
