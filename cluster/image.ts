/**
 * `npm run image:try` makes the image without a container engine, and runs it as compose.yaml does: the steps of the Dockerfile in empty
 * folders, and the result as process 1 of its own namespaces, read-only, without rights, behind HAProxy and PgBouncer. It prints the size
 * of the image without its base. Needs Linux, root, and the programs that it names if one is missing. Node and npm of this machine
 * stand for those of the base image. `-- --quick` takes the build and the packages of this checkout, and runs the last stage only.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Api } from './api.js';
import { execForm } from './dockerfile.js';
import { buildImage, type Image } from './image-build.js';
import { type ComposeDatabase, composeDatabase, composeProxy } from './image-database.js';
import type { Parts } from './parts.js';
import { freePorts } from './ports.js';
import { programs } from './programs.js';
import { loadOfMachine, optionsFrom, run, say } from './run.js';
import type { Ending, StageProcess } from './stage-root.js';
import { statusOf, waitUntil } from './waiting.js';

const NUMBER = '+15005550006';
const CODE = '123456';
const CALL_FOR_MS = 8_000;
/** Within FIELD_RATE_LIMIT. */
const PAUSE_MS = 40;
const DAY_MS = 86_400_000;

const problems: string[] = [];

function check(what: string, isTrue: boolean, more = ''): void {
  say(`${isTrue ? 'ok' : 'NOT'}: ${what}`);
  if (isTrue) return;
  problems.push(what);
  if (more) say(more);
}

const { quick } = optionsFrom({}, ['quick']);

await run(async (parts) => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) throw new Error('This needs Linux and root.');
  programs('unshare', 'initdb', 'postgres', 'psql', 'pgbouncer', 'haproxy');
  say(`Node ${process.version} of this machine stands for that of the base image. ${loadOfMachine()}`);
  const image = await buildImage(parts, { quick });
  await withoutDatabase(image);
  const database = await composeDatabase(parts);
  await operate(image, database);
  await serve(parts, image, database);
  say(`${problems.length} problems. ${loadOfMachine()}`);
  return problems.length === 0;
});

/** A container from the image: its user and environment, and a read-only root. */
function inImage({ root, env, folder, user }: Image, command: readonly string[], settings: Record<string, string>) {
  return root.start(command, { folder, user, env: { ...env, ...settings } });
}

function settingsOf({ service }: ComposeDatabase): Record<string, string> {
  return {
    APP_SECRET: randomBytes(48).toString('base64'),
    PUBLIC_URL: 'https://accounts.example.com',
    DATABASE_URL: service,
    ...{ DATABASE_PREPARE: 'off', MIGRATE: 'check', TRUST_PROXY: '1', DRAIN_SECONDS: '5' },
    SMS_PROVIDER: 'twilio',
    TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
    ...{ TWILIO_AUTH_TOKEN: 'token', TWILIO_PHONE_NUMBER: NUMBER },
    ...{ SMTP_URL: 'smtps://mail.example.com', EMAIL_FROM: 'accounts@example.com' },
    TEST_PHONES: `${NUMBER}=${CODE}`,
    TEST_PHONES_UNTIL: new Date(Date.now() + DAY_MS).toISOString().slice(0, 10),
  };
}

/** What a person reads who has not read the documents. */
async function withoutDatabase(image: Image): Promise<void> {
  const settings = settingsOf({ owner: '', service: '' });
  const command = execForm(image.stage, 'CMD');
  const said = async (url: string) => inImage(image, command, { ...settings, DATABASE_URL: url }).ended;
  const missing = await said('');
  check(
    'without DATABASE_URL, the start says what to set',
    hasEnded(missing, 'DATABASE_URL is required'),
    missing.output,
  );
  const bundled = await said('bundled');
  check('the bundled PostgreSQL is not there', hasEnded(bundled, 'No bundled PostgreSQL'), bundled.output);
}

function hasEnded({ code, output }: Ending, text: string): boolean {
  return code === 1 && output.includes(text);
}

/** What operators run, by npm. */
async function operate(image: Image, database: ComposeDatabase): Promise<void> {
  const command = async (...words: string[]) =>
    inImage(image, words, { ...settingsOf(database), DATABASE_URL: database.owner }).ended;
  const migrated = await command('npm', 'run', '--silent', 'migrate');
  check('npm run migrate', migrated.code === 0 && migrated.output.includes('Migrated:'), migrated.output);
  const written = await command('touch', 'dist/main.js', '/tmp/file');
  check(
    'nothing can be written',
    written.output.match(/Permission denied|Read-only file system/g)?.length === 2,
    written.output,
  );
  const packages = `for (const name of ['argon2', 'bcrypt', 'twilio']) await import(name)`;
  const loaded = await command('node', '--input-type=module', '--eval', packages);
  check('packages beside the build load', loaded.code === 0, loaded.output);
}

