import postgres from 'postgres';
import { afterEach, describe, expect, test } from 'vitest';
import { Api } from '../attack/api.js';
import { Campaign } from '../attack/campaign.js';
import { acceptedGuesses } from '../attack/code-oracle.js';
import { codeStrategies } from '../attack/code-strategies.js';
import { judged } from '../attack/guess-report.js';
import { mostWithin, separation } from '../attack/statistics.js';
import type { Target } from '../attack/target.js';
import { seededRandom } from './support/seeded-random.js';
import { startService, type TestService } from './support/service.js';

/** Without the limits on numbers: what a service is that counts per code only. */
const WITHOUT_BUDGET = { OTP_FAILURES_PER_DAY: '100', LOCK_AFTER_FAILURES: '100' };
const EDGE = 24 * 3600;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function attackable(env: Record<string, string> = {}): Promise<Target> {
  const service = await startService({ env: { TRUST_PROXY: '1', ...env } });
  closing.push(() => service.close());
  const api = new Api(service.url);
  const sql = postgres(service.database.url, { max: 1, fetch_types: false });
  closing.push(async () => {
    api.close();
    await sql.end();
  });
  await api.discover();
  return { api, sql, settings: {}, ...judgeOf(service) };
}

function judgeOf({ clock, phone }: TestService): Pick<Target, 'now' | 'advance' | 'codeSentTo' | 'texts'> {
  return {
    now: async () => clock.now().getTime(),
    advance: async (milliseconds) => clock.advance(milliseconds / 1000),
    codeSentTo: async (number) => (phone.to(number).length > 0 ? phone.code(number) : null),
    texts: async () => phone.messages.length,
  };
}

async function attack(target: Target, name: string) {
  const strategy = codeStrategies.find((candidate) => candidate.name.includes(name));
  if (!strategy) throw new Error(`No strategy is called ${name}.`);
  const campaign = await Campaign.begin(target, { days: 2, mostGuesses: 1_000 });
  await strategy.run(campaign);
  return judged(strategy.name, campaign.tally());
}

describe('the attack script', () => {
  test('finds at most twenty guesses a day evaluated, whoever guesses a hundred at once', async () => {
    const found = await attack(await attackable(), 'a hundred at once');
    expect(found.sent).toBeGreaterThan(100);
    expect(found.mostPerDay).toBe(20);
    expect(found.met).toBe(true);
  });

  test('finds out when the limits on a number are gone', async () => {
    const found = await attack(await attackable(WITHOUT_BUDGET), 'a hundred at once');
    expect(found.mostPerDay).toBeGreaterThan(20);
    expect(found.met).toBe(false);
  });

  test('is let in by right codes at most as often as guesses are evaluated', async () => {
    const { guesses, accepted } = await acceptedGuesses(await attackable());
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThanOrEqual(20);
    expect(accepted).toBeLessThan(guesses);
  });

  test('is let in more often when the limits on a number are gone', async () => {
    const { accepted } = await acceptedGuesses(await attackable(WITHOUT_BUDGET));
    expect(accepted).toBeGreaterThan(20);
  });

  test('counts guesses within any 24 hours, not within calendar days', () => {
    const noon = 12 * 3600;
    const instants = [noon, EDGE - 1, EDGE, EDGE + 1, noon + EDGE];
    expect(mostWithin(instants, EDGE)).toBe(4);
  });

  test('tells times apart that differ, and no others', () => {
    const random = seededRandom(7);
    const times = (shift: number) => Array.from({ length: 1000 }, () => 5 + random() + shift);
    expect(Math.abs(separation(times(0), times(0)).auc - 0.5)).toBeLessThan(0.03);
    const { auc, from } = separation(times(0.1), times(0));
    expect(auc).toBeGreaterThan(0.55);
    expect(from).toBeGreaterThan(0.5);
    expect(separation([3, 4], [1, 2]).auc).toBe(1);
  });
});
