import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { inParallel, requestOtp, signIn } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { THROUGH_TWILIO } from '../support/twilio/twilio-settings.js';

/** M6: an attacker asks for what is dear: texts to costly countries, and calls. */

const DAY = 86_400;
/** In US dollars. */
const PRICES = { SMS: { TZ: 1, NP: 0.1, US: 0.01 }, VOICE: { TZ: 4, NP: 0.35 } };

let folder: string;
let database: TestDatabase;
const running: TestService[] = [];
let serial = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'phone-accounts-spending-'));
  writeFileSync(join(folder, 'prices.json'), JSON.stringify({ currency: 'USD', prices: PRICES }));
});
afterEach(async () => {
  for (const service of running.splice(0)) await service.close();
  await database.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** So many processes on one database. */
async function processes(count: number, env: Record<string, string>): Promise<TestService[]> {
  database = await openTestDatabase();
  const prices = { PRICES_FILE: join(folder, 'prices.json'), DELIVERY_ROUTES: 'SMS=twilio VOICE=twilio' };
  for (let started = 0; started < count; started += 1) {
    const clock = running[0] && { clock: running[0].clock };
    running.push(await startService({ env: { ...THROUGH_TWILIO, ...prices, ...env }, database, ...clock }));
  }
  return [...running];
}

/** The beginning of numbers, and how many digits follow. */
const RANGES = { TZ: ['+2556791', 5], NP: ['+977980', 7], US: ['+1415555', 4] } as const;
type Country = keyof typeof RANGES;

function freshNumber(country: Country): string {
  serial += 1;
  const [prefix, digits] = RANGES[country];
  return prefix + String(serial).padStart(digits, '0');
}

/** Asks for so many codes at the same moment, and returns how many were sent. */
async function sent(services: readonly TestService[], count: number, ask: { country: Country; channel?: string }) {
  const answers = await inParallel(count, (index) => {
    const service = services[index % services.length] as TestService;
    return requestOtp(service, { phoneNumber: freshNumber(ask.country), channel: ask.channel ?? 'SMS' });
  });
  for (const { __typename } of answers) expect(['RequestOtpSuccess', 'TooManyRequestsError']).toContain(__typename);
  return answers.filter(({ __typename }) => __typename === 'RequestOtpSuccess').length;
}

test('the money of five minutes, of the hour and of the day ends for newcomers, whatever the country', async () => {
  const [service] = (await processes(1, { SPEND_PER_DAY: '100 USD' })) as [TestService];
  // From the begin of a slot on: what is spent first still counts when the hour and the day below end.
  service.clock.advance(DAY - ((service.clock.now().getTime() / 1000) % DAY));
  // Five dollars in five minutes, four of them for newcomers.
  expect(await sent([service], 10, { country: 'TZ' })).toBe(4);
  expect(await sent([service], 5, { country: 'US' })).toBe(0);
  let dollars = 4;
  for (let turn = 1; turn < 12; turn += 1) {
    service.clock.advance(330);
    dollars += await sent([service], 5, { country: 'TZ' });
  }
  // A part of the hour that was taken for cheap texts can be too small for another dear one (docs/sending-limits.md, slack).
  expect([9, 10]).toContain(dollars);
  for (let hour = 1; hour < 24; hour += 1) {
    for (let turn = 0; turn < 2; turn += 1) {
      service.clock.advance(1800);
      dollars += await sent([service], 5, { country: 'TZ' });
    }
  }
  expect([79, 80]).toContain(dollars);
});

test('known devices have a fifth of it for themselves', async () => {
  const [service] = (await processes(1, { SPEND_PER_DAY: '5 USD' })) as [TestService];
  const phoneNumber = freshNumber('US');
  const { deviceToken } = await signIn(service, phoneNumber);
  service.clock.advance(2 * DAY);
  expect(await sent([service], 10, { country: 'TZ' })).toBe(4);
  expect(await requestOtp(service, { phoneNumber: freshNumber('US') })).toMatchObject({
    __typename: 'TooManyRequestsError',
  });
  expect(await requestOtp(service, { phoneNumber, deviceToken })).toMatchObject({ __typename: 'RequestOtpSuccess' });
});

test('three processes spend no more than one, however many requests come at the same moment', async () => {
  const services = await processes(3, { SPEND_PER_DAY: '2 USD' });
  expect(await sent(services, 60, { country: 'NP' })).toBe(16);
});

test('a large budget is leased, and no more is spent than it holds', async () => {
  const services = await processes(2, { SPEND_PER_DAY: '100 USD' });
  let cents = 0;
  for (let round = 0; round < 8; round += 1) cents += await sent(services, 100, { country: 'US' });
  // Four dollars. What the other process holds is not lost, it is given back.
  expect(cents).toBeLessThanOrEqual(400);
  expect(cents).toBeGreaterThan(390);
});

test('a call counts as what it costs, among the texts of its country and of the service', async () => {
  const [service] = (await processes(1, { SENDS_PER_COUNTRY_PER_HOUR: '600' })) as [TestService];
  // A hundred in five minutes, eighty of them for newcomers; a call to Tanzania counts as four.
  expect(await sent([service], 30, { country: 'TZ', channel: 'VOICE' })).toBe(20);
  expect(await sent([service], 3, { country: 'TZ' })).toBe(0);
  expect(await sent([service], 3, { country: 'NP' })).toBe(3);
});

test('money in another currency than the prices is no start', async () => {
  await expect(processes(1, { SPEND_PER_DAY: '50 EUR' })).rejects.toThrow(
    'SPEND_PER_DAY is in EUR, but the prices are in USD',
  );
});

test.each(['50', 'USD 50', '0 USD', '50 dollars', '0.5 USD', '1000000 USD', '-1 USD'])(
  '"%s" is not taken for an amount',
  async (amount) => {
    await expect(processes(1, { SPEND_PER_DAY: amount })).rejects.toThrow('SPEND_PER_DAY must be an amount');
  },
);

test('without the setting, money is no limit', async () => {
  const [service] = (await processes(1, {})) as [TestService];
  expect(await sent([service], 60, { country: 'TZ' })).toBe(60);
});
