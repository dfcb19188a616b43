import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capacityOf, type Spending } from '../../src/budgets/rate-budget.js';
import {
  type Payment,
  paymentValues,
  RateBudgetRepository,
  readSpent,
  type SpentRow,
  spend,
  spentRows,
} from '../../src/budgets/rate-budget.repository.js';
import { parameter, Statement } from '../../src/database/statement.js';
import { inParallel } from '../support/operations/operations.js';
import { seededRandom } from '../support/seeded-random.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';

/** "At most N in any window", asked of PostgreSQL itself: everything that costs money or counts failures rests on it. */

const SPEND = new Statement<{ key: string }, { payments: object }>('spend', spend());
const LOOK = new Statement<{ spent: SpentRow[] }, { keys: string[] }>(
  'look',
  sql`SELECT ${spentRows(parameter('keys', 'text[]'))} AS spent`,
);
const START = Date.parse('2026-11-21T12:34:56.789Z');

let database: TestDatabase;
let serial = 0;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

function budget(window: number, max: number): Spending {
  serial += 1;
  return { key: `test:${serial}:${window}`, window, max };
}

async function spent(payments: readonly Payment[], time: number): Promise<string[]> {
  const rows = await SPEND.run(database.db, { payments: paymentValues(payments, new Date(time)) });
  return rows.map(({ key }) => key);
}

/** What a request decides by, before it spends. */
async function look(spending: Spending, time: number): Promise<{ hasCapacity: boolean; retryAt: number | null }> {
  const [row] = await LOOK.run(database.db, { keys: [spending.key] });
  const slots = readSpent(row?.spent ?? []);
  const { hasCapacity, retryAt } = capacityOf(spending, slots.get(spending.key), new Date(time));
  return { hasCapacity, retryAt: retryAt?.getTime() ?? null };
}

/** Somebody who spends and waits at random; what they got is kept beside the database. */
class Spender {
  readonly spends: number[] = [];
  refused = 0;
  readonly #random: () => number;
  readonly #budget: Spending;
  #now = START;

  constructor(seed: number, spending: Spending) {
    this.#random = seededRandom(seed);
    this.#budget = spending;
  }

  async step(): Promise<void> {
    const { window } = this.#budget;
    const leap = this.#random() < 0.1 ? 1500 : 300;
    this.#now += Math.floor(this.#random() * this.#random() * window * leap);
    const { hasCapacity, retryAt } = await look(this.#budget, this.#now);
    if (retryAt === null || this.#random() < 0.7) return this.#spend(hasCapacity);
    expect((await look(this.#budget, retryAt - 1)).hasCapacity).toBe(false);
    const early = this.#random() < 0.5;
    this.#now = early ? retryAt - 1 : retryAt;
    await this.#spend(!early);
  }

  async #spend(hasCapacity: boolean): Promise<void> {
    const { window, max } = this.#budget;
    const got = (await spent([this.#budget], this.#now)).length === 1;
    expect(got).toBe(hasCapacity);
    if (got) this.spends.push(this.#now);
    else this.refused += 1;
    expect(this.#within(window)).toBeLessThanOrEqual(max);
    // Nothing is refused for what was spent longer ago than that.
    if (!got) expect(this.#within(13 * Math.ceil(window / 12))).toBeGreaterThanOrEqual(max);
  }

  #within(seconds: number): number {
    return this.spends.filter((time) => time > this.#now - seconds * 1000).length;
  }
}

describe.each([
  ['an hour', 3600, 5],
  ['a day', 86_400, 10],
  ['one at a time', 60, 1],
  ['a window that twelve does not divide', 100, 7],
  ['a window of seconds', 5, 3],
])('somebody who spends whenever it suits, %s', (_name, window, max) => {
  test.each([1, 2, 3, 4])('never gets more than the limit in any window (story %i)', async (seed) => {
    const spender = new Spender(seed * window, budget(window, max));
    for (let step = 0; step < 120; step += 1) await spender.step();
    expect(spender.refused).toBeGreaterThan(3);
    expect(spender.spends.length).toBeGreaterThan(max);
  });
});

describe('many at the same moment', () => {
  test('get exactly what there is', async () => {
    const mine = budget(3600, 17);
    const got = await inParallel(60, () => spent([mine], START));
    expect(got.flat()).toHaveLength(17);
    expect(await look(mine, START)).toMatchObject({ hasCapacity: false });
  });

  test('who spend several budgets, named in any order, do not wait for each other in a circle', async () => {
    const several = Array.from({ length: 60 }, () => budget(3600, 1000));
    const got = await inParallel(300, (index) => spent(index % 2 ? several : [...several].reverse(), START + index));
    expect(got.every((keys) => keys.length === 60)).toBe(true);
    for (const mine of several) expect(await spent([{ ...mine, max: 300 }], START)).toEqual([]);
  });
});

describe('a refusal', () => {
  test('is told by a missing key, and what was spent beside it stays spent', async () => {
    const [full, open] = [budget(3600, 1), budget(3600, 2)];
    await spent([full], START);
    expect(await spent([full, open], START)).toEqual([open.key]);
    expect(await spent([full, open], START)).toEqual([open.key]);
    expect(await spent([full, open], START)).toEqual([]);
  });

  test('of what is withheld spends nothing, and still needs capacity', async () => {
    const mine = budget(3600, 1);
    const withheld = { ...mine, units: 0, needs: 1 };
    expect(await spent([withheld], START)).toEqual([mine.key]);
    expect(await look(mine, START)).toEqual({ hasCapacity: true, retryAt: null });
    await spent([mine], START);
    expect(await spent([withheld], START)).toEqual([]);
  });

  test('lasts as long as it says when the budget was filled bit by bit', async () => {
    const mine = budget(3600, 3);
    for (const minutes of [0, 20, 50]) await spent([mine], START + minutes * 60_000);
    // Slots begin at 12:30, 12:50 and 13:20; 13 slots of five minutes later the first one is out of every window.
    const { retryAt } = await look(mine, START + 3_000_000);
    expect(new Date(retryAt ?? 0).toISOString()).toBe('2026-11-21T13:35:00.000Z');
    const smaller = await look({ ...mine, max: 1 }, START + 3_000_000);
    expect(new Date(smaller.retryAt ?? 0).toISOString()).toBe('2026-11-21T14:25:00.000Z');
  });
});

describe('deployments', () => {
  test('with a clock that is behind spend from the same budget', async () => {
    const mine = budget(60, 2);
    await spent([mine], START);
    await spent([mine], START - 30_000);
    expect(await look(mine, START - 30_000)).toMatchObject({ hasCapacity: false });
    expect(await spent([mine], START)).toEqual([]);
  });

  test('may change a limit at any time', async () => {
    const mine = budget(3600, 5);
    for (let index = 0; index < 5; index += 1) await spent([mine], START);
    expect(await spent([{ ...mine, max: 3 }], START)).toEqual([]);
    expect(await spent([{ ...mine, max: 6 }], START)).toEqual([mine.key]);
  });

  test('keep a budget as long as it counts, and no longer', async () => {
    const mine = budget(3600, 1);
    const repository = new RateBudgetRepository(database.db);
    await database.db.execute(sql`DELETE FROM rate_budgets`);
    await spent([mine], START);
    const { retryAt } = await look(mine, START);
    expect(await repository.removeOver(new Date((retryAt ?? 0) - 1000), 10)).toBe(0);
    expect(await repository.removeOver(new Date(retryAt ?? 0), 10)).toBe(1);
  });
});
