import { getTableName, gt, lt, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, expect, it, test } from 'vitest';
import { GuessBudgetRepository } from '../../src/budgets/guess-budget.repository.js';
import { guessBudgetTable } from '../../src/budgets/guess-budget.table.js';
import { RateBudgetRepository } from '../../src/budgets/rate-budget.repository.js';
import { rateBudgetTable } from '../../src/budgets/rate-budget.table.js';
import type { Database } from '../../src/database/database.js';
import { removeOver } from '../../src/database/remove-over.js';
import { DeviceRepository } from '../../src/devices/device.repository.js';
import { deviceTable } from '../../src/devices/device.table.js';
import { MessageRepository } from '../../src/messaging/message.repository.js';
import { messageTable } from '../../src/messaging/message.table.js';
import { RefusedNumberRepository } from '../../src/messaging/refused-number.repository.js';
import { refusedNumberTable } from '../../src/messaging/refused-number.table.js';
import { OtpChallengeRepository } from '../../src/otp/otp-challenge.repository.js';
import { otpChallengeTable } from '../../src/otp/otp-challenge.table.js';
import { ProofCounterRepository } from '../../src/pumping/proof-counter.repository.js';
import { proofCounterTable } from '../../src/pumping/proof-counter.table.js';
import { SendPauseRepository } from '../../src/pumping/send-pause.repository.js';
import { sendPauseTable } from '../../src/pumping/send-pause.table.js';
import { SessionRepository } from '../../src/sessions/session.repository.js';
import { sessionTable } from '../../src/sessions/session.table.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';

const NOW = new Date('2026-01-02T00:00:00Z');
const BEFORE = new Date('2026-01-01T00:00:00Z');

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
beforeEach(() => database.db.delete(sendPauseTable));
afterAll(() => database.close());

/** Five pauses that are over and one that is not. */
async function keepPauses(): Promise<void> {
  const pause = (key: string, pausedUntil: Date) => ({ key, pausedAt: BEFORE, pausedUntil, strikes: 0 });
  const ended = ['a', 'b', 'c', 'd', 'e'].map((key) => pause(key, BEFORE));
  await database.db.insert(sendPauseTable).values([...ended, pause('living', NOW)]);
}

const over = lt(sendPauseTable.pausedUntil, NOW);

async function keysLeft(): Promise<string[]> {
  const rows = await database.db.select({ key: sendPauseTable.key }).from(sendPauseTable).orderBy(sendPauseTable.key);
  return rows.map(({ key }) => key);
}

test('rows that are over go, as many as asked for at a time, and none that still lives', async () => {
  await keepPauses();
  const counts = [];
  for (let round = 0; round < 4; round += 1)
    counts.push(await removeOver(database.db, { table: sendPauseTable, over, most: 2 }));
  expect(counts).toEqual([2, 2, 1, 0]);
  expect(await keysLeft()).toEqual(['living']);
});

test('a row that another process works on is left to the next round, and nothing waits for it', async () => {
  await keepPauses();
  await database.db.transaction(async (other) => {
    await other.select().from(sendPauseTable).where(sql`key IN ('a', 'b')`).for('update');
    expect(await removeOver(database.db, { table: sendPauseTable, over, most: 10 })).toBe(3);
    await other.update(sendPauseTable).set({ pausedUntil: NOW }).where(sql`key = 'a'`);
  });
  expect(await removeOver(database.db, { table: sendPauseTable, over, most: 10 })).toBe(1);
  expect(await keysLeft()).toEqual(['a', 'living']);
});

test('several processes at once remove each row once', async () => {
  await keepPauses();
  const most = 2;
  const counts = await Promise.all(
    [1, 2, 3, 4].map(() => removeOver(database.db, { table: sendPauseTable, over, most })),
  );
  expect(counts.every((count) => count <= most)).toBe(true);
  const left = await database.db.$count(sendPauseTable, gt(sendPauseTable.pausedUntil, BEFORE));
  expect(left).toBe(1);
  expect(5 - counts.reduce((sum, count) => sum + count)).toBe((await keysLeft()).length - 1);
});

type Store = (db: Database) => { removeOver(now: Date, most: number): Promise<number> };

const stores: readonly (readonly [PgTable, Store])[] = [
  [sessionTable, (db) => new SessionRepository(db)],
  [deviceTable, (db) => new DeviceRepository(db, 60)],
  [otpChallengeTable, (db) => new OtpChallengeRepository(db)],
  [guessBudgetTable, (db) => new GuessBudgetRepository(db)],
  [rateBudgetTable, (db) => new RateBudgetRepository(db)],
  [messageTable, (db) => new MessageRepository(db)],
  [refusedNumberTable, (db) => new RefusedNumberRepository(db)],
  [proofCounterTable, (db) => new ProofCounterRepository(db)],
  [sendPauseTable, (db) => new SendPauseRepository(db)],
];

it.each(stores.map(([table, store]) => ({ name: getTableName(table), store })))(
  'what is over in $name is found through an index',
  async ({ name, store }) => {
    await database.db.transaction(async (transaction) => {
      // In a table as small as this one PostgreSQL would rather read everything.
      await transaction.execute(sql`SET LOCAL enable_seqscan = off`);
      const before = await scansOf(transaction, name);
      await store(transaction).removeOver(NOW, 10);
      const after = await scansOf(transaction, name);
      expect(after.whole).toBe(before.whole);
      expect(after.index).toBeGreaterThan(before.index);
    });
  },
);

/** How often this connection has read the whole table, and an index of it. */
async function scansOf(db: Database, table: string): Promise<{ whole: number; index: number }> {
  const [scans] = await db.execute<{ whole: number; index: number }>(sql`
    SELECT seq_scan::int AS whole, idx_scan::int AS index FROM pg_stat_xact_user_tables WHERE relname = ${table}`);
  return scans ?? { whole: Number.NaN, index: Number.NaN };
}
