import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { notice, rotate, withdraw } from '../support/keys.js';
import { inParallel, signIn } from '../support/operations/operations.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { startService, TEST_SECRET, type TestService } from '../support/service.js';
import { isSignedIn } from '../support/operations/session-operations.js';

/** An operator starts processes with different PUBLIC_URLs on one database, or moves the service to another address. */

const [ONE, OTHER] = ['https://accounts.example.com', 'https://login.example.com'];
const NEW_SECRET = 'the secret that comes after it, and is no shorter';

let database: TestDatabase;
const running: TestService[] = [];

beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(async () => {
  for (const service of running.splice(0)) await service.close();
  await database.close();
});

async function start(publicUrl: string, env: Record<string, string> = {}): Promise<TestService> {
  const service = await startService({ database, env: { PUBLIC_URL: publicUrl, ...env } });
  running.push(service);
  return service;
}

function warnings({ logs }: TestService): string[] {
  const lines: { level: number; msg: string }[] = logs.map((line) => JSON.parse(line));
  return lines.filter(({ level, msg }) => level === 40 && msg.includes('issuer')).map(({ msg }) => msg);
}

test('a second PUBLIC_URL on the database is told at the start, with both of them', async () => {
  const first = await start(ONE);
  const { tokens } = await signIn(first, '+9779800000000');

  const second = await start(OTHER);

  expect(await isSignedIn(second, tokens.accessToken)).toBe(false);
  expect(warnings(first)).toEqual([]);
  expect(warnings(second)).toEqual([expect.stringMatching(`PUBLIC_URL was ${ONE}, and is ${OTHER} here`)]);
});

test('starts with the same PUBLIC_URL say nothing, and a move is said once', async () => {
  for (const slash of ['', '', '/']) expect(warnings(await start(`${ONE}${slash}`))).toEqual([]);

  expect(warnings(await start(OTHER))).toHaveLength(1);
  expect(warnings(await start(OTHER))).toEqual([]);
  // One that was not moved.
  expect(warnings(await start(ONE))).toHaveLength(1);
});

test.each([
  ['rotated', rotate],
  ['withdrawn', withdraw],
])('it is known still after keys were %s and APP_SECRET was changed', async (_how, change) => {
  const first = await start(ONE);
  await change(first);
  await notice(first);
  await start(ONE);
  await start(ONE, { APP_SECRET: NEW_SECRET, APP_SECRET_PREVIOUS: TEST_SECRET });

  const moved = await start(OTHER, { APP_SECRET: NEW_SECRET });

  expect(warnings(moved)).toHaveLength(1);
});

test('of two that start at the same moment on a new database, at least one tells', async () => {
  const services = await inParallel(6, (index) => start(index % 2 ? ONE : OTHER));

  expect(services.flatMap(warnings).length).toBeGreaterThan(0);
});

test('a developer who changes the port is told nothing, but the first start in production is', async () => {
  await start('http://localhost:4000');
  expect(warnings(await start('http://localhost:4001'))).toEqual([]);

  expect(warnings(await start(ONE))).toHaveLength(1);
});

test('keys from before this was noted keep nothing from starting', async () => {
  await start(ONE);
  await database.db.execute(sql`DELETE FROM signing_keys`);
  const before = await start(ONE);
  await withdraw(before);

  expect(warnings(await start(OTHER))).toEqual([]);
});
