import postgres from 'postgres';
import { afterEach, describe, expect, test } from 'vitest';
import { Api } from '../../attack/api.js';
import { Campaign } from '../../attack/campaign.js';
import { acceptedGuesses } from '../../attack/code-oracle.js';
import { codeStrategies } from '../../attack/code-strategies.js';
import { judged } from '../../attack/guess-report.js';
import { readOptions } from '../../attack/options.js';
import { attackFromOutside } from '../../attack/outside.js';
import { mostWithin, separation } from '../../attack/statistics.js';
import { robAll } from '../../attack/stolen-sims.js';
import type { Target } from '../../attack/target.js';
import { seededRandom } from '../support/seeded-random.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';

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
  const campaign = await Campaign.begin(target, { days: 2, mostGuesses: 500 });
  await strategy.run(campaign);
  return judged(strategy.name, campaign.tally());
}

describe('thieves with stolen SIMs', () => {
  test('open and change nothing where owners have a passkey, and get in elsewhere', async () => {
    const target = await attackable(MANY_TEXTS);
    expect(await robAll(target, { count: 8, passkeys: true })).toMatchObject({
      opened: 0,
      changed: 0,
      robbedBefore: 2,
    });
    expect(await robAll(target, { count: 4, passkeys: false })).toMatchObject({ opened: 4 });
  });
});

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

  test('judges a service by its answers where it cannot read its books', async () => {
    expect((await attackFromOutside((await attackable()).api)).figures.evaluatedAtMost).toBe(6);
    expect((await attackFromOutside((await attackable(WITHOUT_BUDGET)).api)).met).toBe(false);
  });

  test('counts guesses within any 24 hours, not within calendar days', () => {
    const noon = 12 * 3600;
    const instants = [noon, EDGE - 1, EDGE, EDGE + 1, noon + EDGE];
    expect(mostWithin(instants, EDGE)).toBe(4);
  });

  test('tells times apart that differ, and no others', () => {
    const random = seededRandom(7);
    const times = (shift: number) => Array.from({ length: 300 }, () => 5 + random() + shift);
    const alike = Array.from({ length: 200 }, () => separation(times(0), times(0)));
    expect(alike.filter(({ from, to }) => from <= 0.5 && to >= 0.5).length).toBeGreaterThan(180);
    const differing = separation(times(0.2), times(0));
    expect(differing.auc).toBeGreaterThan(0.55);
    expect(differing.from).toBeGreaterThan(0.5);
    expect(separation([3, 4], [1, 2]).auc).toBe(1);
    expect(separation([1, 2], [1, 2]).auc).toBe(0.5);
  });

  test('attacks nothing but this machine', () => {
    const refused = [
      'http://example.com',
      'http://10.0.0.1:4000',
      'http://127.0.0.1.example.com',
      'http://[::ffff:10.0.0.1]',
    ];
    for (const url of [...refused, 'https://localhost', 'http://localhost.example.com', 'localhost:4000', '']) {
      expect(readOptions(['--url', url]), url).toMatchObject({ kind: 'misused' });
    }
    for (const url of ['http://localhost:4000', 'http://127.0.0.1:4000', 'http://[::1]:4000']) {
      expect(readOptions(['--url', `${url}/graphql`])).toMatchObject({ kind: 'outside', url });
    }
  });
});
