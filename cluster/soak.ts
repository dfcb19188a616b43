/**
 * `npm run cluster:soak` runs three processes under mixed load, and prints the memory of each process and the rows of each
 * table every minute (docs/scaling.md). First it fills what a process keeps in memory. The exit code is 1 when memory grows,
 * when a table has more rows than it may have, or when a call fails. `-- --minutes=30` sets how long.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Api } from './api.js';
import { fill } from './fill.js';
import { growth, type Memory, type Minute, notFlat } from './flatness.js';
import { Journal } from './journal.js';
import type { Parts } from './parts.js';
import { People } from './people.js';
import { plainPostgres } from './plain-postgres.js';
import { loadOfMachine, optionsFrom, run, say } from './run.js';
import { makeServices, type ServiceProcess } from './service-process.js';
import { SoakLoad } from './soak-load.js';
import { SoakTables } from './soak-tables.js';

/** `rest`: milliseconds between two calls of one client. */
const { minutes, processes, rest } = optionsFrom({ minutes: 30, processes: 3, rest: 100 });

interface Trial {
  readonly services: readonly ServiceProcess[];
  readonly journal: Journal;
  readonly tables: SoakTables;
}

await run(async (parts: Parts) => {
  const databaseUrl = await plainPostgres(parts);
  // One proxy in front, so that calls may come from many networks.
  const env = { TRUST_PROXY: '1' };
  const { services, codes } = await makeServices(parts, { count: processes, databaseUrl, env });
  for (const service of services) await service.start();
  const urls = services.map(({ url }) => url);
  const journal = new Journal();
  const people = new People({ api: new Api(urls), journal, codes });
  const load = new SoakLoad(people, { restMs: rest });
  const person = await load.registerPeople();
  say(`after the start: ${shown(await memoryOf(services))}`);
  await fill(urls, { people, person });
  say(`with full caches: ${shown(await memoryOf(services))}`);
  const tables = await SoakTables.open(databaseUrl, journal);
  load.begin();
  const seen = await watch({ services, journal, tables });
  await load.end();
  await tables.close();
  return report(journal, seen);
});

async function watch({ services, journal, tables }: Trial): Promise<Minute[]> {
  const seen: Minute[] = [];
  for (let minute = 1; minute <= minutes; minute += 1) {
    await pause(60_000);
    const now = { memory: await memoryOf(services), tables: await tables.sizes() };
    seen.push(now);
    const rows = now.tables.filter((table) => table.rows > 0).map((table) => `${table.name} ${table.rows}`);
    say(`minute ${minute} of ${minutes}: ${shown(now.memory)}; ${journal.answers} answers, ${loadOfMachine()}`);
    say(`  rows: ${rows.join(', ')}`);
  }
  return seen;
}

function memoryOf(services: readonly ServiceProcess[]): Promise<Memory[]> {
  return Promise.all(services.map((service) => service.memory()));
}

function report(journal: Journal, seen: readonly Minute[]): boolean {
  for (const wrong of new Set(journal.wrong)) say(`WRONG: ${wrong}`);
  if (journal.failures > 0) say(`failures: ${journal.failureReasons}`);
  say(`${journal.answers} answers, ${journal.failures} failures, ${journal.wrong.length} wrong answers`);
  for (const kind of ['live', 'resident'] as const) {
    const grown = growth(seen, kind).map((each) => each.toFixed(3));
    if (grown.length > 0) say(`${kind} memory, last third to second third: ${grown.join(', ')}`);
  }
  const faults = notFlat(seen);
  for (const fault of faults) say(`NOT FLAT: ${fault}`);
  return faults.length === 0 && journal.wrong.length === 0 && journal.failures === 0;
}

function shown(memory: readonly Memory[]): string {
  const of = (kind: keyof Memory) => memory.map((each) => each[kind].toFixed(kind === 'live' ? 1 : 0)).join(', ');
  return `resident ${of('resident')} MB, live ${of('live')} MB`;
}
