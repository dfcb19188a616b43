import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DatabaseConnection, openDatabase } from '../../src/database/database.js';
import { isDatabaseAway } from '../../src/database/database-errors.js';
import { eventually } from '../support/eventually.js';
import { PostgresProxy } from '../support/postgres/postgres-proxy.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';

let database: TestDatabase;
let proxy: PostgresProxy;
let pool: DatabaseConnection;

beforeEach(async () => {
  database = await openTestDatabase();
  await database.db.execute(sql`CREATE TABLE notes (text text)`);
  proxy = await PostgresProxy.start(database.url);
  pool = openDatabase(proxy.url, { maxConnections: 1 });
});

afterEach(async () => {
  await pool.close();
  await proxy.close();
  await database.close();
});

const note = (text: string) => sql`INSERT INTO notes VALUES (${text})`;

async function notes(): Promise<string[]> {
  const rows = await database.db.execute<{ text: string }>(sql`SELECT text FROM notes ORDER BY text`);
  return rows.map(({ text }) => text);
}

async function cut(): Promise<void> {
  await proxy.become('refusing');
  await proxy.become('up');
}

test('work of a transaction that lost its connection reaches no other connection, and ends no process', async () => {
  let beginAnother = () => {};
  const lost = new Promise<void>((resolve) => {
    beginAnother = resolve;
  });
  const outcomes: string[] = [];
  const first = pool.db.transaction(async (transaction) => {
    await transaction.execute(note('first'));
    await cut();
    beginAnother();
    await eventually(async () => outcomes.includes('another begins') || null);
    // Both are sent on a connection that is gone, and COMMIT or ROLLBACK after them.
    await Promise.allSettled([transaction.execute(note('late')), transaction.execute(note('later'))]);
  });
  await lost;
  const another = pool.db.transaction(async (transaction) => {
    await transaction.execute(note('another'));
    outcomes.push('another begins');
    await first.catch((error) => outcomes.push(isDatabaseAway(error) ? 'away' : String(error)));
    await transaction.execute(note('another still'));
  });
  await another;

  expect(outcomes).toEqual(['another begins', 'away']);
  expect(await notes()).toEqual(['another', 'another still']);
});

test('statements that wait inside a lost transaction get an answer', async () => {
  const answers = await pool.db
    .transaction(async (transaction) => {
      const waiting = [1, 2, 3].map((n) => transaction.execute(sql`SELECT pg_sleep(1), ${n}::int`));
      await cut();
      return Promise.allSettled(waiting);
    })
    .catch((error: unknown) => error);
  expect(isDatabaseAway(answers)).toBe(true);
});

test('a connection that the server ended while nobody used it fails no statement', async () => {
  await pool.db.execute(sql`SELECT 1`);
  for (let times = 0; times < 20; times += 1) {
    await database.db.execute(sql`
      SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle' AND query LIKE 'SELECT 1%'`);
    await eventually(async () => proxy.openSockets === 0 || null);
    await pool.db.execute(sql`SELECT 1`);
  }
});

test('a transaction that caught the error of a statement is not told that it was kept', async () => {
  const kept = pool.db.transaction(async (transaction) => {
    await transaction.execute(note('first'));
    await transaction.execute(sql`SELECT 1 / 0`).catch(() => undefined);
  });
  await expect(kept).rejects.toMatchObject({ code: '22012' });
  expect(await notes()).toEqual([]);
});

test('a transaction inside a transaction is undone by itself', async () => {
  await pool.db.transaction(async (transaction) => {
    await transaction.execute(note('outer'));
    await transaction
      .transaction(async (inner) => {
        await inner.execute(note('inner'));
        throw new Error('never mind');
      })
      .catch(() => undefined);
    await transaction.transaction((inner) => inner.execute(note('second inner')));
  });
  expect(await notes()).toEqual(['outer', 'second inner']);
});

test('a statement whose result a migration has changed gets the same values as before', async () => {
  await pool.db.execute(note('first'));
  const texts = sql.param(['first', 'second']);
  const ask = () => pool.db.execute(sql`SELECT * FROM notes WHERE ${true}::boolean AND text = ANY(${texts}::text[])`);
  expect([...(await ask())]).toEqual([{ text: 'first' }]);
  await database.db.execute(sql`ALTER TABLE notes ADD COLUMN more int`);
  expect([...(await ask())]).toEqual([{ text: 'first', more: null }]);
});

test('a statement to a server that is silent fails in time', async () => {
  const impatient = { statement: 1_000, lock: 1_000, idleInTransaction: 1_000, answer: 2_000 };
  const busy = openDatabase(proxy.url, { maxConnections: 1, limits: impatient });
  await busy.db.execute(sql`SELECT 1`);
  await proxy.become('silent');

  const answer = await busy.db.execute(sql`SELECT 1`).catch((error: unknown) => error);

  expect(isDatabaseAway(answer)).toBe(true);
  await proxy.become('up');
  await busy.close();
});
