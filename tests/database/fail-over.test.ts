import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../src/database/database.js';
import { migrateDatabase } from '../../src/database/migrate.js';
import { eventually } from '../support/eventually.js';
import { form, REGISTER, REQUEST_OTP } from '../support/operations/operations.js';
import { PlainServer } from '../support/postgres/plain-server.js';
import { ProcessPlace } from '../support/process/process-place.js';
import { startService, TEST_SECRET, type TestService } from '../support/service.js';

let primary: PlainServer;
let standby: PlainServer;
/** Whether a test has ended the primary or promoted the standby, so that the next one needs both as they were. */
let changed = true;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  primary = await (await PlainServer.make()).start();
  await migrateDatabase(urlOf(primary));
  standby = await (await primary.copy()).start();
  await primary.keep();
  await standby.keep();
});

beforeEach(async () => {
  if (!changed) return;
  changed = false;
  await Promise.all([primary.restore(), standby.restore()]);
  // Each commit waits for the standby.
  await Promise.all([primary.start(['synchronous_standby_names=*']), standby.start()]);
});

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  if (changed) await Promise.all([primary.crash(), standby.crash()]);
});

afterAll(async () => {
  await Promise.all([primary.crash(), standby.crash()]);
  await primary.remove();
});

function urlOf(...servers: readonly { readonly port: number }[]): string {
  const hosts = servers.map(({ port }) => `127.0.0.1:${port}`).join(',');
  return `postgres://postgres@${hosts}/postgres?sslmode=disable&target_session_attrs=read-write`;
}

async function serviceOn(url: string): Promise<TestService> {
  const { db, close } = openDatabase(url, { maxConnections: 2 });
  const service = await startService({ database: { db, url, close } });
  stops.push(close, () => service.close());
  return service;
}

async function registers(service: TestService, person: number): Promise<boolean> {
  const changes = { phoneNumber: `+25567919${String(1000 + person)}`, email: `person-${person}@example.com` };
  const { body, status } = await service.graphql(REGISTER, { input: form(changes) });
  if (body.errors) expect([body.errors[0]?.extensions.code, status]).toEqual(['SERVICE_UNAVAILABLE', 503]);
  return !body.errors;
}

async function isReady(service: TestService): Promise<boolean> {
  return (await fetch(`${service.url}/readyz`)).status === 200;
}

/** Milliseconds until an account can be registered. */
async function untilBack(service: TestService, person: number): Promise<number> {
  const began = performance.now();
  while (!(await registers(service, person))) {
    if (performance.now() - began > 15_000) throw new Error('The service does not come back.');
    await pause(50);
  }
  return performance.now() - began;
}

async function crashPrimary(): Promise<void> {
  changed = true;
  await primary.crash();
}

async function promote(): Promise<void> {
  changed = true;
  await standby.ask('SELECT pg_promote()');
}

test('two servers in the URL: the primary dies, the standby is promoted, and no account is lost', async () => {
  const service = await serviceOn(urlOf(primary, standby));
  const acknowledged: number[] = [];
  let over = false;
  const clients = [1, 2, 3, 4].map(async (client) => {
    for (let person = client * 1_000; !over; person += 1) {
      if (await registers(service, person)) acknowledged.push(person);
      else await pause(20);
    }
  });
  await eventually(async () => acknowledged.length > 20 || null);
  await crashPrimary();
  await pause(300);
  expect(await isReady(service)).toBe(false);
  await promote();
  const back = await untilBack(service, 9_000);
  over = true;
  await Promise.all(clients);

  expect(back).toBeLessThan(2_000);
  expect(await isReady(service)).toBe(true);
  const found = await standby.ask("SELECT substr(email, 8, 4)::int AS person FROM users WHERE email LIKE 'person-%'");
  const kept = new Set(found.map(({ person }) => person));
  expect(acknowledged.filter((person) => !kept.has(person))).toEqual([]);
});

/** One address that leads to one server after the other. */
class Route {
  readonly #server: Server = createServer((near) => this.#take(near));
  readonly #sockets = new Set<Socket>();
  port = 0;
  #to = 0;

  async open(to: PlainServer): Promise<this> {
    this.#to = to.port;
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    this.port = typeof address === 'object' && address ? address.port : 0;
    stops.push(() => this.close());
    return this;
  }

  leadTo({ port }: PlainServer): void {
    this.#to = port;
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #take(near: Socket): void {
    const far = connect(this.#to, '127.0.0.1');
    near.pipe(far).pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }
}

test('one address that leads to the standby first and to a primary later: not ready meanwhile, and back soon after', async () => {
  const route = await new Route().open(primary);
  const service = await serviceOn(urlOf(route));
  expect(await registers(service, 1)).toBe(true);

  route.leadTo(standby);
  for (let looks = 0; looks < 10; looks += 1) {
    expect(await registers(service, 2)).toBe(false);
    expect(await isReady(service)).toBe(false);
  }
  await crashPrimary();
  await promote();

  expect(await untilBack(service, 2)).toBeLessThan(10_000);
  expect(await isReady(service)).toBe(true);
});

test('connections that turn out read-only are left, and those that write are taken when there are some', async () => {
  const service = await serviceOn(urlOf(primary));
  const input = { phoneNumber: '+255679190720' };
  expect(await registers(service, 1)).toBe(true);
  await primary.ask('ALTER SYSTEM SET default_transaction_read_only = on');
  await primary.ask('SELECT pg_reload_conf()');
  await pause(300);
  expect((await service.graphql(REQUEST_OTP, { input })).status).toBe(503);
  expect(await isReady(service)).toBe(false);
  await primary.ask('ALTER SYSTEM RESET default_transaction_read_only');
  await primary.ask('SELECT pg_reload_conf()');
  expect(await untilBack(service, 2)).toBeLessThan(2_000);
  expect(await isReady(service)).toBe(true);
});

const env = { APP_SECRET: TEST_SECRET, LOG_LEVEL: 'info' };

test('a start on a server that stays a standby ends, with one line that says what to do', async () => {
  const place = await ProcessPlace.make();
  stops.push(() => place.end());
  const { code, stderr } = await (await place.start({ env: { ...env, DATABASE_URL: urlOf(standby) } })).ended;
  expect(code).toBe(1);
  expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(/cannot start: .*read-only.*To mend it, /)]);
});

test('connections that are ended again and again while the service starts do not end the start', async () => {
  const place = await ProcessPlace.make();
  stops.push(() => place.end());
  const started = await place.start({ env: { ...env, DATABASE_URL: urlOf(primary) } });
  const admin = openDatabase(urlOf(primary), { maxConnections: 1 });
  stops.push(() => admin.close());
  let ended = 0;
  for (let until = Number.POSITIVE_INFINITY; performance.now() < until; await pause(30)) {
    const rows = await admin.db.execute(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'phone-accounts' AND pid <> pg_backend_pid()",
    );
    if (ended === 0 && rows.length > 0) until = performance.now() + 3_000;
    ended += rows.length;
  }
  await started.ready();
  const { code, stdout, stderr } = await started.stop();
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).not.toMatch(/uncaught|unhandled/i);
});

test('a start on a standby waits, says so in one line, and goes on when the server is promoted', async () => {
  const place = await ProcessPlace.make();
  stops.push(() => place.end());
  const started = await place.start({ env: { ...env, DATABASE_URL: urlOf(standby) } });
  while (!started.stdout.includes('Waiting up to')) await pause(20);
  expect(started.stdout.match(/not ready[^\n]*read-only/g)).toHaveLength(1);
  await crashPrimary();
  await promote();
  await started.ready();
  expect((await started.stop()).code).toBe(0);
});
