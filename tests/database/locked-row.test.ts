import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  inParallel,
  obtainCode,
  REQUEST_OTP,
  signIn,
  VERIFY_OTP,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import type { Database } from '../../src/database/database.js';
import { type GraphqlAnswer, startService, type TestService } from '../support/service.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { hashOf } from '../support/hashed-subject.js';

/** Longer than anybody waits. */
const LOCKED_MS = 6_000;
const POOL = 10;

let database: TestDatabase;
let service: TestService;

beforeAll(async () => {
  database = await openTestDatabase();
  const url = new URL(database.url);
  url.searchParams.set('application_name', 'service');
  service = await startService({ database, databaseUrl: url.href });
});

afterAll(async () => {
  await service.close();
  await database.close();
});

async function backends(): Promise<number> {
  const [row] = await database.db.execute<{ count: number }>(sql`
    SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'service'`);
  return row?.count ?? 0;
}

/** Others sign in one after the other. Returns how many did. */
async function othersSignIn(until: Promise<unknown>): Promise<number> {
  let over = false;
  void until.then(() => {
    over = true;
  });
  let people = 0;
  for (; !over; people += 1) await signIn(service, `+25567919${String(1000 + people)}`);
  return people;
}

/** Locks what codes of a number are counted in and kept in, as a session does that somebody has forgotten. */
async function lock(stranger: Database, phoneNumber: string): Promise<void> {
  await stranger.execute(sql`SELECT 1 FROM otp_challenges WHERE phone_number = ${phoneNumber} FOR UPDATE`);
  await stranger.execute(sql`SELECT 1 FROM rate_budgets WHERE key LIKE ${`%${hashOf(phoneNumber)}%`} FOR UPDATE`);
}

test('a stranger’s session locks the rows of one number: 40 wait for them, and nobody else fails', async () => {
  const phoneNumber = '+255679190720';
  const otp = await obtainCode(service, phoneNumber);
  service.clock.advance(60);
  const guess = { phoneNumber, otp: wrongCode(otp) };
  let mostBackends = 0;
  const { waited, others } = await database.db.transaction(async (stranger) => {
    await lock(stranger, phoneNumber);
    const guesses = inParallel(10, () => service.graphql(VERIFY_OTP, { input: guess }));
    const requests = inParallel(30, () => service.graphql(REQUEST_OTP, { input: { phoneNumber } }));
    const locked = pause(LOCKED_MS);
    const others = othersSignIn(locked);
    for (let looks = 0; looks < LOCKED_MS / 100; looks += 1) {
      mostBackends = Math.max(mostBackends, await backends());
      await pause(100);
    }
    return { waited: [...(await guesses), ...(await requests)], others: await others };
  });

  expect(others).toBeGreaterThan(0);
  expect(mostBackends).toBeLessThanOrEqual(POOL);
  for (const answer of waited) expect(unavailable(answer)).toEqual(['SERVICE_UNAVAILABLE', 503, '1']);
  expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
});

function unavailable({ body, status, headers }: GraphqlAnswer): unknown[] {
  return [body.errors?.[0]?.extensions.code, status, headers.get('retry-after')];
}

test('who waits for a row that is locked for half a second gets an answer', async () => {
  const phoneNumber = '+255679190721';
  const otp = await obtainCode(service, phoneNumber);
  const { pending } = await database.db.transaction(async (stranger) => {
    await lock(stranger, phoneNumber);
    const pending = verifyOtp(service, { phoneNumber, otp });
    await pause(600);
    return { pending };
  });
  expect(await pending).toMatchObject({ __typename: 'VerifyOtpSuccess' });
});
