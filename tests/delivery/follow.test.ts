import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DeliveryReport } from '../../src/providers/delivery-report.js';
import type { Price } from '../../src/providers/message-sender.js';
import { otpDelivery, requestOtpAndFollow, signIn, verifyOtp } from '../support/operations/operations.js';
import { messagesTo } from '../support/postgres/rows.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { THROUGH_TWILIO } from '../support/twilio/twilio-settings.js';

/** A person waits for a code, and the front end tells what becomes of it. */

const env = {
  ...THROUGH_TWILIO,
  ...MANY_TEXTS,
  DELIVERY_ROUTES: 'SMS=twilio,webhook VOICE=twilio WHATSAPP=twilio',
  TWILIO_WHATSAPP_NUMBER: '+15005550007',
  WEBHOOK_URL: 'http://127.0.0.1:9',
  WEBHOOK_SECRET: `whsec_${'c2VjcmV0'.repeat(5)}`,
  TEST_PHONES: '+15005550006=123456',
};

let service: TestService;
const first = Object.assign(new ScriptedSender('twilio'), { priceOf: async () => price });
const second = new ScriptedSender('webhook');
/** What the first provider says that a message cost. */
let price: Price | null = null;
let phoneNumber: string;
let serial = 20;

beforeAll(async () => {
  service = await startService({ env, senders: [first, second] });
});
afterAll(async () => service.close());
beforeEach(() => {
  serial += 1;
  phoneNumber = `+97798000057${serial}`;
  price = null;
  service.clock.advance(3600);
});

async function ask(input: object = {}) {
  const answer = await requestOtpAndFollow(service, { phoneNumber, ...input });
  await service.background.outbox.drain();
  return answer;
}

/** As a device that the account of the number knows: it is told everything. */
async function askFromKnownDevice() {
  const { deviceToken } = await signIn({ ...service, phone: codes() }, phoneNumber);
  service.clock.advance(60);
  return ask({ deviceToken });
}

async function row() {
  const message = (await messagesTo(service, phoneNumber)).at(-1);
  if (!message) throw new Error('There is no message.');
  return message;
}

async function report(changes: Partial<DeliveryReport> = {}): Promise<boolean> {
  const { id, providerMessageId } = await row();
  const standard = { messageId: id, provider: 'twilio', providerMessageId, state: 'delivered' } as const;
  return service.background.deliveries.report({ ...standard, ...changes });
}

const lost = (failure: DeliveryReport['failure'], changes: Partial<DeliveryReport> = {}) =>
  report({ state: 'failed', failure, providerCode: '30008', ...changes });

async function metric(line: string): Promise<string | undefined> {
  const { payload } = await service.background.metricsServer.inject({ url: '/metrics' });
  return payload.split('\n').find((each) => each.startsWith(`phone_accounts_${line}`));
}

