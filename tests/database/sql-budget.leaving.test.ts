import { afterAll, beforeAll, expect, test } from 'vitest';
import { callDeleteAccount, exportMyData } from '../support/operations/leaving-operations.js';
import { signIn } from '../support/operations/operations.js';
import { isBehindTheAnswer } from '../support/postgres/behind-the-answer.js';
import { PostgresProxy } from '../support/postgres/postgres-proxy.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { startCountedService } from '../support/postgres/counted-service.js';
import type { TestService } from '../support/service.js';

/** What leaving costs the database. Not "at most": whoever changes one of these numbers shall see it here. */

/** For what a process does once. Preparing a statement on one more connection is no round trip (postgres-wire.ts). */
const WARM_UP_ROUNDS = 2;

let database: TestDatabase;
let proxy: PostgresProxy;
let service: TestService;
let patient: TestService;
let people = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  proxy = await PostgresProxy.start(database.url, isBehindTheAnswer);
  const shared = { database, databaseUrl: proxy.url };
  service = await startCountedService(shared);
  patient = await startCountedService({ ...shared, clock: service.clock, env: { DELETION_GRACE: '30' } });
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    await exportMyData(service, await somebody());
    for (const each of [service, patient]) await callDeleteAccount(each, await somebody());
  }
});

afterAll(async () => {
  await patient.close();
  await service.close();
  await proxy.close();
  await database.close();
});

async function somebody(): Promise<string> {
  people += 1;
  const { tokens } = await signIn(service, `+2556794${String(people).padStart(5, '0')}`);
  return tokens.accessToken;
}

async function costOf(operation: () => Promise<unknown>): Promise<{ statements: number; roundTrips: number }> {
  while (!proxy.wire.quiet) await new Promise(setImmediate);
  proxy.wire.reset();
  await operation();
  while (!proxy.wire.quiet) await new Promise(setImmediate);
  const { statements, roundTrips } = proxy.wire.count;
  return { statements, roundTrips };
}

const two = { statements: 2, roundTrips: 2 };

test('deleteAccount looks who asks, and erases', async () => {
  const token = await somebody();
  expect(await costOf(() => callDeleteAccount(service, token))).toEqual(two);
});

test('deleteAccount with a grace period looks who asks, and ends the sessions', async () => {
  const token = await somebody();
  expect(await costOf(() => callDeleteAccount(patient, token))).toEqual(two);
});

test('exportMyData looks who asks, and reads', async () => {
  const token = await somebody();
  expect(await costOf(() => exportMyData(service, token))).toEqual(two);
});
