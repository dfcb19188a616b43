/**
 * `npm run bench:housekeeping` measures how many rows a second the housekeeping removes while people sign in, and what
 * the people notice. It fills messages, sessions and codes with rows that are over, and starts one process, then two, on
 * one bundled PostgreSQL. The first argument is the number of rows (300,000).
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { importCities } from '../dist/app.js';
import { startBundledServer } from '../dist/bundled-postgres/server.js';
import { openDatabase } from '../dist/database/database.js';
import { migrateDatabase } from '../dist/database/migrate.js';
import { graphql } from './floor/dialects.js';
import { load, openConnections } from './floor/load.js';

const ROWS = Number(process.argv[2] ?? 300_000);
const CONNECTIONS = 8;
const SECRET = 'a secret for the benchmark that is long enough';
const IDLE_CALLS = 1_000;

const folder = mkdtempSync(join(tmpdir(), 'phone-accounts-housekeeping-'));
const server = await startBundledServer({ dataDir: folder });
const database = openDatabase(server.url, { maxConnections: 1 });
let people = 0;

try {
  await migrateDatabase(server.url);
  await importCities(server.url);
  for (const processes of [1, 2]) await measure(processes);
} finally {
  await database.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(processes) {
  await fill();
  const services = await Promise.all(Array.from({ length: processes }, start));
  const [{ port }] = services;
  const sockets = openConnections(port, CONNECTIONS);
  const idle = await requests(sockets, IDLE_CALLS);
  const ending = { over: false };
  const busy = (async () => {
    const times = [];
    while (!ending.over) times.push(...(await requests(sockets, CONNECTIONS * 4)));
    return times;
  })();
  const began = performance.now();
  await Promise.all(services.map(clean));
  const seconds = (performance.now() - began) / 1000;
  ending.over = true;
  report({ processes, seconds, idle, busy: await busy });
  for (const socket of sockets) socket.destroy();
  for (const { child } of services) {
    child.disconnect();
    await once(child, 'exit');
  }
}

/** A third each. The sessions are of one user: they cost the same as those of many. */
async function fill() {
  const each = Math.ceil(ROWS / 3);
  await database.db.execute(sql`
    INSERT INTO users (id, created_at, updated_at) VALUES ('00000000-0000-7000-8000-000000000001', now(), now())
    ON CONFLICT DO NOTHING`);
  await database.db.execute(sql`
    INSERT INTO sessions (id, user_id, rotated_at, authenticated_at, authentication_methods, created_at, last_used_at,
      expires_at, ended_at)
    SELECT gen_random_uuid(), '00000000-0000-7000-8000-000000000001', t, t, ARRAY['otp'], t, t, t,
      CASE WHEN n % 2 = 0 THEN t END
    FROM generate_series(1, ${each}::int) n, (SELECT now() - interval '1 year' AS t) long_ago`);
  await database.db.execute(sql`
    INSERT INTO otp_challenges (phone_number, purpose, challenge_id, secret_id, created_at, expires_at, sent_at)
    SELECT '+1999' || n, 'SIGN_IN', gen_random_uuid(), 'old', t, t, t
    FROM generate_series(1, ${each}::int) n, (SELECT now() - interval '1 year' AS t) long_ago`);
  await database.db.execute(sql`
    INSERT INTO messages (id, phone_number, purpose, challenge_id, locale, status, created_at)
    SELECT gen_random_uuid(), '+1999' || n, 'SIGN_IN', gen_random_uuid(), 'en', 'delivered', t
    FROM generate_series(1, ${each}::int) n, (SELECT now() - interval '1 year' AS t) long_ago`);
  await database.db.execute(sql`VACUUM ANALYZE`);
}

async function start() {
  const child = fork(fileURLToPath(new URL('./housekeeping/service.js', import.meta.url)), {
    env: {
      NODE_ENV: 'test',
      DATABASE_URL: server.url,
      APP_SECRET: SECRET,
      PUBLIC_URL: 'https://accounts.example.com',
      FIELD_RATE_LIMIT: '1000000',
      HTTP_RATE_LIMIT: '1000000',
      SENDS_PER_NETWORK_PER_HOUR: '1000000',
      SENDS_PER_COUNTRY_PER_HOUR: '10000000',
      SENDS_PER_DAY: '1000000000',
      // The guard would pause the numbers, because the codes of this benchmark are never verified.
      PUMPING_GUARD: 'off',
    },
  });
  const [{ port }] = await once(child, 'message');
  return { child, port };
}

async function clean({ child }) {
  child.send('clean');
  await once(child, 'message');
}

/** New people ask for codes. Returns the milliseconds of each call. */
async function requests(sockets, count) {
  const calls = Array.from({ length: count }, () => `+977984${String(people++).padStart(7, '0')}`);
  const bytes = calls.map((phoneNumber) => graphql.request('requestOtp', { phoneNumber }));
  const times = [];
  await Promise.all(
    sockets.map(async (socket, index) => {
      for (let call = index; call < bytes.length; call += sockets.length) {
        const { milliseconds, bodies } = await load([socket], [bytes[call]]);
        graphql.read('requestOtp', bodies[0]);
        times.push(milliseconds);
      }
    }),
  );
  return times;
}

function report({ processes, seconds, idle, busy }) {
  const at = (times, share) => times.sort((a, b) => a - b)[Math.floor(times.length * share)].toFixed(1);
  const shown = (times) => `p50 ${at(times, 0.5)} ms, p99 ${at(times, 0.99)} ms`;
  const line = [
    `${processes} process${processes > 1 ? 'es' : ''}: ${Math.round(ROWS / seconds)} rows/s (${ROWS} rows in ${seconds.toFixed(1)} s)`,
    `beside ${Math.round(busy.length / seconds)} requestOtp/s: ${shown(busy)}`,
    `idle: ${shown(idle)}`,
  ];
  process.stdout.write(`${line.join(' | ')}\n`);
}
