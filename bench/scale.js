/**
 * `npm run bench:scale` measures the same operations as `npm run bench` where there are ten thousand, a million and ten million
 * accounts, each with what a month of use leaves: a session, a device, a message, events of the audit trail. It prints how
 * much each figure grew. Those who come back are accounts from everywhere in the tables.
 *
 * - `--users 10000,1000000` measures fewer; the growth is counted from the first one.
 * - `--data FOLDER` keeps the filled databases for the next run. Ten million accounts take some 30 GB.
 * - `--fill-only` fills them and measures nothing.
 * - `--turns 5`, `--calls 1200`, `--rest 150`: seconds before the first turn, in which each service does what is due every minute.
 *   Measure on the day of the filling: later, the housekeeping has a day's rows to remove.
 * - `--json FILE`, which also holds the plans of all statements.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { graphql } from './floor/dialects.js';
import { pinLoad } from './main/cores.js';
import { machine } from './main/machine.js';
import { ours } from './main/ours.js';
import { result } from './main/result.js';
import { openSubject } from './main/subject.js';
import { takeTurns } from './main/turns.js';
import { countStatements } from './main/wire.js';
import { fill } from './scale/fill.js';
import { growthTable } from './scale/growth-table.js';
import { knownNumbers } from './scale/known-numbers.js';
import { plansOf } from './scale/plans.js';

const { values: options } = parseArgs({
  options: {
    users: { type: 'string', default: '10000,1000000,10000000' },
    data: { type: 'string' },
    'fill-only': { type: 'boolean', default: false },
    turns: { type: 'string', default: '5' },
    calls: { type: 'string', default: '1200' },
    rest: { type: 'string', default: '150' },
    json: { type: 'string' },
  },
});
const SIZES = options.users.split(',').map(Number);
const TURNS = Number(options.turns);
const CALLS = Number(options.calls);

const build = fileURLToPath(new URL('..', import.meta.url));
/** Accounts that were long unused are asked for one more proof otherwise. */
const settings = { DORMANT_AFTER: '3650' };
const subjects = [];
const filled = {};
try {
  for (const users of SIZES) subjects.push(await open(users));
  if (!options['fill-only']) await measure();
} finally {
  for (const subject of subjects) await subject.stop();
}

async function open(users) {
  const name = `${users.toLocaleString('en')} accounts`;
  const adapter = await ours({ name, dialect: graphql, script: 'service.js', build, settings });
  const dataDir = options.data && join(resolve(options.data), String(users));
  // PostgreSQL may run as another user, who has to reach the folder.
  if (dataDir) mkdirSync(dataDir, { recursive: true, mode: 0o777 });
  const subject = await openSubject(adapter, {
    dataDir,
    async fill(sql) {
      filled[name] = await fill(sql, users);
      process.stderr.write(`${name}: ${JSON.stringify(filled[name] ?? 'filled before')}\n`);
    },
  });
  return { ...subject, knownNumbers: knownNumbers(users) };
}

async function measure() {
  pinLoad();
  await pause(Number(options.rest) * 1000);
  const samples = await takeTurns(subjects, { turns: TURNS, calls: CALLS });
  const [statements, plans] = [{}, {}];
  for (const subject of subjects) statements[subject.name] = await countStatements(subject);
  for (const subject of subjects) plans[subject.name] = await plansOf(subject);
  const found = result(samples, { flushes: {}, statements, ...machine(), turns: TURNS, calls: CALLS });
  process.stdout.write(growthTable(found));
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ ...found, filled, plans }, null, 2)}\n`);
}
