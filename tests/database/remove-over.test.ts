import { getTableName, gt, lt, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, expect, it, test } from 'vitest';
import { ChangePhoneNumberRepository } from '../../src/account/change-phone-number/change-phone-number.repository.js';
import { numberChangeTable } from '../../src/account/number-change.table.js';
import { AuditEventRepository } from '../../src/audit/audit-event.repository.js';
import { auditEventTable } from '../../src/audit/audit-event.table.js';
import { auditFailureTable } from '../../src/audit/failures/audit-failure.table.js';
import { FailureTrailRepository } from '../../src/audit/failures/failure-trail.repository.js';
import { BlockRepository } from '../../src/blocks/block.repository.js';
import { blockedDestinationTable } from '../../src/blocks/blocked-destination.table.js';
import { failureCountTable } from '../../src/budgets/failure-count.table.js';
import { FailureLimitRepository } from '../../src/budgets/failure-limit.repository.js';
import { GuessBudgetRepository } from '../../src/budgets/guess-budget.repository.js';
import { guessBudgetTable } from '../../src/budgets/guess-budget.table.js';
import { RateBudgetRepository } from '../../src/budgets/rate-budget.repository.js';
import { rateBudgetTable } from '../../src/budgets/rate-budget.table.js';
import { SendDayRepository } from '../../src/costs/send-day.repository.js';
import { sendDayTable } from '../../src/costs/send-day.table.js';
import type { Database } from '../../src/database/database.js';
import { removeOver } from '../../src/database/remove-over.js';
import { DeviceRepository } from '../../src/devices/device.repository.js';
import { deviceTable } from '../../src/devices/device.table.js';
import { eventDeliveryTable } from '../../src/events/event-delivery.table.js';
import { DoneDeliveryRepository, EventStreamRepository } from '../../src/events/event-stream.repository.js';
import { eventTable } from '../../src/events/event.table.js';
import { MessageRepository } from '../../src/messaging/message.repository.js';
import { messageTable } from '../../src/messaging/message.table.js';
import { RefusedNumberRepository } from '../../src/messaging/refused-number.repository.js';
import { refusedNumberTable } from '../../src/messaging/refused-number.table.js';
import { SpentProofRepository } from '../../src/number-proofs/spent-proof.repository.js';
import { spentProofTable } from '../../src/number-proofs/spent-proof.table.js';
import { NumberPauseRepository } from '../../src/otp/number-pause.repository.js';
import { numberPauseTable } from '../../src/otp/number-pause.table.js';
import { CodeRequestRepository } from '../../src/sign-in/code-requests/code-request.repository.js';
import { codeRequestTable } from '../../src/sign-in/code-requests/code-request.table.js';
import { continuationTable } from '../../src/sign-in/continuation.table.js';
import { ContinuationRepository } from '../../src/sign-in/opening/continuation.repository.js';
import { OtpChallengeRepository } from '../../src/otp/otp-challenge.repository.js';
import { otpChallengeTable } from '../../src/otp/otp-challenge.table.js';
import { PasskeyRepository } from '../../src/passkeys/passkey.repository.js';
import { spentChallengeTable } from '../../src/passkeys/spent-challenge.table.js';
import { ProofCounterRepository } from '../../src/pumping/proof-counter.repository.js';
import { proofCounterTable } from '../../src/pumping/proof-counter.table.js';
import { SendPauseRepository } from '../../src/pumping/send-pause.repository.js';
import { sendPauseTable } from '../../src/pumping/send-pause.table.js';
import { SessionRepository } from '../../src/sessions/session.repository.js';
import { sessionTable } from '../../src/sessions/session.table.js';
import { UnverifiedAccountRepository } from '../../src/users/unverified-account.repository.js';
import { userTable } from '../../src/users/user.table.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { TEST_SECRETS } from '../support/hashed-subject.js';

const NOW = new Date('2026-01-02T00:00:00Z');
const BEFORE = new Date('2026-01-01T00:00:00Z');

const USER = '00000000-0000-7000-8000-000000000001';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
beforeEach(() => database.db.delete(sendPauseTable));
afterAll(() => database.close());

/** Five pauses that are over and one that is not. */
async function keepPauses(): Promise<void> {
  const pause = (key: string, pausedUntil: Date) => ({ key, pausedAt: BEFORE, pausedUntil, strikes: 0 });
  const over = ['a', 'b', 'c', 'd', 'e'].map((key) => pause(key, BEFORE));
  await database.db.insert(sendPauseTable).values([...over, pause('living', NOW)]);
}

const ended = {
  table: sendPauseTable,
  over: lt(sendPauseTable.pausedUntil, NOW),
  oldestBy: sendPauseTable.pausedUntil,
};

async function keysLeft(): Promise<string[]> {
  const rows = await database.db.select({ key: sendPauseTable.key }).from(sendPauseTable).orderBy(sendPauseTable.key);
  return rows.map(({ key }) => key);
}

test('rows that are over go, as many as asked for at a time, and none that still lives', async () => {
  await keepPauses();
  const counts = [];
  for (let round = 0; round < 4; round += 1) counts.push(await removeOver(database.db, { ...ended, most: 2 }));
  expect(counts).toEqual([2, 2, 1, 0]);
  expect(await keysLeft()).toEqual(['living']);
});

test('a row that another process works on is left to the next round, and nothing waits for it', async () => {
  await keepPauses();
  await database.db.transaction(async (other) => {
    await other.select().from(sendPauseTable).where(sql`key IN ('a', 'b')`).for('update');
    expect(await removeOver(database.db, { ...ended, most: 10 })).toBe(3);
    await other.update(sendPauseTable).set({ pausedUntil: NOW }).where(sql`key = 'a'`);
  });
  expect(await removeOver(database.db, { ...ended, most: 10 })).toBe(1);
  expect(await keysLeft()).toEqual(['a', 'living']);
});

