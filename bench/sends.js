/**
 * `npm run bench:sends` measures how many codes a second are sent where a commit takes 0, 5 and 20 ms, by one, two and three
 * processes, without and with the pumping guard. All requests come from one network and go to one country, so they share
 * every budget but those of their numbers. PostgreSQL waits `commit_delay` before each commit, as a slow disk or a
 * synchronous standby does.
 *
 * `--service DIR` measures the build of another folder, `--seconds N` measures longer, `--processes 1,3`, `--commit 0,20` and
 * `--guard off` measure less.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { startBundledServer } from '../dist/bundled-postgres/server.js';
import { graphql } from './floor/dialects.js';
import { load, openConnections } from './floor/load.js';

const { values: options } = parseArgs({
  options: {
    service: { type: 'string', default: '.' },
    seconds: { type: 'string', default: '4' },
    processes: { type: 'string', default: '1,2,3' },
    commit: { type: 'string', default: '0,5,20' },
    guard: { type: 'string', default: 'off,on' },
  },
});
const BUILD = resolve(options.service);
const SECONDS = Number(options.seconds);
const WARM_UP_SECONDS = 1.5;
const CONNECTIONS = 24;
const WIDE = '1000000000';
const ENVIRONMENT = {
  ...{ NODE_ENV: 'test', LOG_LEVEL: 'fatal', BENCH_BUILD: BUILD },
  APP_SECRET: 'a secret for the benchmark that is long enough',
  PUBLIC_URL: 'https://accounts.example.com',
  ...{ FIELD_RATE_LIMIT: '1000000', HTTP_RATE_LIMIT: '1000000', SENDS_PER_DAY: WIDE },
  ...{ SENDS_PER_NETWORK_PER_HOUR: WIDE, SENDS_PER_COUNTRY_PER_HOUR: WIDE },
};

const listed = (text) => text.split(',').map((each) => each.trim());
const { migrateDatabase } = await import(pathToFileURL(join(BUILD, 'dist/database/migrate.js')).href);
const folder = mkdtempSync(join(tmpdir(), 'phone-accounts-sends-'));
const server = await startBundledServer({ dataDir: folder });
const admin = postgres(server.url, { max: 1, onnotice: () => undefined });
let people = 0;
let failed = 0;

try {
  await migrateDatabase(server.url);
  process.stdout.write(`codes a second, ${BUILD}\n${'processes'.padEnd(12)}commit`);
  for (const guard of listed(options.guard)) process.stdout.write(`guard ${guard}`.padStart(18));
  process.stdout.write('\n');
  for (const processes of listed(options.processes).map(Number))
    for (const commit of listed(options.commit).map(Number)) await row(processes, commit);
} finally {
  await admin.end();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function row(processes, commit) {
  await admin.unsafe(`ALTER SYSTEM SET commit_delay = ${commit * 1000}`);
  await admin.unsafe('ALTER SYSTEM SET commit_siblings = 0');
  await admin`SELECT pg_reload_conf()`;
  process.stdout.write(`${String(processes).padEnd(12)}${`${commit} ms`.padStart(6)}`);
  for (const guard of listed(options.guard)) {
    const perSecond = (await measure(processes, guard)).toFixed(0);
    process.stdout.write((failed > 0 ? `${perSecond} (${failed} failed)` : perSecond).padStart(18));
  }
  process.stdout.write('\n');
}

async function measure(processes, guard) {
  await admin`TRUNCATE rate_budgets, otp_challenges, messages, proof_counters, send_pauses`;
  const env = { ...ENVIRONMENT, DATABASE_URL: server.url, PUMPING_GUARD: guard };
  const services = await Promise.all(Array.from({ length: processes }, () => start(env)));
  await send(services, WARM_UP_SECONDS);
  failed = 0;
  const sent = await send(services, SECONDS);
  for (const { sockets, child } of services) {
    for (const socket of sockets) socket.destroy();
    child.disconnect();
    await once(child, 'exit');
  }
  return sent / SECONDS;
}

async function start(env) {
  const child = fork(fileURLToPath(new URL('./sends/service.js', import.meta.url)), { env });
  const [{ port }] = await once(child, 'message');
  return { child, sockets: openConnections(port, CONNECTIONS) };
}

/** Each connection asks for codes to new numbers, one after the other. Returns how many were sent within the time. */
async function send(services, seconds) {
  const end = performance.now() + seconds * 1000;
  let sent = 0;
  const askOn = async (socket) => {
    while (performance.now() < end) {
      const { bodies } = await load([socket], [graphql.request('requestOtp', { phoneNumber: somebody() })]);
      if (performance.now() > end) return;
      if (JSON.parse(bodies[0]).data?.requestOtp?.__typename === 'RequestOtpSuccess') sent += 1;
      else failed += 1;
    }
  };
  await Promise.all(services.flatMap(({ sockets }) => sockets.map(askOn)));
  return sent;
}

/** Numbers of Nepal, spread over seven ranges of six digits and seven hundred of eight. */
function somebody() {
  people += 1;
  return `+97798${'0124568'[people % 7]}${String((people * 7919) % 10_000_000).padStart(7, '0')}`;
}
