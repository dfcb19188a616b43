import { expect, test } from 'vitest';
import { MemoryBudgets } from '../../simulation/memory-budgets.js';
import { sendBudgets } from '../../src/budgets/send-budgets.js';
import { type SendSettings, sendLimits } from '../../src/budgets/send-limits.js';
import { readConfig } from '../../src/config/config.js';
import { seededRandom } from '../support/seeded-random.js';
import { hashOf } from '../support/hashed-subject.js';

/** Limits that stop attackers and refuse nobody else: days of 9,000 codes in one country, as people ask for them. */

const PEOPLE = 9_000;
/** Per cent of the day's codes in each hour. */
const BY_HOUR = [1, 1, 0.5, 0.5, 0.5, 1, 2, 4, 5, 6, 6, 6, 6, 5, 5, 5, 6, 7, 8, 8.5, 8, 4.5, 2.5, 1];

interface World {
  readonly days: number;
  readonly knownDevices: number;
  /** Per cent of the people who come from the /16 of the largest operator. */
  readonly largest: number;
}

function settings(env: Record<string, string>): SendSettings {
  const reading = readConfig({ NODE_ENV: 'test', ...env });
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  return reading.config.sends;
}

/** Names of the budgets that refused somebody, and how many were refused. */
function refusedIn(sizes: ReturnType<typeof sendLimits>, { days, knownDevices, largest }: World): Map<string, number> {
  const random = seededRandom(7);
  const budgets = new MemoryBudgets();
  const refused = new Map<string, number>();
  const times = Array.from({ length: days }, (_, day) => day).flatMap((day) =>
    BY_HOUR.flatMap((share, hour) =>
      Array.from({ length: Math.round((PEOPLE * share) / 100) }, () => (24 * day + hour + random()) * 3_600),
    ),
  );
  for (const [index, seconds] of times.sort((one, other) => one - other).entries()) {
    const now = new Date(Date.UTC(2026, 10, 21) + seconds * 1000);
    const phoneNumber = `+97798${'0124568'[index % 7]}${String((index * 7919) % 10_000_000).padStart(7, '0')}`;
    const operator = random() * 100 < largest ? 0 : 1 + Math.floor(random() * 5);
    const networks = [`10.${operator}.${Math.floor(random() * 40)}.0/24`, `10.${operator}.0.0/16`] as const;
    const deviceOf = random() * 100 < knownDevices ? `user ${index}` : null;
    const due = sendBudgets(
      { phoneNumber, hashed: hashOf(phoneNumber), country: 'NP', networks, units: 1, money: 0, deviceOf },
      sizes,
    );
    const full = due.filter((budget) => !budgets.haveCapacity([budget], now));
    for (const { name } of full) refused.set(name, (refused.get(name) ?? 0) + 1);
    if (full.length === 0) budgets.spend(due, now);
  }
  return refused;
}

test.each([
  ['10000', 1],
  // A window of slots is up to 26 hours long.
  ['12000', 2],
])('SENDS_PER_DAY=%s refuses none of them for %i days, where a third have known devices', (perDay, days) => {
  const sizes = sendLimits(settings({ SENDS_PER_DAY: perDay }), 0);
  expect(refusedIn(sizes, { days, knownDevices: 34, largest: 25 })).toEqual(new Map());
});

test('without a setting nobody is refused, also where all are newcomers and most come from one operator', () => {
  // Three codes in four are verified.
  const sizes = sendLimits(settings({}), PEOPLE * 0.75);
  expect(sizes.perDay).toBe(27_000);
  expect(refusedIn(sizes, { days: 2, knownDevices: 0, largest: 60 })).toEqual(new Map());
});

test('a limit that is too tight refuses newcomers, and no known device', () => {
  const sizes = sendLimits(settings({ SENDS_PER_DAY: '6000' }), 0);
  const refused = refusedIn(sizes, { days: 2, knownDevices: 8, largest: 20 });
  expect(refused.get('country_newcomers')).toBeGreaterThan(1_000);
  expect([...refused.keys()]).not.toContain('country');
  expect([...refused.keys()]).not.toContain('all');
});

test('the day grows with what people verify, and not with what an attacker has sent', () => {
  expect(sendLimits(settings({}), 0)).toMatchObject({ perDay: 10_000, perCountryPerHour: 1_000 });
  expect(sendLimits(settings({}), 50_000)).toMatchObject({ perDay: 200_000, perCountryPerHour: 20_000 });
  expect(sendLimits(settings({ SENDS_PER_DAY: '500' }), 50_000)).toMatchObject({ perDay: 500, perCountryPerHour: 50 });
});