test('several processes at once remove each row once', async () => {
  await keepPauses();
  const most = 2;
  const counts = await Promise.all([1, 2, 3, 4].map(() => removeOver(database.db, { ...ended, most })));
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
  [failureCountTable, (db) => new FailureLimitRepository(db)],
  [guessBudgetTable, (db) => new GuessBudgetRepository(db)],
  [rateBudgetTable, (db) => new RateBudgetRepository(db)],
  [messageTable, (db) => new MessageRepository(db)],
  [refusedNumberTable, (db) => new RefusedNumberRepository(db, TEST_SECRETS)],
  [proofCounterTable, (db) => new ProofCounterRepository(db)],
  [sendDayTable, (db) => new SendDayRepository(db)],
  [sendPauseTable, (db) => new SendPauseRepository(db)],
  [auditEventTable, (db) => new AuditEventRepository(db, 1)],
  [auditFailureTable, (db) => new FailureTrailRepository(db)],
  [userTable, (db) => new UnverifiedAccountRepository(db)],
  [numberChangeTable, (db) => new ChangePhoneNumberRepository(db)],
  [spentProofTable, (db) => new SpentProofRepository(db)],
  [spentChallengeTable, (db) => new PasskeyRepository(db)],
  [numberPauseTable, (db) => new NumberPauseRepository(db)],
  [continuationTable, (db) => new ContinuationRepository(db)],
  [codeRequestTable, (db) => new CodeRequestRepository(db)],
  [eventTable, (db) => new EventStreamRepository(db)],
  [eventDeliveryTable, (db) => new DoneDeliveryRepository(db)],
  [blockedDestinationTable, (db) => new BlockRepository(db)],
];

/** Tables without a chore, and why they do not grow for ever. */
const WITHOUT_CHORE = {
  cities: 'a fixed list',
  event_stream: 'one row',
  passkeys: 'twenty for each account, and they go with it',
  phone_accounts_migrations: 'a row for each migration of a build',
  route_facts: 'two rows for each provider of a channel and country whose order is learned',
  route_watch: 'one row',
  user_names: 'a row for each user with a name, and it goes with the user',
  signing_keys: 'withdrawn keys are removed by the rotation (sessions/signing-keys.ts)',
};

test('every table has a chore that removes what is over, or does not grow', async () => {
  const tables = await database.db.execute<{ name: string }>(
    sql`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
  );
  const bounded = [...stores.map(([table]) => getTableName(table)), ...Object.keys(WITHOUT_CHORE)];
  expect(bounded.sort()).toEqual(tables.map(({ name }) => name));
});

it.each(stores.map(([table, store]) => ({ name: getTableName(table), store })))(
  'what is over in $name is found through an index that gives the oldest first',
  async ({ name, store }) => {
    await database.db.transaction(async (transaction) => {
      // In a table as small as this one PostgreSQL would rather read and sort everything.
      await transaction.execute(sql`SET LOCAL enable_seqscan = off`);
      await transaction.execute(sql`SET LOCAL enable_bitmapscan = off`);
      // A plan that an earlier test made on this connection would be used again.
      await transaction.execute(sql`DISCARD PLANS`);
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

test('a batch of sessions reads what it removes, and not all sessions that are over', async () => {
  await keepSessions(3_000);
  await database.db.transaction(async (transaction) => {
    const before = await entriesRead(transaction);
    expect(await new SessionRepository(transaction).removeOver(NOW, 10)).toBe(10);
    expect((await entriesRead(transaction)) - before).toBeLessThanOrEqual(20);
  });
});

test('removing an account reads none of the tables that refer to it as a whole', async () => {
  await keepSessions(10);
  await database.db.transaction(async (transaction) => {
    await transaction.execute(sql`SET LOCAL enable_seqscan = off`);
    const referring = ['sessions', 'devices'];
    const before = await Promise.all(referring.map((table) => scansOf(transaction, table)));
    await transaction.delete(userTable);
    const after = await Promise.all(referring.map((table) => scansOf(transaction, table)));
    expect(after.map(({ whole }) => whole)).toEqual(before.map(({ whole }) => whole));
  });
});

/** Sessions of one user. Half of them expired, the others were ended. */
async function keepSessions(count: number): Promise<void> {
  const [before, now] = [BEFORE.toISOString(), NOW.toISOString()];
  await database.db.execute(sql`
    INSERT INTO users (id, created_at, updated_at) VALUES (${USER}, ${before}, ${before}) ON CONFLICT DO NOTHING`);
  await database.db.execute(sql`
    INSERT INTO sessions (id, user_id, rotated_at, authenticated_at, authentication_methods, created_at, last_used_at,
      expires_at, ended_at)
    SELECT gen_random_uuid(), ${USER}, t, t, ARRAY['pwd'], t, t,
      CASE WHEN n % 2 = 0 THEN t ELSE ${now}::timestamptz END, CASE WHEN n % 2 = 1 THEN t END
    FROM generate_series(1, ${count}::int) n, (SELECT ${before}::timestamptz - interval '1 year' AS t) long_ago`);
  await database.db.execute(sql`ANALYZE sessions`);
}

/** How many entries of the indexes of `sessions` this connection has read. */
async function entriesRead(db: Database): Promise<number> {
  const [row] = await db.execute<{ read: number }>(sql`
    SELECT sum(pg_stat_get_xact_tuples_returned(indexrelid))::int AS read
    FROM pg_index WHERE indrelid = 'sessions'::regclass`);
  return row?.read ?? Number.NaN;
}
