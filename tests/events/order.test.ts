import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../src/database/database.js';
import { EventListRepository } from '../../src/events/event-list.repository.js';
import { EventStreamRepository } from '../../src/events/event-stream.repository.js';
import { happen, newUser } from '../support/events/event-steps.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';

/** Places in the stream, while many transactions and processes are under way. */

const NOW = new Date();
let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await new EventStreamRepository(database.db).want(NOW, true);
});
afterAll(() => database.close());

async function publishAll(): Promise<void> {
  while (await new EventStreamRepository(database.db).publish(NOW));
}

/** Everything after a position, and the position of the last event. */
async function readAfter(after: number) {
  const events = await new EventListRepository(database.db).list({ after, most: 1_000, kinds: null, now: NOW });
  return { users: events.map(({ userId }) => userId), last: events.at(-1)?.position ?? after };
}

test('who reads while a slow transaction has not ended reads its event afterwards, and none twice', async () => {
  const { db, url } = database;
  const { last: start } = await readAfter(0);
  const [slow, quick, late] = [await newUser(db), await newUser(db), await newUser(db)];
  const other = openDatabase(url, { maxConnections: 1 });
  let [written, end] = [() => {}, () => {}];
  const isWritten = new Promise<void>((resolve) => {
    written = resolve;
  });
  const mayEnd = new Promise<void>((resolve) => {
    end = resolve;
  });
  const transaction = other.db.transaction(async (tx) => {
    await happen(tx, 'registered', { userId: slow });
    written();
    await mayEnd;
  });
  await isWritten;
  await happen(db, 'registered', { userId: quick });
  await publishAll();
  const first = await readAfter(start);
  end();
  await transaction;
  await happen(db, 'registered', { userId: late });
  await publishAll();
  const second = await readAfter(first.last);
  expect([first.users, second.users]).toEqual([[quick], [slow, late]]);
  await other.close();
});

test('several processes give places at the same time: each event gets one, without gaps', async () => {
  const { db } = database;
  const { last } = await readAfter(0);
  const [first, second] = [await newUser(db), await newUser(db)];
  const writing = Array.from({ length: 40 }, (_, index) =>
    happen(db, 'profile_changed', { userId: index % 2 ? first : second }),
  );
  const publishing = Array.from({ length: 20 }, () => publishAll());
  await Promise.all([...writing, ...publishing]);
  await publishAll();
  const rows = await db.execute<{ position: string }>(
    sql`SELECT position FROM events WHERE position > ${last} ORDER BY position`,
  );
  expect(rows.map(({ position }) => Number(position))).toEqual(
    Array.from({ length: 40 }, (_, index) => last + 1 + index),
  );
});

test('of a deleted user only the last event stays, and nothing comes after it', async () => {
  const { db } = database;
  const { last } = await readAfter(0);
  const userId = await newUser(db);
  await happen(db, 'registered', { userId });
  await publishAll();
  await happen(db, 'profile_changed', { userId });
  await db.execute(sql`DELETE FROM users WHERE id = ${userId}`);
  // As a session that ended at the same moment may do.
  await happen(db, 'sessions_ended', { userId });
  await publishAll();
  await happen(db, 'sessions_ended', { userId });
  await publishAll();
  const rows = await db.execute<{ kind: string }>(sql`SELECT kind FROM events WHERE user_id = ${userId}`);
  expect(rows.map(({ kind }) => kind)).toEqual(['user.deleted']);
  expect((await readAfter(last)).users).toEqual([userId]);
});

test('events go after 30 days, and the next ones come after them', async () => {
  const { db } = database;
  const stream = new EventStreamRepository(db);
  await happen(db, 'profile_changed', { userId: await newUser(db) });
  await publishAll();
  const { last } = await readAfter(0);
  const days = (count: number) => new Date(NOW.getTime() + count * 86_400_000);
  expect(await stream.removeOver(days(29), 1_000)).toBe(0);
  expect(await stream.removeOver(days(31), 1_000)).toBeGreaterThan(0);
  const userId = await newUser(db);
  await happen(db, 'registered', { userId });
  await publishAll();
  expect(await readAfter(last)).toEqual({ users: [userId], last: last + 1 });
});
