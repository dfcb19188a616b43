/**
 * `npm run cluster:soak` runs three processes under mixed load, and prints the memory of each process and the rows of each
 * table every minute (docs/scaling.md). The same people come again and again. At the end it compares the last third of
 * the run with the second one. `-- --minutes=30` sets how long.
 */
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import type { Answer } from './api.js';
import { Api } from './api.js';
import { Journal } from './journal.js';
import type { Parts } from './parts.js';
import { People, type Person } from './people.js';
import { plainPostgres } from './plain-postgres.js';
import { loadOfMachine, optionsFrom, run, say } from './run.js';
import { makeServices, type ServiceProcess } from './service-process.js';

const CLIENTS = 8;
const REST_MS = 100;
/** So many registered people come in turn, with a password. */
const REGISTERED = 100;
/** So many others come in turn, with a code. One comes again after more than a minute, because a number has to wait for that. */
const OTHERS = 600;
/** One in so many types a wrong code first. More would lock numbers. */
const GUESS_EVERY = 10;
/** Memory that a process may grow by from the second third of the run to the last one. */
const MOST_GROWTH = 1.1;

const { minutes, processes } = optionsFrom({ minutes: 30, processes: 3 });

interface Minute {
  readonly megabytes: readonly number[];
  readonly rows: ReadonlyMap<string, number>;
}

interface Trial {
  readonly people: People;
  readonly journal: Journal;
  readonly registered: Person[];
  readonly others: readonly Person[];
  turn: number;
  over: boolean;
}

await run(async (parts: Parts) => {
  const databaseUrl = await plainPostgres(parts);
  const { services, codes } = await makeServices(parts, { count: processes, databaseUrl });
  for (const service of services) await service.start();
  const [api, journal] = [new Api(services.map(({ url }) => url)), new Journal()];
  const people = new People({ api, journal, codes });
  const others = Array.from({ length: OTHERS }, () => people.next());
  const trial: Trial = { people, journal, registered: [], others, turn: 0, over: false };
  await registerPeople(trial);
  const clients = Promise.all(Array.from({ length: CLIENTS }, (_, index) => client(trial, index)));
  const seen = await watch(trial, { services, databaseUrl });
  trial.over = true;
  await clients;
  return report(trial, seen);
});

async function registerPeople({ people, registered }: Trial): Promise<void> {
  while (registered.length < REGISTERED) {
    const person = people.next();
    if (await people.register(person)) registered.push(person);
  }
}

/** Half of the clients sign in with a password, and half with a code; each then uses and ends the session. */
async function client(trial: Trial, index: number): Promise<void> {
  while (!trial.over) {
    const answer = await (index % 2 === 0 ? signInByPassword(trial) : signInByCode(trial));
    if (answer) await actInSession(trial.people, answer);
    await pause(REST_MS);
  }
}

async function signInByPassword(trial: Trial): Promise<Answer | null> {
  const person = trial.registered[Math.floor(Math.random() * REGISTERED)];
  return person ? trial.people.login(person) : null;
}

async function signInByCode(trial: Trial): Promise<Answer | null> {
  trial.turn += 1;
  const person = trial.others[trial.turn % OTHERS] ?? trial.people.next();
  return trial.people.signInByCode(person, { guessFirst: trial.turn % GUESS_EVERY === 0 });
}

async function actInSession(people: People, answer: Answer): Promise<void> {
  for (let times = 0; times < 3; times += 1) {
    await people.me(answer);
    await pause(REST_MS);
  }
  const refreshed = await people.refresh(answer);
  await pause(REST_MS);
  await people.logout(refreshed ?? answer);
}

async function watch(
  { journal }: Trial,
  { services, databaseUrl }: { services: readonly ServiceProcess[]; databaseUrl: string },
): Promise<Minute[]> {
  const seen: Minute[] = [];
  for (let minute = 1; minute <= minutes; minute += 1) {
    await pause(60_000);
    const now = { megabytes: services.map((service) => service.megabytes), rows: await rowsOf(databaseUrl) };
    seen.push(now);
    const rows = [...now.rows].filter(([, count]) => count > 0).map(([table, count]) => `${table} ${count}`);
    say(`minute ${minute} of ${minutes}: ${shown(now.megabytes)} MB; ${journal.answers} answers, ${loadOfMachine()}`);
    say(`  rows: ${rows.join(', ')}`);
  }
  return seen;
}

async function rowsOf(url: string): Promise<Map<string, number>> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    const tables = await sql<{ name: string }[]>`
      SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`;
    const counts = new Map<string, number>();
    for (const { name } of tables) {
      const [row] = await sql<{ count: number }[]>`SELECT count(*)::int AS count FROM ${sql(name)}`;
      counts.set(name, row?.count ?? 0);
    }
    return counts;
  } finally {
    await sql.end();
  }
}

function report({ journal }: Trial, seen: readonly Minute[]): boolean {
  const third = Math.floor(seen.length / 3);
  const middle = seen.slice(third, 2 * third);
  const last = seen.slice(2 * third);
  const growth = Array.from({ length: processes }, (_, index) => {
    const of = (some: readonly Minute[]) => some.map(({ megabytes }) => megabytes[index] ?? 0);
    return median(of(last)) / median(of(middle));
  });
  for (const wrong of new Set(journal.wrong)) say(`WRONG: ${wrong}`);
  if (journal.failures > 0) say(`failures: ${journal.failureReasons}`);
  say(`${journal.answers} answers, ${journal.failures} failures, ${journal.wrong.length} wrong answers`);
  if (third > 0) say(`memory, last third to second third: ${growth.map((each) => each.toFixed(2)).join(', ')}`);
  const flat = third === 0 || growth.every((each) => each <= MOST_GROWTH);
  return flat && journal.wrong.length === 0 && journal.failures === 0;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function shown(values: readonly number[]): string {
  return values.map((value) => value.toFixed(0)).join(', ');
}
