import { readFileSync } from 'node:fs';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { messageTable } from '../../src/messaging/message.table.js';
import { PostgresProxy } from '../support/postgres/postgres-proxy.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { type Exposition, scrape } from '../support/exposition.js';
import { form, register, requestOtp, verifyOtp, wrongCode } from '../support/operations/operations.js';
import { GUARDED, pump } from '../support/pumping.js';
import { startService, type TestService } from '../support/service.js';

/** What an operator sees of the things that all processes share, and of what a process waits for. */

let database: TestDatabase;
let proxy: PostgresProxy;
let service: TestService;
let url: string;
beforeAll(async () => {
  database = await openTestDatabase();
  proxy = await PostgresProxy.start(database.url);
  const env = { ...GUARDED, METRICS_PORT: '9464', FAILURES_PER_HOUR: '1200', REGISTRATIONS_PER_DAY: '2400' };
  service = await startService({ database, databaseUrl: proxy.url, env });
  url = await service.background.metricsServer.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await service.close();
  await proxy.close();
  await database.close();
});

// Limits begin anew.
beforeEach(() => service.clock.advance(2 * 86_400));

/** What is shown after the background has looked once more. */
async function look(): Promise<Exposition> {
  await service.background.sharedGauges.poll();
  return scrape(service, url);
}

test('a scrape asks the database nothing, however often somebody scrapes', async () => {
  await look();
  proxy.wire.reset();
  for (let times = 0; times < 5; times += 1) await scrape(service, url);
  const asked = proxy.wire.count.statements;
  await look();
  expect(asked).toBe(0);
  // The probe, the outbox, the pauses, the guesses, the registrations.
  expect(proxy.wire.count.statements).toBe(5);
});

test('the build, the pool and the password hashes of a process are there from the start', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const { value } = await look();
  expect(value(`build_info{version="${version}",commit="",node="${process.version}"}`)).toBe(1);
  expect(value('database_pool_size')).toBe(10);
  expect(value('database_pool_connections{state="idle"}')).toBeGreaterThan(0);
  expect(value('database_pool_connections{state="in_use"}')).toBe(0);
  expect(value('database_pool_waiting')).toBe(0);
  expect(value('hashing_running')).toBe(0);
  expect(value('hashing_waiting{kind="login"}')).toBe(0);
  expect(value('breaker_open{provider="webhook"}')).toBe(0);
});

test('a database that is away shows at once, and shows when it is back', async () => {
  expect((await look()).value('database_up')).toBe(1);
  await proxy.become('refusing');
  await expect(service.background.sharedGauges.poll()).rejects.toThrow();
  const away = await scrape(service, url);
  await proxy.become('up');
  const back = await look();

  expect(away.value('database_up')).toBe(0);
  expect(away.value('database_probe_seconds')).toBeNull();
  expect(back.value('database_up')).toBe(1);
  expect(back.value('database_probe_seconds')).toBe(0);
});

test('messages that no process takes up show with their age, apart from those that wait for another attempt', async () => {
  const [due, waiting] = ['+255679100001', '+255679100002'];
  for (const phoneNumber of [due, waiting]) await requestOtp(service, { phoneNumber });
  await service.background.outbox.drain();
  const now = service.clock.now();
  const queue = (phoneNumber: string, seconds: number) =>
    service.db
      .update(messageTable)
      .set({ status: 'queued', nextAttemptAt: new Date(now.getTime() + seconds * 1000) })
      .where(eq(messageTable.destination, phoneNumber));
  await queue(due, -40);
  await queue(waiting, 40);

  const { value } = await look();
  expect(value('outbox_messages{state="due"}')).toBe(1);
  expect(value('outbox_messages{state="waiting"}')).toBe(1);
  expect(value('outbox_oldest_due_seconds')).toBe(40);

  await service.db.update(messageTable).set({ status: 'sent' });
  const after = await look();
  expect(after.value('outbox_messages{state="due"}')).toBe(0);
  expect(after.value('outbox_oldest_due_seconds')).toBe(0);
});

test('wrong guesses and registrations show as parts of their limits', async () => {
  const phoneNumber = '+255679100003';
  await requestOtp(service, { phoneNumber });
  const otp = wrongCode(service.phone.code(phoneNumber));
  for (let guess = 0; guess < 2; guess += 1) await verifyOtp(service, { phoneNumber, otp });
  await register(service, form({ phoneNumber: '+255679100004', email: 'part@example.com', username: 'part.of.limit' }));

  const { value } = await look();
  expect(value('guess_limit_filling')).toBe(2 / (1200 / 12));
  expect(value('registration_limit_filling{window="24h"}')).toBeCloseTo(1 / 2400, 6);
  expect(value('registration_limit_filling{window="5m"}')).toBeGreaterThan(1 / 2400);
});

test('pauses of the guard show by country while they hold, and as 0 when they are over', async () => {
  await pump(service, '25567920', 20);
  const during = await look();
  service.clock.advance(40 * 86_400);
  const after = await look();

  expect(during.value('pauses_in_force{scope="range",country="TZ"}')).toBe(1);
  expect(during.value('pauses_in_force{scope="block",country="TZ"}')).toBe(1);
  expect(after.value('pauses_in_force{scope="range",country="TZ"}')).toBe(0);
});
