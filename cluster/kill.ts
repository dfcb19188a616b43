/**
 * `npm run cluster:kill` kills the primary of a Patroni cluster again and again, while clients register and sign in
 * (docs/scaling.md). `-- --kills=3` sets how often, `-- --processes=2` how many processes of the service run. With
 * `-- --hosts` the service has a list of all hosts instead of HAProxy.
 */
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import { Api } from './api.js';
import { haproxyForPrimary } from './haproxy.js';
import { Journal } from './journal.js';
import type { Parts } from './parts.js';
import { PatroniCluster, type PatroniNode } from './patroni.js';
import { People } from './people.js';
import { programs } from './programs.js';
import { loadOfMachine, optionsFrom, run, say } from './run.js';
import { makeServices } from './service-process.js';
import { waitUntil } from './waiting.js';

const CLIENTS = 16;
/** Each client rests between two calls, because passwords cost much processor time. */
const REST_MS = 200;
const WARM_UP_MS = 5_000;
/** In every third round Patroni dies, too, and with it all that knows of the primary. */
const PATRONI_TOO = 3;
const BACK_WITHIN_SECONDS = 120;
const DATABASE = 'accounts';

interface Trial {
  readonly cluster: PatroniCluster;
  readonly journal: Journal;
  readonly people: People;
  readonly over: { is: boolean };
}

const { kills, processes, hosts } = optionsFrom({ kills: 10, processes: 3 }, ['hosts']);
await run(trial);

async function trial(parts: Parts): Promise<boolean> {
  programs('etcd', 'patroni', 'haproxy', 'initdb', 'pg_rewind');
  say('starting etcd and three nodes of Patroni …');
  const cluster = await PatroniCluster.start(parts);
  await makeDatabase(cluster);
  say(`starting ${processes} processes of the service …`);
  const databaseUrl = await routeTo(cluster, parts);
  const { services, codes } = await makeServices(parts, { count: processes, databaseUrl });
  for (const service of services) await service.start();
  const api = new Api(services.map(({ url }) => url));
  const journal = new Journal();
  const trial = { cluster, journal, people: new People({ api, journal, codes }), over: { is: false } };
  const clients = Promise.all(Array.from({ length: CLIENTS }, () => client(trial)));
  await pause(WARM_UP_MS);
  const gaps: number[] = [];
  for (let round = 1; round <= kills; round += 1) gaps.push(await killPrimary(trial, round));
  trial.over.is = true;
  await clients;
  return report(trial, gaps);
}

/** How the services find the primary: through HAProxy, or by a list of all hosts. */
async function routeTo(cluster: PatroniCluster, parts: Parts): Promise<string> {
  if (hosts) return cluster.urlOfAll(DATABASE);
  const { port } = await haproxyForPrimary(parts, cluster.nodes);
  return cluster.urlOf(port, DATABASE);
}

/** Registers people for ever. Who was acknowledged signs in. */
async function client({ people, over }: Trial): Promise<void> {
  while (!over.is) {
    const person = people.next();
    const registered = await people.register(person);
    await pause(REST_MS);
    if (registered) await people.login(person);
    await pause(REST_MS);
  }
}

/** Returns the seconds without service. */
async function killPrimary({ cluster, journal }: Trial, round: number): Promise<number> {
  const primary = await cluster.steady();
  const patroniToo = round % PATRONI_TOO === 0;
  journal.watch();
  if (patroniToo) await primary.killPatroni();
  primary.killPostgres();
  const next = await promoted(cluster, primary, patroniToo);
  const before = journal.answers;
  const isBack = async () => journal.answers > before + CLIENTS;
  await waitUntil(isBack, { what: 'the service is back', seconds: BACK_WITHIN_SECONDS });
  const gap = journal.longestGap;
  if (patroniToo) primary.startPatroni();
  const killed = patroniToo ? 'PostgreSQL and Patroni' : 'PostgreSQL';
  const line = [
    `kill ${round} of ${kills}: ${killed} of ${primary.name}`,
    `${next.name} promoted`,
    `${gap.toFixed(1)} s without service`,
    `${journal.acknowledged.length} registrations acknowledged so far`,
    loadOfMachine(),
  ];
  say(line.join(', '));
  return gap;
}

async function promoted(cluster: PatroniCluster, old: PatroniNode, patroniDead: boolean): Promise<PatroniNode> {
  let found: PatroniNode | null = null;
  const isPromoted = async () => {
    found = await cluster.primary();
    return found !== null && found !== old;
  };
  const what = `another node is promoted${patroniDead ? '' : ' (Patroni of the old one lives)'}`;
  await waitUntil(isPromoted, { what, seconds: BACK_WITHIN_SECONDS });
  return found ?? old;
}

async function makeDatabase(cluster: PatroniCluster): Promise<void> {
  const { port } = await cluster.steady();
  const sql = postgres(cluster.urlOf(port, 'postgres'), { max: 1, onnotice: () => undefined });
  await sql`CREATE DATABASE ${sql(DATABASE)}`.finally(() => sql.end());
}

async function report({ cluster, journal }: Trial, gaps: readonly number[]): Promise<boolean> {
  const primary = await cluster.steady();
  const lost = await lostOf(journal.acknowledged, cluster.urlOf(primary.port, DATABASE));
  say(`${journal.answers} answers; ${journal.failures} failures meanwhile: ${journal.failureReasons}`);
  for (const wrong of new Set(journal.wrong)) say(`WRONG: ${wrong}`);
  say(`wrong answers: ${journal.wrong.length}`);
  say(`longest time without service: ${Math.max(...gaps).toFixed(1)} s`);
  say(`acknowledged registrations lost: ${lost.length} of ${journal.acknowledged.length}`);
  return lost.length === 0 && journal.wrong.length === 0;
}

/** Those that the database does not have. */
async function lostOf(emails: readonly string[], url: string): Promise<string[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  const rows = await sql<{ email: string }[]>`SELECT email FROM users`.finally(() => sql.end());
  const found = new Set(rows.map(({ email }) => email));
  return emails.filter((email) => !found.has(email));
}
