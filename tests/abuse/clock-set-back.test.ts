import { eq, sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { messageTable } from '../../src/messaging/message.table.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { eventually } from '../support/eventually.js';
import { guessWrongly, obtainCode, requestOtp, verifyOtp, wrongCode } from '../support/operations/operations.js';
import { messagesTo } from '../support/postgres/rows.js';
import { ask, GUARDED, isPaused, numberIn, pausesOf, pump } from '../support/pumping.js';
import { startService, type TestService, type TestServiceOptions } from '../support/service.js';
import { THROUGH_TWILIO } from '../support/twilio/twilio-settings.js';

/**
 * An operator or NTP sets the clock of the system back by an hour, or one of two processes has a clock that is an hour
 * ahead. Nobody waits an hour more for that, except after wrong guesses.
 */

const HOUR = 3600;
const phoneNumber = '+9779800008101';
const TWO_PROVIDERS = {
  ...THROUGH_TWILIO,
  DELIVERY_ROUTES: 'SMS=twilio,webhook',
  WEBHOOK_URL: 'http://127.0.0.1:9',
  WEBHOOK_SECRET: `whsec_${'c2VjcmV0'.repeat(5)}`,
};
const SENT = { __typename: 'RequestOtpSuccess' };
const TOO_MANY = { __typename: 'TooManyRequestsError' };

let service: TestService;
let sender: ScriptedSender;
const started: TestService[] = [];
beforeEach(() => {
  sender = new ScriptedSender();
});
afterEach(async () => {
  for (const each of started.splice(0).reverse()) await each.close();
});

async function start(options: TestServiceOptions = {}): Promise<TestService> {
  const each = await startService(options);
  started.push(each);
  return each;
}

async function look(): Promise<void> {
  await service.background.outbox.run();
  await service.background.outbox.drain();
}

describe('somebody who asks for a code', () => {
  test('waits for the cooldown of the code before, and not an hour more; the new code says when it expires', async () => {
    service = await start();
    await obtainCode(service, phoneNumber);
    service.clock.setBack(HOUR);
    service.clock.advance(61);
    const answer = await requestOtp(service, { phoneNumber });
    expect(answer).toMatchObject(SENT);
    expect((Date.parse(answer.expiresAt) - service.clock.now().getTime()) / 1000).toBe(600);
    const otp = service.phone.code(phoneNumber);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });

  test('has the cooldown all the same after that, also twice at the same moment', async () => {
    service = await start();
    await obtainCode(service, phoneNumber);
    service.clock.setBack(HOUR);
    const twice = await Promise.all([requestOtp(service, { phoneNumber }), requestOtp(service, { phoneNumber })]);
    expect(twice.map(({ __typename }) => __typename).sort()).toEqual(['RequestOtpSuccess', 'TooManyRequestsError']);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject({ ...TOO_MANY, retryAfterSeconds: 60 });
  });

  test('types the code that came before the clock was set back', async () => {
    service = await start();
    const otp = await obtainCode(service, phoneNumber);
    service.clock.setBack(HOUR);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });

  test('waits as before where clocks differ by less than five minutes', async () => {
    service = await start();
    await obtainCode(service, phoneNumber);
    service.clock.setBack(299);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject({ ...TOO_MANY, retryAfterSeconds: 359 });
    service.clock.setBack(2);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject(SENT);
  });

  test.each([
    ['an hour', { OTP_SENDS_PER_HOUR: '2' }],
    ['a day', { OTP_SENDS_PER_DAY: '2' }],
    ['an hour and network', { SENDS_PER_NETWORK_PER_HOUR: '2' }],
  ])('who has had all codes of %s gets some again, counted from then on', async (_, env) => {
    service = await start({ env });
    // So that an hour later is another slot, also of a day.
    service.clock.advance(7200 - ((service.clock.now().getTime() / 1000) % 7200));
    for (const _code of [1, 2]) {
      await obtainCode(service, phoneNumber);
      service.clock.advance(60);
    }
    expect(await requestOtp(service, { phoneNumber })).toMatchObject(TOO_MANY);
    service.clock.setBack(HOUR);
    for (const _code of [1, 2]) {
      expect(await requestOtp(service, { phoneNumber })).toMatchObject(SENT);
      service.clock.advance(60);
    }
    expect(await requestOtp(service, { phoneNumber })).toMatchObject(TOO_MANY);
  });

  test('calls a field as often as before, and waits no longer than a minute', async () => {
    service = await start({ env: { FIELD_RATE_LIMIT: '1' } });
    const call = () => service.graphql('{ __typename me { id } }');
    await call();
    service.clock.setBack(HOUR);
    const { body } = await call();
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 60 });
    service.clock.advance(60);
    expect((await call()).body.errors?.[0]?.extensions.code).not.toBe('RATE_LIMITED');
  });
});