interface Served {
  readonly process: StageProcess;
  readonly port: number;
  readonly metricsPort: number;
}

async function serve(parts: Parts, image: Image, database: ComposeDatabase): Promise<void> {
  const settings = settingsOf(database);
  const ports = await freePorts(4);
  const served = [0, 1].map((index): Served => {
    const [port = 0, metricsPort = 0] = ports.slice(index * 2);
    const own = { PORT: String(port), METRICS_PORT: String(metricsPort) };
    const process = inImage(image, execForm(image.stage, 'CMD'), { ...settings, ...own });
    return { process, port, metricsPort };
  });
  for (const { port, process } of served) {
    const isReady = async () => (await statusOf(`http://127.0.0.1:${port}/readyz`)) === 200;
    await waitUntil(isReady, { what: 'the service is ready', seconds: 30 }).catch((error: unknown) => {
      throw new Error(`${error}\n${process.output}`);
    });
  }
  const proxy = await composeProxy(
    parts,
    served.map(({ port }) => port),
  );
  await look(image, { served, proxy, settings });
  const token = await signIn(proxy);
  const users = ['npm', 'run', '--silent', 'users', '--', 'find', NUMBER];
  const found = await inImage(image, users, settings).ended;
  check('npm run users finds who signed in', found.code === 0 && found.output.includes('+1500'), found.output);
  await replace(served, { proxy, token });
}

interface Front {
  readonly served: readonly Served[];
  readonly proxy: string;
  readonly settings: Record<string, string>;
}

async function look(image: Image, { served, proxy, settings }: Front): Promise<void> {
  const [first] = served;
  const health = execForm(image.stage, 'HEALTHCHECK');
  const healthy = await inImage(image, health, { PORT: String(first?.port) }).ended;
  const ill = await inImage(image, health, { PORT: '1' }).ended;
  check('HEALTHCHECK tells a process that answers from one that does not', healthy.code === 0 && ill.code === 1);
  const page = await fetch(`http://127.0.0.1:${first?.metricsPort}/metrics`);
  check('metrics are on their own port', (await page.text()).includes('phone_accounts_build_info'));
  check('metrics are not behind the proxy', (await statusOf(`${proxy}/metrics`)) === 404);
  const memory = /process_resident_memory_bytes (\d+)/.exec(await (await fetch(page.url)).text())?.[1];
  say(`memory of a process after the start: ${Math.round(Number(memory) / 1e6)} MB`);
  check('a wrong secret is refused by the database', await isRefused(image, settings));
}

/** All processes on one database have one secret. */
async function isRefused(image: Image, settings: Record<string, string>): Promise<boolean> {
  const other = { ...settings, APP_SECRET: randomBytes(48).toString('base64'), PORT: '1' };
  const { code, output } = await inImage(image, execForm(image.stage, 'CMD'), other).ended;
  return code === 1 && output.includes('APP_SECRET');
}

async function signIn(proxy: string): Promise<string> {
  const api = new Api([proxy]);
  const outcome = await api.call('verifyOtp', { input: { phoneNumber: NUMBER, otp: CODE } });
  const signedIn = outcome.kind === 'answer' && outcome.type === 'VerifyOtpSuccess';
  check('a person signs in through the proxy', signedIn, JSON.stringify(outcome));
  const wrong = await api.call('login', { input: { identifier: 'unknown@example.com', password: 'not the password' } });
  check('a password is checked', wrong.kind === 'answer' && wrong.type.includes('Credentials'), JSON.stringify(wrong));
  return (outcome.kind === 'answer' && outcome.data.tokens?.accessToken) || '';
}

/** One process is stopped while a client calls through the proxy. */
async function replace([first, second]: readonly Served[], { proxy, token }: { proxy: string; token: string }) {
  const calling = callFor(CALL_FOR_MS, { proxy, token });
  await pause(1_000);
  const stopped = await first?.process.stop();
  check('SIGTERM to process 1 ends it with exit code 0', stopped?.code === 0, stopped?.output);
  const { calls, failed } = await calling;
  check(`no call failed while a process stopped: ${calls} calls, ${failed} failed`, calls > 50 && failed === 0);
  check('the other one, too', (await second?.process.stop())?.code === 0);
}

async function callFor(ms: number, { proxy, token }: { proxy: string; token: string }) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const body = JSON.stringify({ query: '{ me { id } }' });
  let [calls, failed] = [0, 0];
  for (const end = performance.now() + ms; performance.now() < end; calls += 1) {
    const answer = await fetch(`${proxy}/graphql`, { method: 'POST', headers, body }).then(
      (response) => response.text(),
      String,
    );
    if (!answer.includes('"id":"')) failed += 1;
    await pause(PAUSE_MS);
  }
  return { calls, failed };
}
