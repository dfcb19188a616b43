/**
 * `npm run cluster:pooler` runs three processes through PgBouncer in transaction mode, while people sign in by code. Each
 * process restarts twice (docs/scaling.md). It counts wrong answers and starts that hang. `-- --sign-ins=2000` sets how
 * many people sign in.
 */
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import { Api } from './api.js';
import { Journal } from './journal.js';
import type { Parts } from './parts.js';
import { People } from './people.js';
import { startPgBouncer } from './pgbouncer.js';
import { plainPostgres } from './plain-postgres.js';
import { programs } from './programs.js';
import { loadOfMachine, optionsFrom, run, say } from './run.js';
import { makeServices, type ServiceProcess } from './service-process.js';

const CLIENTS = 16;
/** One in four people types a wrong code first, which must be told to be wrong. */
const GUESS_EVERY = 4;
const RESTARTS = 2;

const { 'sign-ins': wanted, processes } = optionsFrom({ 'sign-ins': 2_000, processes: 3 });

interface Trial {
  readonly people: People;
  readonly journal: Journal;
  readonly services: readonly ServiceProcess[];
  signedIn: number;
  asked: number;
}

await run(async (parts: Parts) => {
  programs('pgbouncer');
  const database = await plainPostgres(parts);
  await limitRole(database);
  const { url } = await startPgBouncer(parts, database);
  // Nothing else says that this is a pooler: PgBouncer listens where an operator wants it to.
  const { services, codes } = await makeServices(parts, {
    count: processes,
    databaseUrl: url,
    env: { DATABASE_PREPARE: 'off', DRAIN_SECONDS: '2' },
  });
  const starts = await Promise.all(services.map((service) => service.start()));
  say(`${processes} processes started together through PgBouncer: ${starts.map((s) => s.toFixed(1)).join(', ')} s`);
  const [api, journal] = [new Api(services.map((service) => service.url)), new Journal()];
  const trial: Trial = { people: new People({ api, journal, codes }), journal, services, signedIn: 0, asked: 0 };
  const clients = Promise.all(Array.from({ length: CLIENTS }, () => client(trial)));
  await restarts(trial);
  await clients;
  return report(trial);
});

/** The time limits that PgBouncer does not pass on (docs/scaling.md). */
async function limitRole(database: string): Promise<void> {
  const sql = postgres(database, { max: 1 });
  const limits = { statement_timeout: 4_000, lock_timeout: 250, idle_in_transaction_session_timeout: 10_000 };
  const settings = Object.entries(limits).map(([name, value]) => `ALTER ROLE CURRENT_USER SET ${name} = ${value}`);
  await sql.unsafe(settings.join('; ')).finally(() => sql.end());
}

async function client(trial: Trial): Promise<void> {
  while (trial.signedIn < wanted) {
    trial.asked += 1;
    const answer = await trial.people.signInByCode(trial.people.next(), {
      guessFirst: trial.asked % GUESS_EVERY === 0,
    });
    if (answer && (await trial.people.me(answer))) trial.signedIn += 1;
  }
}

/** Spread over the run. */
async function restarts(trial: Trial): Promise<void> {
  const all = Array.from({ length: RESTARTS }, () => trial.services).flat();
  for (const [index, service] of all.entries()) {
    while (trial.signedIn < (wanted * (index + 1)) / (all.length + 1)) await pause(100);
    const code = await service.stop();
    const seconds = await service.start();
    const line = [`${service.name} stopped with exit code ${code}`, `ready again after ${seconds.toFixed(1)} s`];
    say([...line, `${trial.signedIn} sign-ins so far`, loadOfMachine()].join(', '));
  }
}

function report({ journal, signedIn }: Trial): boolean {
  for (const wrong of new Set(journal.wrong)) say(`WRONG: ${wrong}`);
  if (journal.failures > 0) say(`not answered: ${journal.failureReasons}`);
  say(`${signedIn} sign-ins, ${journal.answers} answers, ${journal.wrong.length} wrong answers, 0 hung starts`);
  return journal.wrong.length === 0;
}
