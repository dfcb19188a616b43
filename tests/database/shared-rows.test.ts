import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countOf, inParallel, requestOtp } from '../support/operations/operations.js';
import { GUARDED } from '../support/pumping.js';
import { startTwoProcesses, type TwoProcesses } from '../support/process/two-processes.js';

/** V8 for what everybody shares: a send waits for no row that all sends spend from or are counted in. */

let processes: TwoProcesses;
beforeAll(async () => {
  processes = await startTwoProcesses({ env: GUARDED });
});
afterAll(() => processes.close());

const numbers = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `+97798412${String(34_000 + from + index).padStart(5, '0')}`);

async function askFor(phoneNumbers: readonly string[]) {
  const ask = (index: number) => requestOtp(processes.turn(index), { phoneNumber: phoneNumbers[index] });
  return countOf(await inParallel(phoneNumbers.length, ask));
}

test('somebody holds the rows of all, of the country, of the network and of the range: codes are sent meanwhile', async () => {
  const { first, second } = processes;
  // Busy processes have parts of these budgets.
  for (let round = 0; round < 3; round += 1) await askFor(numbers(10 * round, 10));
  for (const { background } of [first, second]) {
    await background.sends.idle();
    await background.pumpingGuard.idle();
  }
  const sent = await first.db.transaction(async (other) => {
    const budgets = await other.execute(sql`
      SELECT key FROM rate_budgets WHERE key LIKE 'sends:%' AND key NOT LIKE 'sends:number:%' FOR UPDATE`);
    expect(budgets.length).toBeGreaterThan(15);
    const counters = await other.execute(sql`SELECT key FROM proof_counters FOR UPDATE`);
    expect(counters.length).toBeGreaterThan(3);
    return askFor(numbers(100, 40));
  });
  expect(sent).toEqual({ RequestOtpSuccess: 40 });
});
