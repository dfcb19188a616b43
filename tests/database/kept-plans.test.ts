import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DatabaseConnection, openDatabase } from '../../src/database/database.js';
import { statements } from '../../src/database/statement-list.js';
import { GuessRepository } from '../../src/otp/guess.repository.js';
import type { SubjectHash } from '../../src/platform/subject-hash.js';
import { RequestOtpRepository } from '../../src/sign-in/request-otp.repository.js';
import { NumberFactsRepository } from '../../src/sign-in/verify-otp/facts.repository.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';

/** Calls for which PostgreSQL plans a statement anew, before it compares (choose_custom_plan). */
const TRIED = 5;
const CALLS = 15;

let database: TestDatabase;
let one: DatabaseConnection;

beforeEach(async () => {
  database = await openTestDatabase();
  // Prepared statements are told to the connection that has them. Most tests have PostgreSQL keep every plan.
  one = openDatabase(database.url, { maxConnections: 1 });
  await one.db.execute(sql`SET plan_cache_mode = auto`);
  // PostgreSQL counts planning by it. Half of it, so that the statements have some distance from where it would plan anew.
  await one.db.execute(sql`SET cpu_operator_cost = 0.00125`);
});

afterEach(async () => {
  await one.close();
  await database.close();
});

/** A database that has grown since its service was started. */
async function fill(): Promise<void> {
  await database.db.execute(sql`
    INSERT INTO users (id, phone_number, phone_verified_at, last_used_at, created_at, updated_at)
    SELECT gen_random_uuid(), '+25567' || 1000000 + n, CASE WHEN n % 5 > 0 THEN now() END, now(), now(), now()
    FROM generate_series(1, 1000) n`);
  await database.db.execute(sql`
    INSERT INTO devices (user_id, slot, id, epoch, last_signed_in_at, first_signed_in_at)
    SELECT id, 1, gen_random_uuid(), 1, now(), now() FROM users`);
  await database.db.execute(sql`
    INSERT INTO sessions (id, user_id, generation, epoch, authenticated_at, authentication_methods, rotated_at, created_at,
      last_used_at, expires_at)
    SELECT gen_random_uuid(), id, 1, 1, now(), '{sms}', now(), now(), now(), now() FROM users`);
  await database.db.execute(sql`ANALYZE users, devices, sessions`);
}

async function plansOf(name: string): Promise<{ custom: number; kept: number }> {
  const text = statements.find((each) => each.name === name)?.text ?? '';
  const [plans] = await one.db.execute<{ custom: number; kept: number }>(sql`
    SELECT custom_plans::int AS custom, generic_plans::int AS kept FROM pg_prepared_statements WHERE statement = ${text}`);
  return plans ?? { custom: 0, kept: 0 };
}

const now = new Date();
const number = (call: number) => `+25567${1_000_000 + call}`;
const hashed = 'hash' as SubjectHash;

test.each<[statement: string, call: (place: number) => Promise<unknown>]>([
  [
    'requestOtp: look',
    (call) =>
      new RequestOtpRepository(one.db).look({
        ...{ phoneNumber: number(call), hashed, country: 'TZ', purpose: 'SIGN_IN', channel: 'SMS', device: null, now },
        ...{ budgets: ['number:a', 'number:b'], ranges: ['range:TZ:1', 'block:TZ:1', 'share'] },
      }),
  ],
  [
    'verifyOtp: look',
    (call) => new NumberFactsRepository(one.db).look(number(call), { access: null, device: null }, now),
  ],
  [
    'verifyOtp: claim',
    (call) =>
      new GuessRepository(one.db).claim({
        ...{ destination: number(call), hashed, purpose: 'SIGN_IN', asked: null, failures: [], now, opensFor: null },
        ...{ maxAttempts: 3, standIn: { challengeId: crypto.randomUUID(), secretId: 'secret' } },
        limits: { lockAfter: 6, lockDuration: 900, perDay: 20 },
        guesser: {
          ...{ ipAddress: null, networks: ['a', 'b', 'c'], device: null },
          ...{ suspicionCleared: false, refuseSuspicious: false },
        },
      }),
  ],
])('PostgreSQL keeps its plan of "%s" for people who bring no token', async (statement, call) => {
  for (let place = 1; place <= TRIED; place += 1) await call(place);
  await fill();
  for (let place = TRIED + 1; place <= CALLS; place += 1) await call(place);

  expect(await plansOf(statement)).toEqual({ custom: TRIED, kept: CALLS - TRIED });
});
