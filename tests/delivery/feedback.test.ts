import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { FeedbackOutcome, VerifiedSend } from '../../src/providers/message-sender.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { requestOtp, verifyOtp } from '../support/operations/operations.js';
import { messagesTo } from '../support/postgres/rows.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { THROUGH_TWILIO } from '../support/twilio/twilio-settings.js';

/** A provider prices, routes and protects by which codes were typed. An operator wants it to know, whatever happens. */

const env = {
  ...THROUGH_TWILIO,
  ...MANY_TEXTS,
  METRICS_PORT: '9464',
  DELIVERY_ROUTES: 'SMS=twilio SMS:IN=webhook',
  WEBHOOK_URL: 'http://127.0.0.1:9',
  WEBHOOK_SECRET: `whsec_${'c2VjcmV0'.repeat(5)}`,
};

let service: TestService;
let told: VerifiedSend[];
let answer: () => Promise<FeedbackOutcome>;
const asking = Object.assign(new ScriptedSender('twilio'), {
  verified: (message: VerifiedSend) => {
    told.push(message);
    return answer();
  },
});
const quiet = new ScriptedSender('webhook');
let phoneNumber: string;
let serial = 10;

beforeAll(async () => {
  service = await startService({ env, senders: [asking, quiet] });
});
afterAll(() => service.close());
beforeEach(() => {
  service.clock.advance(7200);
  told = [];
  answer = async () => 'told';
  serial += 1;
  phoneNumber = `+97798000073${serial}`;
});

async function ask(to = phoneNumber): Promise<void> {
  expect(await requestOtp(service, { phoneNumber: to })).toMatchObject({ __typename: 'RequestOtpSuccess' });
  await service.background.outbox.drain();
}

async function signInWith(sender: ScriptedSender, to = phoneNumber): Promise<void> {
  await ask(to);
  expect(await verifyOtp(service, { phoneNumber: to, otp: sender.code(to) })).toMatchObject({
    __typename: 'VerifyOtpSuccess',
  });
  await service.background.deliveries.drain();
}

const poll = () => service.background.feedback.poll();

async function after(minutes: number): Promise<void> {
  service.clock.advance(minutes * 60);
  await poll();
}

async function count(outcome: FeedbackOutcome): Promise<number> {
  const { payload } = await service.background.metricsServer.inject({ url: '/metrics' });
  const name = `phone_accounts_verified_feedback_total{provider="twilio",outcome="${outcome}"}`;
  return Number(
    payload
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.split(' ')
      .at(-1) ?? 0,
  );
}

test('a code that was typed is told once, with the id that the provider knows and the code, behind the answer', async () => {
  await signInWith(asking);
  expect(told).toEqual([]);
  const [row] = await messagesTo(service, phoneNumber);
  await poll();
  await poll();
  expect(told).toEqual([
    {
      ...{ id: row?.id, providerMessageId: row?.providerMessageId, channel: 'SMS', country: 'NP' },
      code: asking.code(phoneNumber),
    },
  ]);
});

test('a wrong guess and a code that nobody types tell nothing', async () => {
  await ask();
  const otp = asking.code(phoneNumber) === '111111' ? '222222' : '111111';
  expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'InvalidOtpError' });
  await after(60);
  expect(told).toEqual([]);
});

test('a provider that does not want to know costs nothing: no row waits', async () => {
  const indian = '+919812345678';
  await signInWith(quiet, indian);
  expect(await messagesTo(service, indian)).toMatchObject([{ verifiedAt: expect.any(Date), feedbackDueAt: null }]);
});

test('a provider that is away learns it after 1, 10 or 60 minutes', async () => {
  answer = async () => 'unavailable';
  await signInWith(asking);
  await poll();
  await after(0.9);
  expect(told).toHaveLength(1);
  await after(0.1);
  await after(8.9);
  expect(told).toHaveLength(2);
  await after(0.1);
  answer = async () => 'told';
  await after(50);
  await after(60);
  expect(told).toHaveLength(4);
});

test('a provider that stays away, or fails in a way of its own, is not told for ever', async () => {
  const before = await count('unavailable');
  answer = () => Promise.reject(new Error('broken'));
  await signInWith(asking);
  await poll();
  for (const minutes of [1, 9, 50, 60, 600]) await after(minutes);
  expect(told).toHaveLength(4);
  expect(await count('unavailable')).toBe(before + 4);
  expect(await messagesTo(service, phoneNumber)).toMatchObject([{ feedbackDueAt: null }]);
});

test('a provider that refuses the news is not told again', async () => {
  answer = async () => 'refused';
  await signInWith(asking);
  await poll();
  for (const minutes of [1, 9, 50]) await after(minutes);
  expect(told).toHaveLength(1);
});

test('a process that dies while it tells leaves it to another one', async () => {
  answer = () => new Promise(() => {});
  await signInWith(asking);
  void poll();
  await expect.poll(() => told.length).toBe(1);
  answer = async () => 'told';
  const other = await startService({
    ...{ env, senders: [asking, quiet] },
    ...{ database: service.database, clock: service.clock },
  });
  await other.background.feedback.poll();
  expect(told).toHaveLength(1);
  service.clock.advance(60);
  await other.background.feedback.poll();
  await other.background.feedback.poll();
  expect(told).toHaveLength(2);
  await other.close();
});

test('another code that was asked for since takes nothing from the news but the code', async () => {
  await signInWith(asking);
  service.clock.advance(60);
  await ask();
  await poll();
  expect(told).toMatchObject([{ code: null }]);
});

test('after a clock was set back it is told once, and not again and again', async () => {
  await signInWith(asking);
  answer = async () => 'unavailable';
  service.clock.setBack(3600);
  await poll();
  await poll();
  expect(told).toHaveLength(1);
});
