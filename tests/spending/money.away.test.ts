import { sql } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { obtainCode, REQUEST_OTP, requestOtp } from '../support/operations/operations.js';
import { PostgresProxy } from '../support/postgres/postgres-proxy.js';
import { startService } from '../support/service.js';
import { openTestDatabase } from '../support/postgres/test-database.js';

/** M2: without its counters the service sends nothing. */

const PHONE_NUMBER = '+255679190720';

test('M2: the database is away: no code is sent, the error says to try again, and then it works', async () => {
  const database = await openTestDatabase();
  const proxy = await PostgresProxy.start(database.url);
  const service = await startService({ database, databaseUrl: proxy.url });
  onTestFinished(async () => {
    await proxy.become('up');
    await service.close();
    await proxy.close();
    await database.close();
  });
  await obtainCode(service, '+255679190721');
  for (const state of ['refusing', 'hanging up'] as const) {
    await proxy.become(state);
    const { body } = await service.graphql(REQUEST_OTP, { input: { phoneNumber: PHONE_NUMBER } });
    expect(body.errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
    expect(body.errors?.[0]?.message).toMatch(/try again/i);
  }
  expect(service.phone.messages).toHaveLength(1);
  await proxy.become('up');
  await expect.poll(() => obtainCode(service, PHONE_NUMBER), { timeout: 10_000 }).toMatch(/^\d{6}$/);
});

test('M2: only the counters are gone: no code is sent, and no challenge is left behind', async () => {
  const service = await startService();
  onTestFinished(() => service.close());
  await service.db.execute(sql`ALTER TABLE rate_budgets RENAME TO rate_budgets_away`);
  const { body } = await service.graphql(REQUEST_OTP, { input: { phoneNumber: PHONE_NUMBER } });
  expect(body.errors?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
  expect(service.phone.messages).toEqual([]);
  expect(await service.db.execute(sql`SELECT 1 FROM otp_challenges`)).toHaveLength(0);
  await service.db.execute(sql`ALTER TABLE rate_budgets_away RENAME TO rate_budgets`);
  expect(await requestOtp(service, { phoneNumber: PHONE_NUMBER })).toMatchObject({ __typename: 'RequestOtpSuccess' });
});
