/**
 * `npm run bench:floor` measures what GraphQL costs. It compares the service with a floor: the same services on a bare
 * node:http server. Both run in their own processes on one database. This process makes the load, in small portions for
 * each server by turns. For each operation it prints the median throughput of the portions, the ratio of the two
 * throughputs, and the processor time that HTTP and GraphQL add to a call, which other work on the machine disturbs less.
 * The first argument is the number of rounds. With FLOOR_PROFILE set, both processes write a processor profile to the working folder.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { importCities } from '../dist/app.js';
import { startBundledServer } from '../dist/bundled-postgres/server.js';
import { openDatabase } from '../dist/database/database.js';
import { migrateDatabase } from '../dist/database/migrate.js';
import { deriveOtp } from '../dist/otp/otp-code.js';
import { appSecret } from '../dist/platform/app-secret.js';
import { bare, graphql } from './floor/dialects.js';
import { load, openConnections } from './floor/load.js';

/** Milliseconds of processor time that HTTP and GraphQL may add to a call. */
const AIMS = { me: 0.2, requestOtp: 0.3, verifyOtp: 0.3, refreshSession: 0.3 };
const ROUNDS = Number(process.argv[2] ?? 20);
const WARM_UP_ROUNDS = 4;
const PORTION = 200;
const CONNECTIONS = 16;
const SECRET = 'a secret for the benchmark that is long enough';
/** The unit in which the kernel counts processor time. */
const TICKS_PER_SECOND = 100;

const folder = mkdtempSync(join(tmpdir(), 'phone-accounts-floor-'));
const server = await startBundledServer({ dataDir: folder });
const database = openDatabase(server.url, { maxConnections: 1 });
const subjects = [];
let people = 0;

try {
  await migrateDatabase(server.url);
  await importCities(server.url);
  subjects.push(await start(graphql, 'service.js'), await start(bare, 'bare.js'));
  const samples = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    // The two servers take turns in going first.
    for (const subject of round % 2 ? subjects : subjects.toReversed()) {
      const taken = await measure(subject);
      if (round >= 0) samples.push(...taken);
    }
  }
  for (const operation of Object.keys(AIMS)) report(operation, samples);
} finally {
  for (const { sockets, child } of subjects) {
    for (const socket of sockets) socket.destroy();
    child.disconnect();
    await new Promise((resolve) => child.once('exit', resolve));
  }
  await database.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function start(dialect, file) {
  const child = fork(fileURLToPath(new URL(`./floor/${file}`, import.meta.url)), {
    env: {
      NODE_ENV: 'test',
      LOG_LEVEL: process.env.LOG_LEVEL ?? 'info',
      DATABASE_URL: server.url,
      APP_SECRET: SECRET,
      PUBLIC_URL: 'https://accounts.example.com',
      FIELD_RATE_LIMIT: '1000000',
      HTTP_RATE_LIMIT: '1000000',
      SENDS_PER_NETWORK_PER_HOUR: '1000000',
      SENDS_PER_COUNTRY_PER_HOUR: '10000000',
      SENDS_PER_DAY: '1000000000',
      // The guard would pause the numbers, because most codes of a benchmark are never verified.
      PUMPING_GUARD: 'off',
    },
    execArgv: process.env.FLOOR_PROFILE ? ['--cpu-prof', `--cpu-prof-name=${dialect.name}.cpuprofile`] : [],
  });
  const { port } = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', () => reject(new Error(`${file} ended.`)));
  });
  return { dialect, child, sockets: openConnections(port, CONNECTIONS) };
}

/** One portion of each operation. The same users go through all operations. */
async function measure(subject) {
  const numbers = Array.from({ length: PORTION }, () => `+977984${String(people++).padStart(7, '0')}`);
  const asked = await portion(
    subject,
    'requestOtp',
    numbers.map((phoneNumber) => ({ input: { phoneNumber } })),
  );
  const otps = await codesOf(numbers);
  const verified = await portion(
    subject,
    'verifyOtp',
    numbers.map((phoneNumber) => ({ input: { phoneNumber, otp: otps.get(phoneNumber) } })),
  );
  const refreshed = await portion(
    subject,
    'refreshSession',
    verified.answers.map(({ tokens: { refreshToken } }) => ({ input: { refreshToken } })),
  );
  // A few users who ask often, so the service has checked their tokens before.
  const tokens = refreshed.answers.slice(0, 10).map(({ tokens }) => tokens.accessToken);
  const ask = (index) => ({ input: {}, token: tokens[index % tokens.length] });
  await portion(
    subject,
    'me',
    tokens.map((_, index) => ask(index)),
  );
  const known = await portion(
    subject,
    'me',
    Array.from({ length: 3 * PORTION }, (_, index) => ask(index)),
  );
  return [asked, verified, refreshed, known].map(({ sample }) => sample);
}

async function portion({ dialect, child, sockets }, operation, calls) {
  const requests = calls.map(({ input, token }) => dialect.request(operation, input, token));
  const before = processorSeconds(child.pid);
  const { milliseconds, bodies } = await load(sockets, requests);
  const processor = processorSeconds(child.pid) - before;
  const answers = bodies.map((body) => dialect.read(operation, body));
  return {
    answers,
    sample: {
      operation,
      name: dialect.name,
      calls: calls.length,
      perSecond: calls.length / (milliseconds / 1000),
      processor,
    },
  };
}

/** Derives the codes again that were sent to the numbers. */
async function codesOf(numbers) {
  const rows = await database.db.execute(sql`
    SELECT phone_number AS destination, challenge_id AS "challengeId", purpose FROM otp_challenges
    WHERE phone_number IN ${numbers}`);
  const key = appSecret(SECRET).key('otp-code');
  return new Map(rows.map((row) => [row.destination, deriveOtp(key, row)]));
}

/** The processor time of a process so far; 0 if the kernel does not tell it. */
function processorSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

function report(operation, samples) {
  const of = (name) => samples.filter((sample) => sample.operation === operation && sample.name === name);
  const [ours, floors] = [of('service'), of('floor')];
  const [our, floor] = [ours, floors].map((all) => median(all.map(({ perSecond }) => perSecond)));
  const [work, least] = [ours, floors].map(millisecondsPerCall);
  const line = [
    `${operation.padEnd(14)} service ${our.toFixed(0).padStart(5)}/s`,
    `floor ${floor.toFixed(0).padStart(5)}/s`,
    `ratio ${(our / floor).toFixed(2)}`,
    `processor time ${work.toFixed(2)} - ${least.toFixed(2)} = ${(work - least).toFixed(2)} ms (aim ${AIMS[operation]})`,
  ];
  process.stdout.write(`${line.join(' | ')}\n`);
}

/** The kernel counts in hundredths of a second, so it is that of all portions. */
function millisecondsPerCall(samples) {
  const total = (key) => samples.reduce((sum, sample) => sum + sample[key], 0);
  return (total('processor') * 1000) / total('calls');
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