describe('one of two processes whose clock is an hour ahead', () => {
  test('holds up nobody at the other one, and its own limit holds', async () => {
    const ahead = await start({ env: { OTP_SENDS_PER_HOUR: '1' } });
    ahead.clock.advance(HOUR);
    service = await start({ env: { OTP_SENDS_PER_HOUR: '1' }, database: ahead.database });
    expect(await requestOtp(ahead, { phoneNumber })).toMatchObject(SENT);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject(SENT);
    service.clock.advance(60);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject(TOO_MANY);
  });

  test('keeps the text that it is sending: the other one does not send it too', async () => {
    const ahead = await start({ sender });
    ahead.clock.advance(HOUR);
    service = await start({ sender, database: ahead.database });
    sender.hold();
    await requestOtp(ahead, { phoneNumber });
    service.clock.advance(60);
    await service.background.outbox.run();
    sender.release();
    await Promise.all([ahead.background.outbox.drain(), service.background.outbox.drain()]);
    expect(sender.attempts).toHaveLength(1);
  });
});

describe('a provider', () => {
  test('that fails is tried again after half a minute: the circuit breaker waits no hour', async () => {
    service = await start({ sender });
    sender.always('provider_unavailable');
    for (let person = 1; person <= 5; person += 1) {
      await requestOtp(service, { phoneNumber: `+977980000820${person}` });
      await service.background.outbox.drain();
    }
    const refused = { __typename: 'DeliveryUnavailableError', retryAfterSeconds: 30 };
    service.clock.setBack(HOUR);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject(refused);
    sender.always(null);
    service.clock.advance(30);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject(SENT);
  });

  test('that fails once gets the text again within seconds', async () => {
    service = await start({ sender });
    sender.next('provider_unavailable');
    await requestOtp(service, { phoneNumber });
    await service.background.outbox.drain();
    service.clock.setBack(HOUR);
    service.clock.advance(2);
    await look();
    await look();
    expect(sender.attempts).toHaveLength(2);
    expect(await messagesTo(service, phoneNumber)).toMatchObject([{ status: 'sent', attempts: 2 }]);
  });

  test('that asked for a pause of some seconds gets the text again after these, not after an hour', async () => {
    const [first, second] = [new ScriptedSender('twilio'), new ScriptedSender('webhook')];
    service = await start({ env: TWO_PROVIDERS, senders: [first, second] });
    first.next({ kind: 'failed', reason: 'slow_down', providerCode: null, retryAfterSeconds: 40 });
    second.next('provider_unavailable');
    second.hold();
    await requestOtp(service, { phoneNumber });
    await eventually(async () => second.attempts[0]);
    service.clock.setBack(HOUR);
    second.release();
    await service.background.outbox.drain();
    const [row] = await messagesTo(service, phoneNumber);
    const wait = ((row?.nextAttemptAt.getTime() ?? 0) - service.clock.now().getTime()) / 1000;
    expect(wait).toBeGreaterThanOrEqual(40);
    expect(wait).toBeLessThanOrEqual(42);
  });

  test('that said a number does not exist is believed for a day, and not an hour more', async () => {
    service = await start({ sender });
    sender.next('invalid_number');
    await requestOtp(service, { phoneNumber });
    await service.background.outbox.drain();
    service.clock.advance(60);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject({ __typename: 'DestinationNotAllowedError' });
    service.clock.setBack(HOUR);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject(SENT);
  });

  test('is asked what a text cost, once now and not again and again', async () => {
    let asked = 0;
    const priced = Object.assign(new ScriptedSender(), {
      priceOf: async () => {
        asked += 1;
        return null;
      },
    });
    service = await start({ sender: priced });
    await requestOtp(service, { phoneNumber });
    await service.background.outbox.drain();
    service.clock.setBack(HOUR);
    service.clock.advance(60);
    await service.background.deliveries.askPrices();
    await service.background.deliveries.askPrices();
    expect(asked).toBe(1);
    service.clock.advance(600);
    await service.background.deliveries.askPrices();
    expect(asked).toBe(2);
    const [row] = await service.db.select().from(messageTable).where(eq(messageTable.destination, phoneNumber));
    expect(row?.priceDueAt?.getTime()).toBeLessThanOrEqual(service.clock.now().getTime() + HOUR * 1000);
  });
});

