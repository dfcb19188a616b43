/**
 * `npm run bench:import` measures `npm run users:import` on the bundled PostgreSQL: how long a file takes, and how much memory.
 * Then it kills imports of a smaller file with SIGKILL, at moments over the whole of the work, begins each again, and looks
 * whether every account is there once. Arguments: rows (1,000,000), kills (20), rows of the smaller file (30,000).
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { startBundledServer } from '../dist/bundled-postgres/server.js';
import { openDatabase } from '../dist/database/database.js';
import { migrateDatabase } from '../dist/database/migrate.js';
import { makeFile } from './import/make-file.js';

const ROWS = Number(process.argv[2] ?? 1_000_000);
const KILLS = Number(process.argv[3] ?? 20);
const ROWS_TO_KILL_IN = Number(process.argv[4] ?? 30_000);
const PROGRAM = fileURLToPath(new URL('../dist/commands/users-import.js', import.meta.url));
const TICKS_A_SECOND = 100;
const LOOK_EVERY_MS = 500;
/** About as long as a batch takes, so that the kill comes anywhere in one. */
const MOST_MS_LATER = 100;

const folder = mkdtempSync(join(tmpdir(), 'phone-accounts-import-'));
const server = await startBundledServer({ dataDir: join(folder, 'data') });
const database = openDatabase(server.url, { maxConnections: 1 });
try {
  await migrateDatabase(server.url);
  await measure();
  await killAndBeginAgain();
} finally {
  await database.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measure() {
  const file = join(folder, 'all.csv');
  await makeFile(file, ROWS);
  for (const name of ['import', 'the same again']) {
    const database = processorOfServer();
    const { seconds, processor, memory } = await finished(file);
    const sides = `${processor.toFixed(0)} s of the program, ${(processorOfServer() - database).toFixed(0)} s of PostgreSQL`;
    const quarters = [0.25, 0.5, 0.75, 1].map((part) => memory[Math.ceil(memory.length * part) - 1]);
    say(`${name}: ${ROWS} rows in ${seconds.toFixed(0)} s; processor time: ${sides}`);
    say(`  memory after each quarter of the time: ${quarters.join(', ')} MB; at most ${Math.max(...memory)} MB`);
    say(`  load of the machine at the end: ${loadavg()[0].toFixed(1)}; accounts: ${await accounts()}`);
  }
}

async function killAndBeginAgain() {
  await database.db.execute(sql`TRUNCATE users CASCADE`);
  const file = join(folder, 'killed.csv');
  await makeFile(file, ROWS_TO_KILL_IN);
  let [lost, twice, killed] = [0, 0, 0];
  for (let kill = 0; kill < KILLS; kill += 1) {
    await database.db.execute(sql`TRUNCATE users CASCADE`);
    if (await killedAt(file, Math.floor((ROWS_TO_KILL_IN * kill) / KILLS))) killed += 1;
    const there = await accounts();
    await finished(file);
    const [row] = await database.db.execute(sql`
      SELECT count(*)::int AS accounts, count(DISTINCT external_id)::int AS ids, count(DISTINCT phone_number)::int AS numbers,
        count(*) FILTER (WHERE username IS NOT NULL)::int AS usernames
      FROM users`);
    lost += ROWS_TO_KILL_IN - Math.min(row.ids, row.numbers, row.usernames);
    twice += row.accounts - row.ids;
    say(`kill ${kill + 1}: ${there} accounts then, ${row.accounts} after the next import`);
  }
  say(`${killed} kills of imports of ${ROWS_TO_KILL_IN} rows: ${lost} accounts lost, ${twice} twice`);
  if (lost + twice > 0) process.exitCode = 1;
}

function start(file) {
  const env = {
    ...process.env,
    DATABASE_URL: server.url,
    APP_SECRET: 'a secret for the benchmark that is long enough',
  };
  return spawn(process.execPath, [PROGRAM, file, '--region', 'NP'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function finished(file) {
  const began = performance.now();
  const child = start(file);
  const [memory, ended] = [[], once(child, 'exit')];
  let processor = 0;
  for (;;) {
    const over = await Promise.race([ended, pause(LOOK_EVERY_MS)]);
    if (over) {
      if (over[0] !== 0) throw new Error(`The import ended with ${over[0]}.`);
      return { seconds: (performance.now() - began) / 1000, processor, memory };
    }
    const seen = lookAt(child.pid);
    if (!seen) continue;
    memory.push(seen.megabytes);
    processor = seen.processor;
  }
}

/** Kills an import at a moment after so many accounts are there. False: it had ended. */
async function killedAt(file, enough) {
  const child = start(file);
  const ended = once(child, 'exit');
  while (child.exitCode === null && (await accounts()) < Math.max(1, enough)) await pause(5);
  await pause(Math.random() * MOST_MS_LATER);
  child.kill('SIGKILL');
  const [code] = await ended;
  return code === null;
}

/** Linux only. Null: it has just ended. */
function lookAt(pid) {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return { megabytes: Math.round(Number(kilobytes) / 1024), processor: ticksOf(pid).own / TICKS_A_SECOND };
  } catch {
    return null;
  }
}

/** Seconds of all processes of the server so far. */
function processorOfServer() {
  const postmaster = Number.parseInt(readFileSync(join(folder, 'data/postgres/postmaster.pid'), 'utf8'), 10);
  const { own, ended } = ticksOf(postmaster);
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === postmaster);
  return children.reduce((sum, pid) => sum + ticksOf(pid).own, own + ended) / TICKS_A_SECOND;
}

/** Of the process itself, and of its children that have ended. */
function ticksOf(pid) {
  const [user, system, childrenUser, childrenSystem] = statOf(pid).slice(11, 15).map(Number);
  return { own: user + system, ended: childrenUser + childrenSystem };
}

function parentOf(pid) {
  try {
    return Number(statOf(pid)[1]);
  } catch {
    return null;
  }
}

function statOf(pid) {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
}

async function accounts() {
  const [row] = await database.db.execute(sql`SELECT count(*)::int AS count FROM users`);
  return row.count;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
