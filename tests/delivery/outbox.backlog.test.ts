import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../src/database/database.js';
import { DueMessageRepository } from '../../src/messaging/due-message.repository.js';
import { inParallel } from '../support/operations/operations.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';

/** Thousands of texts are due, and several processes look for them at the same moment. */

const GUESSES = 3;
const now = new Date('2030-01-01T00:00:00Z');

let database: TestDatabase;
beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

/** Texts that are due since a second ago. */
async function fill(count: number, provider: string): Promise<void> {
  const [created, due] = [new Date(now.getTime() - 60_000), new Date(now.getTime() - 1_000)];
  await database.db.execute(sql`
    WITH challenge AS (
      INSERT INTO otp_challenges (phone_number, purpose, challenge_id, secret_id, created_at, sent_at, expires_at)
      SELECT ${provider} || n, 'SIGN_IN', gen_random_uuid(), 's', ${created.toISOString()}::timestamptz,
        ${created.toISOString()}::timestamptz, ${now.toISOString()}::timestamptz + interval '10 minutes'
      FROM generate_series(1, ${count}::int) n
      RETURNING *
    )
    INSERT INTO messages (id, phone_number, purpose, challenge_id, provider, locale, created_at, attempts,
      next_attempt_at)
    SELECT gen_random_uuid(), phone_number, purpose, challenge_id, ${provider}, 'en', sent_at, 0,
      ${due.toISOString()}::timestamptz
    FROM challenge`);
}

test('ten connections of two processes take up thousands: none of them goes to two', async () => {
  await fill(3_000, 'twilio');
  await fill(300, 'webhook');
  const pools = [1, 2].map(() => openDatabase(database.url, { maxConnections: 5 }));
  const looks = await inParallel(10, async (index) => {
    const due = new DueMessageRepository(pools[index % 2]?.db ?? database.db);
    const ids: string[] = [];
    for (let look = 0; look < 30; look += 1) ids.push(...(await due.take(now, 50, GUESSES)).taken.map(({ id }) => id));
    return ids;
  });
  const taken = looks.flat();
  expect(taken.length).toBeGreaterThan(2_000);
  expect(new Set(taken).size).toBe(taken.length);
  await Promise.all(pools.map(({ close }) => close()));
});

test('each look has texts of every provider, however many wait for one of them', async () => {
  await fill(3_000, 'twilio');
  await fill(30, 'webhook');
  const { taken } = await new DueMessageRepository(database.db).take(now, 50, GUESSES);
  expect(taken.filter(({ provider }) => provider === 'webhook')).toHaveLength(25);
});
