import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../../src/platform/logger.js';
import { keysOf, rangesOf } from '../../src/pumping/number-ranges.js';
import { ProofCounterRepository } from '../../src/pumping/proof-counter.repository.js';
import { PumpingGuardService } from '../../src/pumping/pumping-guard.service.js';
import { SendPauseRepository } from '../../src/pumping/send-pause.repository.js';
import { ManualClock } from '../support/manual-clock.js';
import { noMetrics } from '../support/no-metrics.js';
import { requestOtp } from '../support/operations/operations.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { GUARDED } from '../support/pumping.js';
import { startService } from '../support/service.js';

/** Counting behind the answer meets a database that fails at the worst moment. */

const RANGES = rangesOf('+255671000001', 'TZ');

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});

afterAll(() => database.close());

// Vitest fails a run in which anything was thrown outside of a test: postgres.js would throw there, and end the process.
it('a connection that is lost while a batch is counted does not end the process', async () => {
  const service = await startService({ database, env: GUARDED });
  await requestOtp(service, { phoneNumber: '+255671000001' });
  await service.background.pumpingGuard.idle();
  await database.db.transaction(async (other) => {
    const isCounter = sql`key = ANY(${sql.param(keysOf(RANGES))}::text[])`;
    await other.execute(sql`SELECT 1 FROM proof_counters WHERE ${isCounter} FOR UPDATE`);
    await requestOtp(service, { phoneNumber: '+255671000002' });
    for (let killed = 0; killed === 0; await pause(20)) {
      const rows = await other.execute(sql`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND datname = current_database()`);
      killed = rows.length;
    }
  });
  await service.background.pumpingGuard.idle();
  await pause(100);

  expect(service.logs.filter((line) => line.includes('pumping guard could not do its work'))).toHaveLength(1);
  expect((await requestOtp(service, { phoneNumber: '+255671000003' })).__typename).toBe('RequestOtpSuccess');
  await service.close();
});

it('a batch that got no answer is not counted a second time, because it may have been counted', async () => {
  const counters = new ProofCounterRepository(database.db);
  const count = counters.count.bind(counters);
  const errors = [Object.assign(new Error('write CONNECTION_CLOSED'), { code: 'CONNECTION_CLOSED' })];
  counters.count = async (...batch) => {
    const written = await count(...batch);
    for (const error of errors.splice(0)) throw error;
    return written;
  };
  const guard = new PumpingGuardService({
    counters,
    pauses: new SendPauseRepository(database.db),
    clock: new ManualClock(),
    logger: createLogger('silent'),
    metrics: noMetrics,
  });
  const { range } = rangesOf('+255672000001', 'TZ');

  guard.sent({ ranges: rangesOf('+255672000001', 'TZ'), keys: [range], worth: 1 });
  await guard.idle();

  expect((await counters.find([range])).get(range)?.sent).toBe(1);
});

it('nothing is locked between two statements, so a process that stands still is in the way of no other', async () => {
  const db = Object.create(database.db, {
    transaction: { value: () => Promise.reject(new Error('counters must not be locked across round trips')) },
  });
  const event = { kind: 'sent', keys: keysOf(RANGES), worth: 1, at: new Date() } as const;

  await expect(new ProofCounterRepository(db).count([event], [])).resolves.toBeInstanceOf(Map);
});
