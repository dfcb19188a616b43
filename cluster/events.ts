/**
 * `npm run cluster:events` kills processes of the service (kill -9) again and again while people register, sign in and out, and
 * compares what a receiver of events was told with what the database holds (docs/events.md). `-- --kills=10` sets how often,
 * `-- --processes=2` how many processes run.
 */
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import { Api } from './api.js';
import { EventReceiver } from './event-receiver.js';
import { Journal } from './journal.js';
import type { Parts } from './parts.js';
import { People } from './people.js';
import { plainPostgres } from './plain-postgres.js';
import { loadOfMachine, optionsFrom, run, say } from './run.js';
import { makeServices, type ServiceProcess } from './service-process.js';
import { waitUntil } from './waiting.js';

const CLIENTS = 6;
const REST_MS = 150;
/** At random between two kills, and then until the process is started again. */
const [BETWEEN_KILLS_MS, DOWN_MS] = [1_500, 300];
const MOST_STARTS = 10;
const TELL_EVERY = 10;
/** A killed process holds events for 45 seconds, and a receiver that is away now and then makes waits grow. */
const DELIVERED_WITHIN_SECONDS = 400;
const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

const { kills, processes } = optionsFrom({ kills: 100, processes: 3 });
await run(trial);

async function trial(parts: Parts): Promise<boolean> {
  say('starting PostgreSQL, the receiver and the service …');
  const databaseUrl = await plainPostgres(parts);
  const { receiver, url } = await EventReceiver.start(parts, SECRET);
  const env = { EVENTS_URL: url, EVENTS_SECRET: SECRET, NOTICES: 'off' };
  const { services, codes } = await makeServices(parts, { count: processes, databaseUrl, env });
  for (const service of services) await startAgain(service);
  const journal = new Journal();
  const people = new People({ api: new Api(services.map((each) => each.url)), journal, codes });
  const over = { is: false };
  const clients = Promise.all(Array.from({ length: CLIENTS }, () => client(people, over)));
  for (let kill = 1; kill <= kills; kill += 1) {
    await killOne(services);
    if (kill % TELL_EVERY === 0) {
      const told = `${receiver.events.size} events delivered, ${receiver.repeated} of them once more`;
      say(`kill ${kill} of ${kills}: ${journal.answers} answers, ${told}, ${loadOfMachine()}`);
    }
  }
  over.is = true;
  await clients;
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  parts.atEnd(() => sql.end());
  await waitUntil(() => isAllDelivered(sql), { what: 'all is delivered', seconds: DELIVERED_WITHIN_SECONDS });
  return report(sql, receiver, journal);
}

/** Each person is told of as made, signed in, signed out. */
async function client(people: People, over: { is: boolean }): Promise<void> {
  while (!over.is) {
    const person = people.next();
    const registered = await people.register(person);
    await pause(REST_MS);
    const signedIn = registered && (await people.login(person));
    await pause(REST_MS);
    if (signedIn) await people.logout(signedIn);
  }
}

async function killOne(services: readonly ServiceProcess[]): Promise<void> {
  await pause(Math.random() * BETWEEN_KILLS_MS);
  const victim = services[Math.floor(Math.random() * services.length)];
  await victim?.kill();
  await pause(DOWN_MS);
  if (victim) await startAgain(victim);
}

/** As an orchestrator does: on a busy machine a start may give up, because PostgreSQL does not answer in time. */
async function startAgain(service: ServiceProcess): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await service.start();
      return;
    } catch (error) {
      if (attempt === MOST_STARTS) throw error;
      await service.kill();
    }
  }
}

async function isAllDelivered(sql: postgres.Sql): Promise<boolean> {
  const [row] = await sql`
    SELECT EXISTS (SELECT 1 FROM events WHERE position IS NULL)
      OR EXISTS (SELECT 1 FROM event_deliveries WHERE next_attempt_at IS NOT NULL) AS waits`;
  return row?.['waits'] === false;
}

async function report(
  sql: postgres.Sql,
  { events, repeated, wrong }: EventReceiver,
  journal: Journal,
): Promise<boolean> {
  const written = await sql<{ id: string }[]>`SELECT id FROM events`;
  const lost = written.filter(({ id }) => !events.has(id)).length;
  const invented = events.size - (written.length - lost);
  const told = new Set([...events.values()].map(({ type, userId, sessionId }) => `${type} ${sessionId ?? userId}`));
  const happened = await sql<{ what: string }[]>`
    SELECT 'user.created ' || id AS what FROM users
    UNION ALL SELECT 'session.started ' || id FROM sessions
    UNION ALL SELECT 'session.ended ' || id FROM sessions WHERE ended_at IS NOT NULL`;
  const missing = happened.filter(({ what }) => !told.has(what));
  for (const line of wrong.slice(0, 5)) say(`WRONG: ${line}`);
  for (const { what } of missing.slice(0, 5)) say(`MISSING: ${what}`);
  // On a machine that is busy, passwords wait too long for their hash.
  for (const line of new Set(journal.wrong)) say(`not as expected: ${line}`);
  say(`${journal.answers} answers; ${journal.failures} failures meanwhile: ${journal.failureReasons}`);
  say(
    `${kills} kills; ${written.length} events committed, ${lost} of them never delivered, ${invented} delivered that are not there`,
  );
  say(`${repeated} deliveries were repetitions; ${wrong.length} had another content or came out of order`);
  say(`${happened.length} accounts, sign-ins and ends of sessions in the tables; ${missing.length} without an event`);
  return [lost, invented, wrong.length, missing.length].every((count) => count === 0);
}
