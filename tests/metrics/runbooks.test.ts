import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { tellEvents } from '../support/events/event-steps.js';
import { type EventReceiver, EVENTS_SECRET, startEventReceiver } from '../support/events/receiver.js';
import { PlainServer } from '../support/postgres/plain-server.js';
import { ManualClock } from '../support/manual-clock.js';
import { signIn } from '../support/operations/operations.js';
import { GUARDED, pump } from '../support/pumping.js';
import { startService, TEST_SECRET, type TestService } from '../support/service.js';
import { shellBlocksOf } from '../support/shell-blocks.js';

/** At three in the morning: an operator pastes the commands of each runbook, beside a service that has something to show. */

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const pages = readdirSync(join(root, 'docs/runbooks')).filter((name) => name !== 'README.md');
const INSTALL = 'This test needs programs: apt-get install curl openssl postgresql';
const NUMBER = '+9779800000000';
/** Half an hour ago: commands go by real time. */
const HALF_AN_HOUR = 1_800_000;

let service: TestService;
let metricsUrl: string;
let receiver: EventReceiver;
let folder: string;
/** What stands for the addresses of a runbook. */
let environment: Record<string, string>;
beforeAll(async () => {
  for (const tool of ['curl', 'openssl', 'psql', 'pg_dump'])
    if (spawnSync(tool, ['--version']).error !== undefined) throw new Error(INSTALL);
  const clock = new ManualClock(new Date(Date.now() - HALF_AN_HOUR));
  receiver = await startEventReceiver();
  const env = { ...GUARDED, METRICS_PORT: '9464', EVENTS_URL: receiver.url, EVENTS_SECRET };
  service = await startService({ env, clock });
  metricsUrl = await service.background.metricsServer.listen({ host: '127.0.0.1', port: 0 });
  await signIn(service, NUMBER);
  await pump(service, '25567910', 20);
  await service.background.sharedGauges.poll();
});
afterAll(async () => {
  await service.close();
  await receiver.close();
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phone-accounts-runbook-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  environment = { DATABASE_URL: service.database.url, EVENTS_URL: receiver.url, EVENTS_SECRET };
});

/** The blocks of a page as they are, but for the places of the service and of its scripts. */
function commandsOf(page: string): string[] {
  const at = (code: string) =>
    code
      .replaceAll('localhost:4000', `127.0.0.1:${new URL(service.url).port}`)
      .replaceAll('localhost:9464', `127.0.0.1:${new URL(metricsUrl).port}`)
      .replaceAll(/\bnpm run ([\w:]+)( --(?= ))?/g, (_, name: string) => {
        return `"${process.execPath}" "${root}scripts/${name.replace(':', '-')}.js"`;
      });
  return shellBlocksOf(`docs/runbooks/${page}`).map(({ code }) => at(code));
}

/** What a block prints. Any command of it that fails ends it. */
async function paste(block: string): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, APP_SECRET: TEST_SECRET, ...environment };
  const { stdout } = await run('sh', ['-ec', block], { cwd: folder, env });
  return stdout;
}

async function follow(page: string): Promise<string> {
  const printed: string[] = [];
  for (const block of commandsOf(page)) printed.push(await paste(block));
  return printed.join('\n');
}

test('provider-down.md: which provider fails, whether a message goes out, and what a number got', async () => {
  const printed = await follow('provider-down.md');
  expect(printed).toContain('phone_accounts_breaker_open{provider="webhook"} 0');
  expect(printed).toContain('phone_accounts_outbox_messages{state="due"} 0');
  expect(printed).toMatch(/^SMS to \+9779800000000: .*\nconsole: accepted$/m);
  expect(printed).toContain('The code arrived and was used');
});

test('country-paused.md and pumping-attack.md: what is paused, what it cost, and codes are sent there again', async () => {
  const attack = await follow('pumping-attack.md');
  expect(attack).toMatch(/^25567910 +since .+Z until .+Z$/m);
  expect(attack).toContain('phone_accounts_pauses_in_force{scope="range",country="TZ"} 1');
  expect(attack).toContain('Codes are sent to 25567910 again');
  await pump(service, '25567920', 20);
  const country = await follow('country-paused.md');
  expect(country).toMatch(/^25567920 +since .+Z until .+Z$/m);
  expect(country).toContain('Codes are sent to 25567920 again');
});

test('cost-running-away.md: what the last days cost, by country and by provider', async () => {
  const printed = await follow('cost-running-away.md');
  expect(printed).toMatch(/^country +channel +sent/m);
  expect(printed).toMatch(/^provider +sent/m);
});

