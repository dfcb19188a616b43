import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BudgetLeases, partOf } from '../../src/budgets/budget-leases.js';
import { LeaseRepository } from '../../src/budgets/lease.repository.js';
import { capacityOf, type Spending } from '../../src/budgets/rate-budget.js';
import { RateBudgetRepository } from '../../src/budgets/rate-budget.repository.js';
import { createLogger } from '../../src/platform/logger.js';
import { inParallel } from '../support/operations/operations.js';
import { ManualClock } from '../support/manual-clock.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { seededRandom } from '../support/seeded-random.js';

/** "At most N in any window", where processes take parts of N ahead of spending them. */

const START = new Date('2026-11-21T12:34:56.789Z');

let database: TestDatabase;
let serial = 0;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

function budget(window: number, max: number): Spending {
  serial += 1;
  return { key: `test:leased-${serial}:${window}`, window, max };
}

/** A process that spends, with a clock of its own. */
function process(clock = new ManualClock(START)) {
  const logger = createLogger('silent');
  const leases = new BudgetLeases({
    leases: new LeaseRepository(database.db),
    clock,
    logger,
    onTaken: () => undefined,
  });
  const spend = async (...budgets: Spending[]) => (await leases.take(budgets)).kind === 'taken';
  return { clock, leases, spend };
}

async function spentAtRow(of: Spending, now = START): Promise<number> {
  const row = (await new RateBudgetRepository(database.db).find([of.key])).get(of.key);
  const most = Array.from({ length: of.max + 1 }, (_, units) => units);
  return most.find((units) => capacityOf({ ...of, units: of.max - units }, row, now).hasCapacity) ?? Number.NaN;
}

describe('500 requests at the same moment at three processes', () => {
  test.each([
    ['fewer than there are', 2000, 500],
    ['exactly as many as there are', 500, 500],
    ['more than there are', 450, 450],
  ])('spend %s: no more than the limit', async (_, max, most) => {
    const mine = budget(3600, max);
    const processes = [process(), process(), process()];
    const got = await inParallel(500, (index) => processes[index % 3]?.spend(mine) ?? Promise.resolve(false));
    const sent = got.filter(Boolean).length;
    expect(sent).toBeLessThanOrEqual(most);
    // What is left is held by the processes that did not need it.
    expect(sent).toBeGreaterThanOrEqual(most - 3 * partOf(max));
    expect(await spentAtRow(mine)).toBeGreaterThanOrEqual(sent);
    for (const { leases } of processes) await leases.close();
    expect(await spentAtRow(mine)).toBe(sent);
  });

  test('spend several budgets in any order: all of them or none, and nobody waits in a circle', async () => {
    const several = [budget(3600, 2000), budget(300, 480), budget(86_400, 4000)];
    const processes = [process(), process(), process()];
    const got = await inParallel(600, (index) => {
      return processes[index % 3]?.spend(...(index % 2 ? several : several.toReversed())) ?? Promise.resolve(false);
    });
    const sent = got.filter(Boolean).length;
    expect(sent).toBeLessThanOrEqual(480);
    expect(sent).toBeGreaterThan(480 - 3 * partOf(2000));
    for (const { leases } of processes) await leases.close();
    for (const mine of several) expect(await spentAtRow(mine)).toBe(sent);
  });
});

describe.each([
  ['agree', [0, 0, 0]],
  ['differ by less than a second', [0, 0.4, -0.3]],
  ['differ by minutes', [0, 40, -100]],
])('three processes whose clocks %s', (_, offsets) => {
  const difference = Math.max(...offsets) - Math.min(...offsets);

  test.each([1, 2, 3])(
    'never spend more than the limit in any window, less that difference (story %i)',
    async (seed) => {
      const random = seededRandom(seed);
      const mine = budget(300, 400);
      const processes = offsets.map((ahead) => process(new ManualClock(new Date(START.getTime() + ahead * 1000))));
      const spends: number[] = [];
      let now = 0;
      for (let step = 0; step < 150; step += 1) {
        const at = processes[Math.floor(random() * 3)];
        const burst = Math.floor(random() * 40);
        const got = await inParallel(burst, () => at?.spend(mine) ?? Promise.resolve(false));
        spends.push(...got.filter(Boolean).map(() => now));
        expect(spends.filter((time) => time > now - 300 + difference).length).toBeLessThanOrEqual(400);
        const pause = random() < 0.2 ? random() * 200 : random() * 8;
        for (const { clock } of processes) clock.advance(pause);
        now += pause;
      }
      expect(spends.length).toBeGreaterThan(1000);
      for (const { leases } of processes) await leases.close();
    },
  );
});