describe('a paused range', () => {
  const RANGE = '977980000';

  test('is open again, and is paused anew for what it does then', async () => {
    service = await start({ env: GUARDED });
    await pump(service, RANGE, 12);
    expect(await pausesOf(service)).not.toEqual([]);
    expect(isPaused(await ask(service, numberIn(RANGE, 20)))).toBe(true);
    service.clock.setBack(HOUR);
    expect(isPaused(await ask(service, numberIn(RANGE, 21)))).toBe(false);
    const answers = await pump(service, RANGE, 12, 30);
    expect(isPaused(answers.at(-1) ?? SENT)).toBe(true);
    const pause = (await pausesOf(service)).find(({ key }) => key === `range:NP:${RANGE.slice(0, 8)}`);
    expect(pause?.pausedAt.getTime()).toBeLessThanOrEqual(service.clock.now().getTime());
  });
});

describe('somebody who guesses', () => {
  test('finds the number locked for as long as it was, and an hour more', async () => {
    service = await start();
    await obtainCode(service, phoneNumber);
    await guessWrongly(service, phoneNumber, 6);
    service.clock.setBack(HOUR);
    service.clock.advance(901);
    expect(await guessWrongly(service, phoneNumber)).toMatchObject({ __typename: 'AccountLockedError' });
    service.clock.advance(HOUR);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject(SENT);
    expect(await guessWrongly(service, phoneNumber)).toMatchObject({ __typename: 'InvalidOtpError' });
  });

  test('gets back no guess of the day', async () => {
    service = await start({ env: { OTP_FAILURES_PER_DAY: '6', LOCK_AFTER_FAILURES: '6' } });
    const otp = await obtainCode(service, phoneNumber);
    await guessWrongly(service, phoneNumber, 5);
    service.clock.setBack(HOUR);
    await verifyOtp(service, { phoneNumber, otp: wrongCode(otp) });
    expect(await guessWrongly(service, phoneNumber)).toMatchObject({ __typename: 'AccountLockedError' });
  });

  test('slows down all others for five minutes, and not for an hour more', async () => {
    service = await start({ env: { FAILURES_PER_HOUR: '36' } });
    for (const last of [1, 2, 6]) await guessWrongly(service, `+977980000830${last}`);
    const otp = await obtainCode(service, phoneNumber);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject(TOO_MANY);
    service.clock.setBack(HOUR);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
    for (const last of [3, 4, 7]) await guessWrongly(service, `+977980000830${last}`);
    expect(await guessWrongly(service, '+9779800008305')).toMatchObject(TOO_MANY);
    const [row] = await service.db.execute(sql`SELECT count(*)::int AS kept FROM failure_counts WHERE key = 'all'`);
    expect(row).toEqual({ kept: 2 });
  });
});