test('person-locked-out.md: why no code came, and the account opens again without its old sessions', async () => {
  const env = { cwd: folder, env: { PATH: process.env['PATH'] ?? '', APP_SECRET: TEST_SECRET, ...environment } };
  await run(process.execPath, [`${root}scripts/users.js`, 'lock', NUMBER, '--reason', 'by mistake'], env);
  const printed = await follow('person-locked-out.md');
  expect(printed).toContain('by mistake');
  expect(printed).toContain('The lock is lifted.');
  expect(printed).toContain(`leared for ${NUMBER}`);
  expect(printed).toMatch(/session/);
});

test('service-away-or-slow.md: what answers, and that the tables are those of the build', async () => {
  const printed = await follow('service-away-or-slow.md');
  expect(printed).toContain('phone_accounts_database_up 1');
  expect(printed).toContain('Nothing to migrate.');
});

test('disk-full.md: which disk, which table and which slot', async () => {
  const printed = await follow('disk-full.md');
  expect(printed).toMatch(/Filesystem/);
  expect(printed).toContain('audit_events');
  expect(printed).toContain('slot_name');
});

test('leaked-app-secret.md: another secret that only its owner reads, and all keys are withdrawn', async () => {
  const printed = await follow('leaked-app-secret.md');
  expect(printed).toMatch(/signs/);
  expect(await readFile(join(folder, 'app-secret-new'), 'utf8')).toMatch(/^[\w+/]{64}\n$/);
});

test('events-stuck.md: whether the receiver answers, and which events there are', async () => {
  await tellEvents(service);
  const printed = await follow('events-stuck.md');
  expect(printed).toContain('phone_accounts_events_total{outcome="delivered"}');
  expect(printed).toMatch(/^status [1-5]\d\d$/m);
  expect(printed).toContain('user.created');
});

test('restore-from-backup.md and database-fail-over.md: a copy becomes the primary, and a dump becomes a database', async () => {
  const server = await PlainServer.make();
  let standby: PlainServer | null = null;
  onTestFinished(async () => {
    await Promise.all([server, standby].map((each) => each?.crash()));
    await server.remove();
  });
  await server.start();
  const urlOf = (port: number, name: string) => `postgres://postgres@127.0.0.1:${port}/${name}`;
  environment = {
    DATABASE_URL: urlOf(server.port, 'postgres'),
    ADMIN_URL: urlOf(server.port, 'postgres'),
    OWNER: 'accounts',
    RESTORED_URL: urlOf(server.port, 'restored').replace('//postgres@', '//accounts@'),
  };
  await paste(`"${process.execPath}" "${root}scripts/migrate.js"`);
  await server.ask('CREATE ROLE accounts LOGIN');
  const other = await startService({ databaseUrl: environment['DATABASE_URL'] ?? '' });
  await signIn(other, NUMBER);
  await other.close();

  const [copy = '', fill = '', migrate = '', show = '', signOut = ''] = commandsOf('restore-from-backup.md');
  await paste(copy);
  await paste(fill);
  environment = { ...environment, DATABASE_URL: environment['RESTORED_URL'] ?? '' };
  expect(await paste(migrate)).toContain('Nothing to migrate.');
  expect(await paste(show)).toContain(`phoneNumber: ${NUMBER}`);
  expect(await paste(signOut)).toContain('UPDATE 1');

  standby = await server.copy();
  await standby.start();
  environment = { DATABASE_URL: urlOf(server.port, 'postgres'), STANDBY_URL: urlOf(standby.port, 'postgres') };
  const printed = await follow('database-fail-over.md');
  expect(printed).toMatch(/standby \| read_only/);
  expect(printed).toMatch(/pg_promote\s+-+\s+t/);
  expect(await standby.ask('SELECT pg_is_in_recovery() AS standby')).toMatchObject([{ standby: false }]);
});

test('every page is followed above, and says what is seen, where to look and what to do', async () => {
  const source = readFileSync(new URL(import.meta.url), 'utf8');
  expect(pages.length).toBeGreaterThan(8);
  expect(pages.filter((page) => !source.includes(page))).toEqual([]);
  for (const page of pages) {
    const text = await readFile(join(root, 'docs/runbooks', page), 'utf8');
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect({ page, headings }).toEqual({
      page,
      headings: expect.arrayContaining(['What you see', 'First look', 'Mend']),
    });
    expect(commandsOf(page).length).toBeGreaterThan(0);
  }
});
