/**
 * `npm run bench:admin` measures lists of users where there are ten million: pages, searches and filters, each with other
 * values every time, and what the indexes cost those who sign in and sign up. It fills a bundled PostgreSQL of its own and
 * prints a table, then JSON. The first argument is the number of users, the second how often each question is asked, and the
 * third a folder that keeps the filled database for another run. What writes cost comes last, because it drops indexes: where
 * the database is kept, it is left out.
 *
 * Times are those that a caller waits for. Beside them stands the processor time of PostgreSQL (Linux), which other work on
 * the machine does not change.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { UserListRepository } from '../dist/admin/users/user-list.repository.js';
import { UserListService } from '../dist/admin/users/user-list.service.js';
import { startBundledServer } from '../dist/bundled-postgres/server.js';
import { openDatabase } from '../dist/database/database.js';
import { migrateDatabase } from '../dist/database/migrate.js';
import { fillUsers } from './admin/fill-users.js';
import { plansOf } from './admin/plans.js';
import { questions } from './admin/questions.js';
import { writeCosts } from './admin/write-costs.js';

const USERS = Number(process.argv[2] ?? 10_000_000);
const TIMES = Number(process.argv[3] ?? 100);
const ALLOWED_MS = 50;

const KEPT = process.argv[4];

const folder = KEPT ?? mkdtempSync(join(tmpdir(), 'phone-accounts-admin-'));
const server = await startBundledServer({ dataDir: folder });
const database = openDatabase(server.url, { maxConnections: 1 });
const { db } = database;

try {
  await migrateDatabase(server.url);
  const [{ empty }] = await db.execute(sql`SELECT NOT EXISTS (SELECT 1 FROM users) AS empty`);
  const filled = empty ? await fillUsers(db, USERS) : 'before';
  process.stderr.write(`${JSON.stringify(filled)}\n`);
  const clock = { now: () => new Date() };
  const phoneNumbers = { defaultRegion: null, exampleCountry: 'NP', testPhones: { find: () => null } };
  const list = new UserListService({ users: new UserListRepository(db), phoneNumbers, clock });
  const [{ pid }] = await db.execute(sql`SELECT pg_backend_pid() AS pid`);
  const plans = plansOf(db);
  const rows = [];
  for (const question of questions(list, USERS)) {
    rows.push(await measure(question, { pid, plans }));
    process.stderr.write(`${line(rows.at(-1))}\n`);
  }
  const writes = KEPT ? null : await writeCosts(db, { users: USERS, pid, cpuMs });
  process.stdout.write(`${[line(null), ...rows.map(line)].join('\n')}\n`);
  process.stdout.write(`${JSON.stringify({ users: USERS, times: TIMES, filled, questions: rows, writes }, null, 2)}\n`);
} finally {
  await database.close();
  await server.stop();
  if (!KEPT) rmSync(folder, { recursive: true, force: true });
}

async function measure({ name, ask }, { pid, plans }) {
  const [waited, busy] = [[], []];
  let found = 0;
  for (let time = 0; time < TIMES + 10; time += 1) {
    const [began, cpu] = [performance.now(), cpuMs(pid)];
    const outcome = await ask(time);
    // The first ones are planned each for itself, and pages come from the disk.
    if (time < 10) continue;
    waited.push(performance.now() - began);
    if (cpu !== null) busy.push(cpuMs(pid) - cpu);
    found += outcome.edges.length;
  }
  const plan = await plans.of(() => ask(TIMES + 10));
  return { name, found: found / TIMES, waitedMs: percentiles(waited), processorMs: percentiles(busy), plan };
}

/** Milliseconds that a process has run, to the nanosecond; null where the system does not tell. */
function cpuMs(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return null;
  }
}

function percentiles(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (part) =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0) * 100) / 100;
  return { median: at(0.5), p95: at(0.95), most: at(1) };
}

function line(row) {
  if (row === null) return `${'question'.padEnd(52)} rows   p50 ms   p95 ms  cpu p95  plan`;
  const { name, found, waitedMs, processorMs, plan } = row;
  const figures = [waitedMs.median, waitedMs.p95, processorMs.p95].map((value) => value.toFixed(1).padStart(8));
  const verdict = waitedMs.p95 < ALLOWED_MS ? '' : '  OVER';
  return `${name.padEnd(52)}${found.toFixed(0).padStart(5)} ${figures.join(' ')}  ${plan.scans.join(', ')}${verdict}`;
}
