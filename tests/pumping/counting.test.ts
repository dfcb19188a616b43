import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CountingQueue } from '../../src/pumping/counting-queue.js';
import { keysOf, rangesOf } from '../../src/pumping/number-ranges.js';
import { type CountedEvent, counted, type KeptCounter } from '../../src/pumping/proof-counter.js';
import { ProofCounterRepository } from '../../src/pumping/proof-counter.repository.js';
import { inParallel, requestOtp } from '../support/operations/operations.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { GUARDED } from '../support/pumping.js';
import { startService } from '../support/service.js';

/** Sends and verified codes are counted behind the answer, in batches: none is lost, and none counts twice. */

const NOW = new Date('2026-11-28T12:00:00Z');

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});

afterAll(() => database.close());

function sent(keys: readonly string[]): CountedEvent {
  return { kind: 'sent', keys, worth: 1, at: NOW };
}

it('many batches at the same moment, with their keys in any order, count all that happened', async () => {
  const repository = new ProofCounterRepository(database.db);
  const keys = keysOf(rangesOf('+255679100001', 'TZ'));
  const eventOf = (index: number) => sent(index % 2 ? keys : [...keys].reverse());

  await inParallel(40, (index) => repository.count([eventOf(index), eventOf(index + 1)], []));

  const counters = await repository.find(keys);
  for (const key of keys) {
    const alone = Array.from({ length: 80 }).reduce<KeptCounter | undefined>(
      (counter) => counted(key, counter, sent([key])),
      undefined,
    );
    expect(counters.get(key)?.sent).toBeCloseTo(alone?.sent ?? 0, 6);
  }
});

it('a conflict after a part of a batch was written counts that part no second time', async () => {
  const [range, other] = [rangesOf('+255679200001', 'TZ').range, rangesOf('+255679300001', 'TZ').range];
  const repository = new ProofCounterRepository(database.db);
  const session = database.db._.session;
  const prepare = session.prepareQuery.bind(session);
  let writes = 0;
  vi.spyOn(session, 'prepareQuery').mockImplementation((...parts) => {
    const prepared = prepare(...parts);
    if (parts[2] !== 'pumping: write counters') return prepared;
    const execute = prepared.execute.bind(prepared);
    prepared.execute = async (values) => {
      writes += 1;
      // Another process writes one of the two counters between the read and the write; then PostgreSQL undoes a write.
      if (writes === 1) await new ProofCounterRepository(database.db).count([sent([other])], []);
      if (writes === 3) throw Object.assign(new Error('undone'), { cause: { code: '40001' } });
      return execute(values);
    };
    return prepared;
  });

  await repository.count([sent([range, other])], []);

  const counters = await repository.find([range, other]);
  expect(writes).toBe(4);
  expect(counters.get(range)?.sent).toBe(1);
  expect(counters.get(other)?.sent).toBeCloseTo(
    counted(other, counted(other, undefined, sent([other])), sent([other])).sent,
    6,
  );
});

it('a service that is closed has counted what it sent', async () => {
  const service = await startService({ database, env: GUARDED });
  const phoneNumber = '+255671000001';
  await requestOtp(service, { phoneNumber });
  await service.close();

  const { range } = rangesOf(phoneNumber, 'TZ');
  expect((await new ProofCounterRepository(database.db).find([range])).get(range)).toMatchObject({
    sent: 1,
    pending: 1,
  });
});

describe('the queue', () => {
  it('hands over at once what comes alone, and together what comes meanwhile', async () => {
    const batches: number[][] = [];
    const queue = new CountingQueue<number>(async (events) => {
      batches.push([...events]);
      if (events[0] === 1) for (const event of [2, 3, 4]) queue.add(event);
    });

    queue.add(1);
    await queue.idle();

    expect(batches).toEqual([[1], [2, 3, 4]]);
  });

  it('takes no more than it can hold, and goes on once it has caught up', async () => {
    let handedOver = 0;
    const queue = new CountingQueue<number>(async (events) => {
      handedOver += events.length;
    });

    const taken = Array.from({ length: 10_001 }, (_, event) => queue.add(event));
    await queue.idle();

    expect(taken.filter((each) => each)).toHaveLength(10_000);
    expect(handedOver).toBe(10_000);
    expect(queue.add(1)).toBe(true);
    await queue.idle();
  });
});
