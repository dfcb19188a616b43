import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Costs } from '../../src/costs/costs.js';
import { dayOf, daysAfter } from '../../src/costs/utc-day.js';
import { sendDayTable } from '../../src/costs/send-day.table.js';
import { messageTable } from '../../src/messaging/message.table.js';
import { openCosts, THROUGH_A_GATEWAY } from '../support/costs.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { ManualClock } from '../support/manual-clock.js';
import { requestOtp, verifyOtp } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';

/** An operator asks what codes cost, though messages are kept for 30 days only. */

const DAY = 86_400;
const [NEPAL, OTHER_NEPAL, TANZANIA] = ['+9779800000501', '+9779800000502', '+255679100501'];

let service: TestService;
let sender: ScriptedSender;
let costs: Costs;
let first: string;

beforeEach(async () => {
  sender = new ScriptedSender('webhook');
  const clock = new ManualClock(new Date('2026-03-01T12:00:00Z'));
  service = await startService({ env: THROUGH_A_GATEWAY, senders: [sender], clock });
  costs = await openCosts(service.db);
  first = dayOf(service.clock.now());
});
afterEach(() => service.close());

async function send(phoneNumber: string, verified = false): Promise<void> {
  await requestOtp(service, { phoneNumber });
  await service.background.outbox.drain();
  if (!verified) return;
  await verifyOtp(service, { phoneNumber, otp: sender.code(phoneNumber) });
  await service.background.deliveries.drain();
}

/** Two texts to Nepal and one to Tanzania, of which the provider tells the price. */
async function someDay(): Promise<void> {
  await send(NEPAL, true);
  await send(OTHER_NEPAL);
  sender.next({ kind: 'accepted', providerMessageId: 'a', price: { amount: 0.5, currency: 'USD' } });
  await send(TANZANIA, true);
}

const SOME_DAY = [
  expect.objectContaining({ country: 'NP', provider: 'webhook', channel: 'SMS', sent: 2, verified: 1, money: 0.46 }),
  expect.objectContaining({ country: 'TZ', provider: 'webhook', sent: 1, verified: 1, priced: 1, money: 0.5 }),
];

async function told() {
  const { paid } = await costs.sendDays.since(first, service.clock.now());
  return [...paid].sort((a, b) => a.country.localeCompare(b.country));
}

const sums = () => service.db.select().from(sendDayTable);

test('of today is told at once, and the same for ever', async () => {
  await someDay();
  expect(await told()).toEqual(SOME_DAY);
  service.clock.advance(2 * DAY);
  await service.background.housekeeper.run();
  expect(await sums()).toHaveLength(2);
  expect(await told()).toEqual(SOME_DAY);
  service.clock.advance(40 * DAY);
  await service.background.housekeeper.run();
  expect(await service.db.$count(messageTable)).toBe(0);
  expect(await told()).toEqual(SOME_DAY);
});

test('is kept for 400 days', async () => {
  await someDay();
  service.clock.advance(401 * DAY);
  await service.background.housekeeper.run();
  expect(await told()).toEqual([]);
});

test('is complete although nothing ran for two months', async () => {
  await someDay();
  service.clock.advance(60 * DAY);
  await someDay();
  await service.background.housekeeper.run();
  expect(await service.db.$count(messageTable)).toBe(3);
  expect((await told()).map(({ country, sent }) => [country, sent])).toEqual([
    ...[
      ['NP', 2],
      ['NP', 2],
    ],
    ...[
      ['TZ', 1],
      ['TZ', 1],
    ],
  ]);
});

test('never counts a message twice, however many processes sum up at once and again', async () => {
  await someDay();
  service.clock.advance(2 * DAY);
  const others = await Promise.all([1, 2, 3, 4].map(() => openCosts(service.db)));
  await Promise.all([...others, ...others].map(({ sendDays }) => sendDays.remove(service.clock.now(), 10)));
  expect(await told()).toEqual(SOME_DAY);
});

test('counts what is learned of a message before its day is summed up: reports, prices, verified codes', async () => {
  await send(NEPAL);
  const [message] = await service.db.select().from(messageTable);
  service.clock.advance(DAY - 1);
  await service.background.housekeeper.run();
  expect(await sums()).toEqual([]);
  const report = {
    provider: 'webhook',
    providerMessageId: message?.providerMessageId ?? '',
    state: 'delivered',
  } as const;
  const price = { amount: 0.3, currency: 'USD' };
  await service.background.deliveries.report({ ...report, messageId: message?.id ?? '', price });
  service.clock.advance(DAY);
  await service.background.housekeeper.run();
  expect(await sums()).toEqual([expect.objectContaining({ delivered: 1, priced: 1, money: 0.3 })]);
});

test('does not count what was not sent: expired, withheld, refused by the provider', async () => {
  sender.next('rejected');
  await send(NEPAL);
  await send(OTHER_NEPAL);
  await service.db.execute(sql`
    UPDATE messages SET status = 'failed', failure = 'withheld', taken_at = NULL WHERE phone_number = ${OTHER_NEPAL}`);
  expect(await told()).toEqual([expect.objectContaining({ sent: 0, failed: 1, money: 0 })]);
});

test('is nothing where codes are only shown to a developer', async () => {
  await someDay();
  const { sendDays } = await openCosts(service.db, ['webhook']);
  const { paid } = await sendDays.since(first, service.clock.now());
  expect(paid.map(({ country, money }) => [country, money]).sort()).toEqual([
    ['NP', 0],
    ['TZ', 0.5],
  ]);
});

test('was summed up too early by a clock that was ahead: summed up again', async () => {
  await send(NEPAL);
  await costs.sendDays.remove(new Date(service.clock.now().getTime() + 5 * DAY * 1000), 10);
  await send(OTHER_NEPAL);
  expect(await told()).toEqual([expect.objectContaining({ country: 'NP', sent: 2 })]);
  service.clock.advance(3 * DAY);
  const afresh = await openCosts(service.db);
  await afresh.sendDays.remove(service.clock.now(), 10);
  expect(await told()).toEqual([expect.objectContaining({ country: 'NP', sent: 2 })]);
});

describe('the busiest day of four weeks', () => {
  const busiest = async () => {
    await service.background.housekeeper.run();
    return costs.sendDays.busiestDay(service.clock.now());
  };

  test('is the one with the most verified codes: unverified ones raise no limit', async () => {
    expect(await busiest()).toBe(0);
    await someDay();
    service.clock.advance(DAY);
    for (const last of [1, 2, 3, 4, 5]) await send(`+97798000005${last}7`);
    service.clock.advance(2 * DAY);
    expect(await busiest()).toBe(2);
    service.clock.advance(26 * DAY);
    expect(await busiest()).toBe(0);
  });
});

test('days are those of UTC', () => {
  expect(dayOf(new Date('2026-03-01T23:59:59.999Z'))).toBe('2026-03-01');
  expect([daysAfter('2026-02-28', 1), daysAfter('2026-03-01', -1), daysAfter('2027-01-01', -366)]).toEqual([
    ...['2026-03-01', '2026-02-28', '2025-12-31'],
  ]);
});