test('a process that is killed loses the part that it held, and no more', async () => {
  const mine = budget(3600, 2000);
  const killed = process();
  for (let send = 0; send < 30; send += 1) await killed.spend(mine);
  await killed.leases.idle();
  const lost = (await spentAtRow(mine)) - 30;
  expect(lost).toBeGreaterThan(0);
  expect(lost).toBeLessThanOrEqual(2 * partOf(mine.max));
  const other = process();
  const got = await inParallel(2000, () => other.spend(mine));
  expect(got.filter(Boolean)).toHaveLength(2000 - 30 - lost);
});

test('what was not spent comes back when its slot ends, and not into the next slot', async () => {
  const mine = budget(300, 2000);
  const { clock, leases, spend } = process();
  await spend(mine);
  await leases.idle();
  expect(await spentAtRow(mine)).toBeGreaterThanOrEqual(partOf(mine.max));
  clock.advance(25);
  leases.sweep();
  await leases.idle();
  expect(await spentAtRow(mine)).toBe(1);
});

test('what a request gives back can be spent again, also when its slot is over', async () => {
  const mine = budget(300, 400);
  const { clock, leases } = process();
  const all = await inParallel(400, () => leases.take([mine]));
  expect(await leases.take([mine])).toMatchObject({ kind: 'refused', budgets: [mine] });
  for (const taken of all.slice(0, 30)) if (taken.kind === 'taken') leases.giveBack(taken.shares);
  expect(await inParallel(31, () => leases.take([mine]))).toMatchObject([
    ...Array.from({ length: 30 }, () => ({ kind: 'taken' })),
    { kind: 'refused' },
  ]);
  clock.advance(30);
  for (const taken of all.slice(30, 40)) if (taken.kind === 'taken') leases.giveBack(taken.shares);
  await leases.idle();
  expect(await spentAtRow(mine, clock.now())).toBe(390);
});

test('a refusal says when there is capacity again, and there is', async () => {
  const mine = budget(300, 400);
  const { clock, leases, spend } = process();
  await inParallel(400, () => spend(mine));
  const refused = await leases.take([mine]);
  const retryAt = refused.kind === 'refused' ? refused.retryAt : null;
  const wait = ((retryAt?.getTime() ?? 0) - clock.now().getTime()) / 1000;
  expect(wait).toBeGreaterThan(290);
  clock.advance(wait - 0.001);
  expect(await spend(mine)).toBe(false);
  clock.advance(0.001);
  expect(await spend(mine)).toBe(true);
});

test('a flood at a full budget costs no statement for each request', async () => {
  const mine = budget(300, 400);
  const { leases, spend } = process();
  await inParallel(400, () => spend(mine));
  await spend(mine);
  const row = sql`SELECT xmin::text AS version FROM rate_budgets WHERE key = ${mine.key}`;
  await database.db.transaction(async (other) => {
    await other.execute(sql`SELECT 1 FROM rate_budgets WHERE key = ${mine.key} FOR UPDATE`);
    const got = await inParallel(1000, () => spend(mine));
    expect(got.filter(Boolean)).toEqual([]);
  });
  expect(await database.db.execute(row)).toHaveLength(1);
  await leases.close();
});

test('a budget that is small, or seldom spent, is spent at its row', async () => {
  const { leases } = process();
  const [small, large] = [budget(3600, 399), budget(3600, 400)];
  const uses = Array.from({ length: 10 });
  expect(uses.map(() => leases.isLeased(small))).not.toContain(true);
  expect(uses.map(() => leases.isLeased(large))).toEqual([...Array(3).fill(false), ...Array(7).fill(true)]);
});

test('nothing is spent where the database is away, and a later request gets a part', async () => {
  const mine = budget(3600, 2000);
  const clock = new ManualClock(START);
  const repository = new LeaseRepository(database.db);
  let isAway = true;
  const take: LeaseRepository['take'] = async (...given) => {
    await nextTurn();
    if (isAway) throw new Error('away');
    return repository.take(...given);
  };
  const parts = { clock, logger: createLogger('silent'), onTaken: () => undefined };
  const leases = new BudgetLeases({ ...parts, leases: { take, giveBack: async () => undefined } as never });
  await expect(leases.take([mine])).rejects.toThrow('away');
  isAway = false;
  expect(await leases.take([mine])).toMatchObject({ kind: 'taken' });
  await leases.idle();
});