describe('whoever asked for a code', () => {
  test('sees that it waits, is on its way, and has arrived', async () => {
    const { deviceToken } = await signIn({ ...service, phone: codes() }, phoneNumber);
    service.clock.advance(60);
    first.hold();
    const { requestToken } = await requestOtpAndFollow(service, { phoneNumber, deviceToken });
    expect(await otpDelivery(service, requestToken)).toMatchObject({
      status: 'QUEUED',
      problem: null,
      channel: 'SMS',
    });
    first.release();
    await service.background.outbox.drain();
    expect(await otpDelivery(service, requestToken)).toMatchObject({ status: 'SENT', problem: null });
    service.clock.advance(3);
    expect(await report({ state: 'sent' })).toBe(true);
    expect(await otpDelivery(service, requestToken)).toMatchObject({ status: 'SENT' });
    expect(await report()).toBe(true);
    const updatedAt = service.clock.now().toISOString();
    expect(await otpDelivery(service, requestToken)).toMatchObject({ status: 'DELIVERED', problem: null, updatedAt });
  });

  test.each([
    ['invalid_number', 'INVALID_NUMBER', /Check it/],
    ['opted_out', 'OPTED_OUT', /START/],
    ['unreachable', 'UNREACHABLE', /Switch it on/],
    ['not_on_channel', 'NOT_ON_CHANNEL', /another way/],
    ['not_answered', 'NOT_ANSWERED', /take it/],
  ] as const)('is told that it is lost (%s), and what to do', async (failure, problem, message) => {
    const { requestToken } = await askFromKnownDevice();
    await lost(failure);
    const told = await otpDelivery(service, requestToken);
    expect(told).toMatchObject({ status: 'FAILED', problem, message: expect.stringMatching(message) });
  });

  test('is told when no provider takes it', async () => {
    first.next('rejected');
    second.next('bad_credentials');
    const { requestToken } = await ask();
    expect(await otpDelivery(service, requestToken)).toMatchObject({ status: 'FAILED', problem: 'SERVICE' });
  });

  test('learns nothing with a token that is forged, of another kind, or older than an hour', async () => {
    const { requestToken } = await ask();
    const [head, , signature] = requestToken.split('.');
    const payload = Buffer.from(JSON.stringify({ sub: (await row()).id, ch: 'SMS', iat: 1, exp: 9e9 })).toString(
      'base64url',
    );
    const { deviceToken, tokens } = await signIn({ ...service, phone: codes() }, `+97798000058${serial}`);
    for (const token of [`${head}.${payload}.${signature}`, deviceToken, tokens.accessToken, 'x', '', 'a'.repeat(5000)])
      expect(await otpDelivery(service, token)).toBeNull();
    expect(await otpDelivery(service, requestToken)).not.toBeNull();
    service.clock.advance(3601);
    expect(await otpDelivery(service, requestToken)).toBeNull();
  });

  test('cannot tell a test number from another one by it', async () => {
    const { requestToken } = await requestOtpAndFollow(service, { phoneNumber: '+15005550006' });
    expect(await otpDelivery(service, requestToken)).toMatchObject({ status: 'SENT', problem: null, channel: 'SMS' });
  });

  test('cannot sign in with a delivery token, and finds no phone number in it', async () => {
    const { requestToken } = await ask();
    const { body } = await service.graphql('{ me { id } }', {}, { token: requestToken });
    expect(body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(Buffer.from(requestToken.split('.')[1] ?? '', 'base64url').toString()).not.toContain(phoneNumber.slice(4));
  });
});

/** `signIn` reads codes from the phone of the service, which has none here. */
function codes() {
  return { code: (to: string) => first.code(to) } as TestService['phone'];
}

test.each([
  ['SMS', ['otp', 'sms']],
  ['VOICE', ['otp', 'tel']],
  ['WHATSAPP', ['otp']],
])('a code that came by %s is told of as such to other services', async (channel, amr) => {
  await ask({ channel });
  const { tokens } = await verifyOtp(service, { phoneNumber, otp: first.code(phoneNumber) });
  expect(decodeJwt(tokens.accessToken)).toMatchObject({ amr });
});

describe('reports', () => {
  test('that come twice, late or out of order change nothing any more', async () => {
    await ask();
    await report();
    const arrived = await row();
    expect(await report()).toBe(false);
    expect(await report({ state: 'sent' })).toBe(true);
    expect(await lost('undelivered')).toBe(false);
    expect(await row()).toEqual(arrived);
  });

  test('at the same moment count once', async () => {
    await ask();
    const kept = await Promise.all(Array.from({ length: 10 }, () => report()));
    expect(kept.filter(Boolean)).toHaveLength(1);
  });

  test.each([
    ['delivered', { state: 'delivered' }, 'delivered'],
    ['lost', { state: 'failed', failure: 'unreachable' }, 'failed'],
  ] as const)('that are quicker than the answer to the send stay (%s)', async (_name, told, status) => {
    first.hold();
    await requestOtpAndFollow(service, { phoneNumber });
    // The provider's answer will name this id.
    const providerMessageId = `scripted-${first.attempts.length}`;
    expect(await report({ ...told, providerMessageId })).toBe(true);
    first.release();
    await service.background.outbox.drain();
    expect(await row()).toMatchObject({ status, providerMessageId });
  });

  test('of a message that there is none of, or of another provider, are not believed', async () => {
    await ask();
    expect(await report({ messageId: '00000000-0000-4000-8000-000000000000' })).toBe(false);
    expect(await report({ messageId: "'; DROP TABLE messages; --" })).toBe(false);
    expect(await report({ provider: 'webhook' })).toBe(false);
    expect(await lost('undelivered', { provider: 'webhook' })).toBe(false);
    expect(await lost('undelivered', { providerMessageId: 'SM-another' })).toBe(false);
    expect(await row()).toMatchObject({ status: 'sent' });
  });

  test('that a message got lost on its way: another provider sends the same code within a second', async () => {
    const { requestToken } = await askFromKnownDevice();
    const code = first.code(phoneNumber);
    await lost('blocked');
    expect(await otpDelivery(service, requestToken)).toMatchObject({ status: 'QUEUED' });
    await service.background.outbox.run();
    await service.background.outbox.drain();
    expect(second.code(phoneNumber)).toBe(code);
    expect(await row()).toMatchObject({ status: 'sent', provider: 'webhook', ruledOut: ['twilio'], attempts: 2 });
    // What the first one says now is about an attempt that is over, unless it arrived after all.
    expect(await lost('undelivered')).toBe(false);
    expect(await report()).toBe(true);
    expect(await row()).toMatchObject({ status: 'delivered', provider: 'twilio' });
  });

  test('and nobody sends it again once the code was used, or lost by all', async () => {
    await ask();
    const otp = first.code(phoneNumber);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
    const sent = second.attempts.length;
    await lost('blocked');
    await service.background.outbox.run();
    expect(second.attempts).toHaveLength(sent);
    expect(await row()).toMatchObject({ status: 'failed', failure: 'expired' });
    expect(await lost('blocked', { provider: 'webhook' })).toBe(false);
  });
});

describe('a number at which nothing arrives', () => {
  test.each([
    ['opted_out', 'OPTED_OUT', 3600],
    ['invalid_number', 'INVALID_NUMBER', 86_400],
  ] as const)(
    '%s, as the provider says: is refused kindly for a while, and nothing is counted',
    async (failure, reason, seconds) => {
      first.next(failure);
      expect(await ask()).toMatchObject({ __typename: 'RequestOtpSuccess' });
      service.clock.advance(60);
      const attempts = first.attempts.length;
      expect(await ask()).toMatchObject({ __typename: 'DestinationNotAllowedError', reason });
      expect(first.attempts).toHaveLength(attempts);
      expect(await messagesTo(service, phoneNumber)).toHaveLength(1);
      service.clock.advance(seconds - 61);
      expect(await ask()).toMatchObject({ __typename: 'DestinationNotAllowedError', reason });
      service.clock.advance(1);
      expect(await ask()).toMatchObject({ __typename: 'RequestOtpSuccess' });
    },
  );

  test('as a report says: another channel is still open to it', async () => {
    await ask({ channel: 'WHATSAPP' });
    await lost('not_on_channel');
    service.clock.advance(60);
    expect(await ask({ channel: 'WHATSAPP' })).toMatchObject({ reason: 'NOT_ON_CHANNEL' });
    expect(await ask()).toMatchObject({ __typename: 'RequestOtpSuccess' });
  });

  test('with and without an account gets the same answer', async () => {
    await signIn({ ...service, phone: codes() }, phoneNumber);
    const answers = [];
    for (const number of [phoneNumber, `+97798000059${serial}`]) {
      service.clock.advance(60);
      first.next('invalid_number');
      phoneNumber = number;
      await ask();
      service.clock.advance(60);
      answers.push(await ask());
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({ reason: 'INVALID_NUMBER' });
  });
});

describe('another channel', () => {
  test('carries the same code, and gives back no guesses', async () => {
    await ask();
    const code = first.code(phoneNumber);
    await verifyOtp(service, { phoneNumber, otp: code === '000000' ? '111111' : '000000' });
    service.clock.advance(60);
    await ask({ channel: 'WHATSAPP' });
    expect(first.attempts.at(-1)).toMatchObject({ channel: 'WHATSAPP', to: phoneNumber, code });
    const wrong = await verifyOtp(service, { phoneNumber, otp: code === '000000' ? '111111' : '000000' });
    expect(wrong).toMatchObject({ __typename: 'InvalidOtpError', attemptsRemaining: 1 });
  });

  test('waits for the same pause', async () => {
    await ask();
    expect(await ask({ channel: 'WHATSAPP' })).toMatchObject({ __typename: 'TooManyRequestsError' });
  });

  test('a call reaches a landline, a text does not; premium rates get neither', async () => {
    phoneNumber = '+442079460958';
    expect(await ask()).toMatchObject({ __typename: 'DestinationNotAllowedError', reason: 'NUMBER_TYPE' });
    expect(await ask({ channel: 'VOICE' })).toMatchObject({ __typename: 'RequestOtpSuccess' });
    phoneNumber = '+449098790000';
    expect(await ask({ channel: 'VOICE' })).toMatchObject({
      __typename: 'DestinationNotAllowedError',
      reason: 'NUMBER_TYPE',
    });
  });
});

describe('an operator sees by provider, channel and country', () => {
  const way = 'provider="twilio",channel="VOICE",country="TZ"';

  test('what was delivered and when, what was lost, what was proved, and what it cost', async () => {
    phoneNumber = `+2556791905${serial}`;
    await ask({ channel: 'VOICE' });
    service.clock.advance(7);
    await report();
    await verifyOtp(service, { phoneNumber, otp: first.code(phoneNumber) });
    await service.background.deliveries.drain();
    // Told twice, as by two sign-ins at once: each message counts once.
    service.background.deliveries.verified((await row()).challengeId ?? '');
    await service.background.deliveries.drain();
    expect(await metric(`messages_total{${way},outcome="accepted"}`)).toMatch(/ 1$/);
    expect(await metric(`message_reports_total{${way},outcome="delivered"}`)).toMatch(/ 1$/);
    expect(await metric(`message_delivery_seconds_sum{${way}}`)).toMatch(/ 7$/);
    expect(await metric(`messages_verified_total{${way}}`)).toMatch(/ 1$/);
    price = { amount: 0.0075, currency: 'USD' };
    await service.background.deliveries.askPrices();
    expect((await row()).price).toBeNull();
    service.clock.advance(60);
    await service.background.deliveries.askPrices();
    await service.background.deliveries.askPrices();
    expect(await metric(`messages_cost_total{${way},currency="USD"}`)).toMatch(/ 0\.0075$/);
    expect(await row()).toMatchObject({ price: '0.0075', priceCurrency: 'USD' });
    service.clock.advance(3600);
    await ask({ channel: 'VOICE' });
    await lost('not_answered');
    expect(await metric(`message_reports_total{${way},outcome="not_answered"}`)).toMatch(/ 1$/);
  });

  test('a price that comes with the answer or the report is not asked for', async () => {
    first.next({ kind: 'accepted', providerMessageId: 'priced', price: { amount: 2, currency: 'EUR' } });
    await ask({ channel: 'WHATSAPP' });
    await report();
    price = { amount: 9, currency: 'USD' };
    service.clock.advance(60);
    await service.background.deliveries.askPrices();
    expect(await row()).toMatchObject({ price: '2', priceCurrency: 'EUR' });
    expect(
      await metric('messages_cost_total{provider="twilio",channel="WHATSAPP",country="NP",currency="EUR"}'),
    ).toMatch(/ 2$/);
  });
});
