/**
 * The service under attack: the build, on the bundled PostgreSQL in a folder of its own, with a clock that can be moved
 * and a sender that keeps the texts. It is a process of its own, so that the attacker's work does not slow its answers.
 * It ends when the attacking process ends.
 */
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { type Removal, runLongCommand } from '../scripts/long-command.js';
import type { App } from '../src/app.js';
import type { CommandMessage, Command, Opened, OpenOptions, ResultMessage } from './instance-protocol.js';
import type { MessageSender } from '../src/providers/message-sender.js';

const built = (file: string): Promise<unknown> => import(new URL(`../dist/${file}`, import.meta.url).href);
const { createApp, importCities } = (await built('app.js')) as typeof import('../src/app.js');
const { migrateDatabase } = (await built('database/migrate.js')) as typeof import('../src/database/migrate.js');
const { readConfig } = (await built('config/config.js')) as typeof import('../src/config/config.js');
const { settings } = (await built('config/settings.js')) as typeof import('../src/config/settings.js');
const { readSettings } = (await built('platform/setting.js')) as typeof import('../src/platform/setting.js');
const bundled = (await built('bundled-postgres/server.js')) as typeof import('../src/bundled-postgres/server.js');
const { appSecret } = (await built('platform/app-secret.js')) as typeof import('../src/platform/app-secret.js');
const { createLogger } = (await built('platform/logger.js')) as typeof import('../src/platform/logger.js');
const { systemRandom } = (await built('platform/random.js')) as typeof import('../src/platform/random.js');

const SECRET = 'a secret for attacks that is long enough for them';
const TEMPLATE = 'prepared';
/** Milliseconds. Somebody may wait for it, and the data is not kept. */
const STOP_WITHIN = 4_000;
/** Each request may come from another address, and the field rate limit is so high that it never refuses. */
const BASE = {
  ...{
    LOG_LEVEL: 'error',
    TRUST_PROXY: '1',
    FIELD_RATE_LIMIT: '1000000',
    HTTP_RATE_LIMIT: '1000000',
    ACCESS_TOKEN_TTL: '86400',
  },
  // A provider that sends, as in production: what is only shown to a developer is never withheld.
  ...{ SMS_PROVIDER: 'webhook', WEBHOOK_URL: 'http://gateway.test/send' },
  WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
};
const ACROSS_NUMBERS = /^(SENDS|FAILURES|REGISTRATIONS)_PER_/;

let time = Date.now();
let texts = 0;
const codes = new Map<string, string>();
const logger = createLogger('error');
let app: App | undefined;
let databases = 0;

let serverUrl = '';

await runLongCommand(async (removals) => {
  // The attacking process lets go of this one, or has ended.
  const released = once(process, 'disconnect');
  if (process.connected) await Promise.race([serve(removals).then(() => released), released]);
  return 0;
});

async function serve(removals: Removal[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'phone-accounts-attack-'));
  removals.push(() => rm(folder, { recursive: true, force: true }));
  // Waiting for the disk would hide differences in time, and this data need not survive.
  const unsafe = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };
  const starting = bundled.startBundledServer({ dataDir: folder, settings: unsafe, stopWithin: STOP_WITHIN });
  removals.push(async () => {
    const server = await starting.catch(() => null);
    await server?.stop();
  });
  removals.push(() => {
    // Requests that are under way fail now.
    logger.level = 'silent';
    return app?.close();
  });
  serverUrl = (await starting).url;
  await asAdmin((admin) => admin`CREATE DATABASE ${admin(TEMPLATE)}`);
  await migrateDatabase(urlOf(TEMPLATE));
  await importCities(urlOf(TEMPLATE));
  process.on('message', ({ id, command }: CommandMessage) => {
    run(command).then(
      (value) => answer({ id, value }),
      (error: unknown) => answer({ id, problem: error instanceof Error ? error.message : String(error) }),
    );
  });
  answer({ id: 0 });
}

/** The attacking process may have let go meanwhile. Then an error would end this process and leave PostgreSQL behind. */
function answer(message: ResultMessage): void {
  if (process.connected) process.send?.(message, () => undefined);
}

async function run(command: Command): Promise<unknown> {
  switch (command.kind) {
    case 'open':
      return open(command.options);
    case 'advance':
      time += command.milliseconds;
      return time;
    case 'now':
      return time;
    case 'code':
      await app?.outbox.drain();
      return codes.get(command.phoneNumber) ?? null;
    case 'texts':
      await app?.outbox.drain();
      return texts;
  }
}

/** Starts the service again, on an empty database. */
async function open({ env: given, wide = false }: OpenOptions): Promise<Opened> {
  await app?.close();
  databases += 1;
  const name = `attacked_${databases}`;
  await asAdmin((admin) => admin`CREATE DATABASE ${admin(name)} TEMPLATE ${admin(TEMPLATE)}`);
  const env = { ...BASE, ...(wide && widest()), ...given };
  const reading = readConfig(env);
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  const phone: MessageSender = {
    provider: 'webhook',
    async send({ to, code }) {
      texts += 1;
      if (code !== null) codes.set(to, code);
      return { kind: 'accepted', providerMessageId: null };
    },
  };
  app = await createApp({
    config: reading.config,
    database: urlOf(name),
    secrets: { current: appSecret(SECRET), previous: null },
    publicUrl: 'http://attacked.test',
    clock: { now: () => new Date(time), monotonic: () => time },
    random: systemRandom,
    senders: new Map([[phone.provider, phone]]),
    logger,
  });
  const url = await app.server.listen({ host: '127.0.0.1', port: 0 });
  return { url, databaseUrl: urlOf(name), settings: readSettings(settings, env).values };
}

/** Limits across numbers, each at the greatest power of ten that its setting allows. */
function widest(): Record<string, string> {
  const limits = Object.entries(settings).filter(([name]) => ACROSS_NUMBERS.test(name));
  const found = limits.map(([name, { schema }]) => {
    const powers = Array.from({ length: 10 }, (_, power) => `1${'0'.repeat(power)}`);
    return [name, powers.findLast((value) => schema.safeParse(value).success) ?? ''];
  });
  // Codes that are sent only to be guessed look like SMS pumping.
  return Object.fromEntries([...found, ['PUMPING_GUARD', 'off']]);
}

function urlOf(database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

async function asAdmin(work: (admin: postgres.Sql) => Promise<unknown>): Promise<void> {
  const admin = postgres(serverUrl, { max: 1, onnotice: () => undefined });
  await work(admin).finally(() => admin.end());
}
