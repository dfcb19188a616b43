/**
 * `npm run cluster:rolling` restarts three processes behind HAProxy one after the other, while people sign in through
 * it (docs/scaling.md). A request that gets no answer, or a wrong one, counts as failed. `-- --rounds=3` sets how often
 * each process restarts. `-- --nginx` takes nginx instead of HAProxy.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Api } from './api.js';
import { haproxyForServices } from './haproxy.js';
import { Journal } from './journal.js';
import type { Parts } from './parts.js';
import { nginxForServices } from './nginx.js';
import { People } from './people.js';
import { plainPostgres } from './plain-postgres.js';
import { loadOfMachine, optionsFrom, run, say } from './run.js';
import { makeServices, type ServiceProcess } from './service-process.js';
import { statusOf, waitUntil } from './waiting.js';

const CLIENTS = 16;
const REST_MS = 50;
/** HAProxy must have seen that the process is back, before the next one stops. */
const BETWEEN_RESTARTS_MS = 3_000;
const { rounds, processes, drain, nginx } = optionsFrom({ rounds: 3, processes: 3, drain: 3 }, ['nginx']);

await run(async (parts: Parts) => {
  const databaseUrl = await plainPostgres(parts);
  const env = { DRAIN_SECONDS: String(drain) };
  const { services, codes } = await makeServices(parts, { count: processes, databaseUrl, env });
  for (const service of services) await service.start();
  const { port, part } = await (nginx ? nginxForServices : haproxyForServices)(parts, services);
  const url = `http://127.0.0.1:${port}`;
  const isReady = async () => (await statusOf(`${url}/readyz`)) === 200;
  await waitUntil(isReady, { what: `${part.name} answers`, seconds: 30, parts: [part] });
  const [api, journal, over] = [new Api([url]), new Journal(), { is: false }];
  const people = new People({ api, journal, codes });
  const clients = Promise.all(Array.from({ length: CLIENTS }, () => client(people, over)));
  await pause(BETWEEN_RESTARTS_MS);
  for (let round = 1; round <= rounds; round += 1) {
    for (const service of services) await restart(service, { round, journal });
  }
  over.is = true;
  await clients;
  return report(journal);
});

async function client(people: People, over: { is: boolean }): Promise<void> {
  while (!over.is) {
    const answer = await people.signInByCode(people.next(), { guessFirst: false });
    await pause(REST_MS);
    for (let times = 0; answer && times < 5; times += 1) {
      await people.me(answer);
      await pause(REST_MS);
    }
  }
}

async function restart(
  service: ServiceProcess,
  { round, journal }: { round: number; journal: Journal },
): Promise<void> {
  const code = await service.stop();
  const seconds = await service.start();
  const line = [
    `round ${round} of ${rounds}: ${service.name} stopped with exit code ${code}`,
    `ready again after ${seconds.toFixed(1)} s`,
    `${journal.answers} requests answered, ${journal.failures} failed`,
    loadOfMachine(),
  ];
  say(line.join(', '));
  await pause(BETWEEN_RESTARTS_MS);
}

function report(journal: Journal): boolean {
  for (const wrong of new Set(journal.wrong)) say(`WRONG: ${wrong}`);
  if (journal.failures > 0) say(`failures: ${journal.failureReasons}`);
  say(`${journal.answers} requests answered, ${journal.failures} failed, ${journal.wrong.length} wrong answers`);
  return journal.failures === 0 && journal.wrong.length === 0;
}
