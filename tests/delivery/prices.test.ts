import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Price } from '../../src/providers/message-sender.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { requestOtp } from '../support/operations/operations.js';
import { messagesTo } from '../support/postgres/rows.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { THROUGH_TWILIO } from '../support/twilio/twilio-settings.js';

/** An operator wants to know what texts cost, from a provider that knows it late and may report nothing. */

const env = {
  ...THROUGH_TWILIO,
  ...MANY_TEXTS,
  DELIVERY_ROUTES: 'SMS=twilio,webhook',
  WEBHOOK_URL: 'http://127.0.0.1:9',
  WEBHOOK_SECRET: `whsec_${'c2VjcmV0'.repeat(5)}`,
};
const CHEAP = { amount: 0.0075, currency: 'USD' };

let service: TestService;
let questions: string[];
/** What the provider says; null: it does not know yet. */
let answer: () => Promise<Price | null>;
const twilio = Object.assign(new ScriptedSender('twilio'), {
  priceOf: ({ providerMessageId }: { providerMessageId: string }) => {
    questions.push(providerMessageId);
    return answer();
  },
});
const gateway = new ScriptedSender('webhook');
let phoneNumber: string;
let serial = 10;

beforeAll(async () => {
  service = await startService({ env, senders: [twilio, gateway] });
});
afterAll(() => service.close());
beforeEach(async () => {
  service.clock.advance(7200);
  answer = async () => null;
  questions = [];
  await service.background.deliveries.askPrices();
  questions = [];
  serial += 1;
  phoneNumber = `+97798000063${serial}`;
});

async function ask() {
  expect(await requestOtp(service, { phoneNumber })).toMatchObject({ __typename: 'RequestOtpSuccess' });
  await service.background.outbox.drain();
}

async function row() {
  const message = (await messagesTo(service, phoneNumber)).at(-1);
  if (!message) throw new Error('There is no message.');
  return message;
}

async function after(minutes: number) {
  service.clock.advance(minutes * 60);
  await service.background.deliveries.askPrices();
}

async function report(state: 'delivered') {
  const { id: messageId, providerMessageId } = await row();
  await service.background.deliveries.report({ messageId, provider: 'twilio', providerMessageId, state });
}

async function cost(): Promise<number> {
  const { payload } = await service.background.metricsServer.inject({ url: '/metrics' });
  const line = payload.split('\n').find((each) => each.startsWith('phone_accounts_messages_cost_total{'));
  return Number(line?.split(' ').at(-1) ?? 0);
}

test('is told it without any report', async () => {
  await ask();
  answer = async () => CHEAP;
  await after(0.9);
  expect(questions).toEqual([]);
  await after(0.1);
  expect(questions).toHaveLength(1);
  expect(await row()).toMatchObject({ status: 'sent', price: '0.0075', priceCurrency: 'USD' });
});

test('is told it though the provider knows it only after an hour: it is asked after 1, 10 and 60 minutes', async () => {
  await ask();
  await after(1);
  await after(8.9);
  expect(questions).toHaveLength(1);
  await after(0.1);
  await after(49.9);
  expect(questions).toHaveLength(2);
  answer = async () => CHEAP;
  await after(0.1);
  expect(questions).toHaveLength(3);
  expect(await row()).toMatchObject({ price: '0.0075' });
});

test('does not pay for asking for ever: after three times, and once the price is known, nobody asks', async () => {
  await ask();
  for (const minutes of [1, 9, 50, 60, 1440]) await after(minutes);
  expect(questions).toHaveLength(3);
  service.clock.advance(60);
  await ask();
  answer = async () => CHEAP;
  for (const minutes of [1, 9, 50, 60]) await after(minutes);
  expect(questions).toHaveLength(4);
});

test('is told it after a late report, counted from there', async () => {
  await ask();
  await after(1);
  service.clock.advance(1800);
  await report('delivered');
  answer = async () => CHEAP;
  await after(1);
  expect(questions).toHaveLength(2);
  expect(await row()).toMatchObject({ status: 'delivered', price: '0.0075' });
});

test('and a process that was away for days asks once at a time', async () => {
  await ask();
  await after(3 * 1440);
  await after(1440);
  expect(questions).toHaveLength(1);
});

test('a question that fails is asked again at its next time', async () => {
  await ask();
  answer = () => Promise.reject(new Error('away'));
  await after(1);
  answer = async () => CHEAP;
  await after(9);
  expect(await row()).toMatchObject({ price: '0.0075' });
});

test('a price that two processes were told counts once', async () => {
  const before = await cost();
  await ask();
  let tell = () => {};
  const told = new Promise<Price>((resolve) => {
    tell = () => resolve(CHEAP);
  });
  answer = () => told;
  const slow = after(1);
  await expect.poll(() => questions.length).toBe(1);
  const late = after(9);
  await expect.poll(() => questions.length).toBe(2);
  tell();
  await Promise.all([slow, late]);
  expect((await cost()) - before).toBeCloseTo(0.0075, 6);
});

test('of a text that was lost and sent by another provider, the other one is not asked about the first', async () => {
  await ask();
  const { id: messageId, providerMessageId } = await row();
  const lost = { messageId, provider: 'twilio', providerMessageId, state: 'failed', failure: 'blocked' } as const;
  expect(await service.background.deliveries.report(lost)).toBe(true);
  await after(1);
  await service.background.outbox.run();
  await service.background.outbox.drain();
  expect(await row()).toMatchObject({ status: 'sent', provider: 'webhook', priceDueAt: null });
  await after(60);
  expect(questions).toEqual([]);
});

test('is told it with the news that a text known to be sent was sent on, once', async () => {
  await ask();
  const { id: messageId, providerMessageId } = await row();
  const before = await cost();
  const news = { messageId, provider: 'twilio', providerMessageId, state: 'sent', price: CHEAP } as const;
  await service.background.deliveries.report(news);
  await service.background.deliveries.report(news);
  await service.background.deliveries.report({ ...news, provider: 'webhook', price: { amount: 9, currency: 'USD' } });
  expect(await row()).toMatchObject({ status: 'sent', price: '0.0075', priceCurrency: 'USD' });
  expect((await cost()) - before).toBeCloseTo(0.0075, 6);
});
