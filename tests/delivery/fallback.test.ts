import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { requestOtp, verifyOtp } from '../support/operations/operations.js';
import { messagesTo } from '../support/postgres/rows.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { startService, type TestService } from '../support/service.js';
import { THROUGH_TWILIO } from '../support/twilio/twilio-settings.js';

/** A person waits for a text, and the provider that has it fails. */

const env = {
  ...THROUGH_TWILIO,
  DELIVERY_ROUTES: 'SMS=twilio,webhook SMS:TZ=webhook VOICE:NP=twilio',
  WEBHOOK_URL: 'http://127.0.0.1:9',
  WEBHOOK_SECRET: `whsec_${'c2VjcmV0'.repeat(5)}`,
};

let service: TestService;
let [first, second] = [new ScriptedSender('twilio'), new ScriptedSender('webhook')];
let phoneNumber: string;
let serial = 20;

beforeAll(async () => {
  // What the providers do is told anew for each test.
  const through = (sender: () => ScriptedSender) => ({
    provider: sender().provider,
    send: (message: Parameters<ScriptedSender['send']>[0]) => sender().send(message),
    findEarlier: async () => found,
  });
  service = await startService({ env, senders: [through(() => first), through(() => second)] });
});
afterAll(async () => service.close());

/** What the first provider says that it has of an earlier attempt. */
let found: { kind: 'accepted'; providerMessageId: string } | null = null;

beforeEach(async () => {
  serial += 1;
  found = null;
  service.clock.advance(3600);
  // Each takes a message, whatever the test before did to it: no breaker is open, or about to be.
  [first, second] = [new ScriptedSender('twilio'), new ScriptedSender('webhook')];
  for (const other of [`+97798000049${serial}`, `+2556791986${serial}`]) {
    await requestOtp(service, { phoneNumber: other });
    await service.background.outbox.drain();
  }
  expect([first.attempts.length, second.attempts.length]).toEqual([1, 1]);
  [first, second] = [new ScriptedSender('twilio'), new ScriptedSender('webhook')];
  phoneNumber = `+97798000047${serial}`;
});

async function ask(input: object = {}) {
  const answer = await requestOtp(service, { phoneNumber, ...input });
  await service.background.outbox.drain();
  return answer;
}

async function row() {
  const [message, ...others] = await messagesTo(service, phoneNumber);
  if (!message || others.length > 0) throw new Error('There is not one message.');
  return message;
}

async function later(seconds: number) {
  service.clock.advance(seconds);
  await service.background.outbox.run();
  await service.background.outbox.drain();
}

describe('a provider that fails is followed by the next of the route', () => {
  test.each([
    'provider_unavailable',
    'timeout',
    'slow_down',
    'bad_credentials',
    'country_not_enabled',
    'rejected',
  ] as const)(
    '%s: the second one sends the same code without a wait, and the caller has noticed nothing',
    async (failure) => {
      first.next(failure);
      expect(await ask()).toMatchObject({ __typename: 'RequestOtpSuccess' });
      expect(first.code(phoneNumber)).toMatch(/^\d{6}$/);
      expect(second.code(phoneNumber)).toBe(first.code(phoneNumber));
      expect(second.attempts[0]?.id).toBe(first.attempts[0]?.id);
      expect(await row()).toMatchObject({ status: 'sent', provider: 'webhook', attempts: 2, failure: null });
      const otp = second.code(phoneNumber);
      expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
    },
  );

  test.each(['invalid_number', 'opted_out'] as const)('%s: but not where the number is the reason', async (failure) => {
    first.next(failure);
    await ask();
    expect(second.attempts).toHaveLength(0);
    expect(await row()).toMatchObject({ status: 'failed', provider: 'twilio', failure });
  });

  test('one that did take the text, though its answer was lost, keeps it: nobody gets two', async () => {
    first.next('timeout');
    found = { kind: 'accepted', providerMessageId: 'SM-found' };
    await ask();
    expect(second.attempts).toHaveLength(0);
    expect(await row()).toMatchObject({ status: 'sent', provider: 'twilio', providerMessageId: 'SM-found' });
  });

  test('the last of the route did take it: the round does not begin again, and nobody gets two', async () => {
    first.next('slow_down');
    second.next('timeout');
    found = { kind: 'accepted', providerMessageId: 'gw-found' };
    await ask();
    await later(8);
    expect([first.attempts.length, second.attempts.length]).toEqual([1, 1]);
    expect(await row()).toMatchObject({ status: 'sent', provider: 'webhook', providerMessageId: 'gw-found' });
  });

  test('both fail: the round begins again, later and later, five attempts in all', async () => {
    first.always('provider_unavailable');
    second.always('timeout');
    await ask();
    expect([first.attempts.length, second.attempts.length]).toEqual([1, 1]);
    expect(await row()).toMatchObject({ status: 'queued', attempts: 2, provider: 'twilio' });
    await later(2);
    expect([first.attempts.length, second.attempts.length]).toEqual([2, 2]);
    await later(8);
    expect([first.attempts.length, second.attempts.length]).toEqual([3, 2]);
    expect(await row()).toMatchObject({ status: 'failed', attempts: 5, failure: 'provider_unavailable' });
    await later(300);
    expect([first.attempts.length, second.attempts.length]).toEqual([3, 2]);
  });

  test('the fifth attempt did take it, though its answer was lost: nobody is told that it failed', async () => {
    first.always('provider_unavailable');
    second.always('provider_unavailable');
    await ask();
    await later(2);
    found = { kind: 'accepted', providerMessageId: 'SM-fifth' };
    expect((await row()).status).toBe('queued');
    await later(8);
    expect(await row()).toMatchObject({ status: 'sent', attempts: 5, providerMessageId: 'SM-fifth' });
  });

  test('one that asked for a minute is given it, though the other one has failed since', async () => {
    first.next({ kind: 'failed', reason: 'slow_down', providerCode: null, retryAfterSeconds: 60 });
    second.next('timeout');
    await ask();
    await later(59);
    expect([first.attempts.length, second.attempts.length]).toEqual([1, 1]);
    await later(3);
    expect([first.attempts.length, second.attempts.length]).toEqual([2, 1]);
    expect(await row()).toMatchObject({ status: 'sent', provider: 'twilio', attempts: 3 });
  });

  test('one that refused it for good is not asked again, the other is', async () => {
    first.next('rejected');
    second.next('provider_unavailable');
    await ask();
    expect(await row()).toMatchObject({ status: 'queued', provider: 'webhook', ruledOut: ['twilio'] });
    await later(8);
    expect([first.attempts.length, second.attempts.length]).toEqual([1, 2]);
    expect(await row()).toMatchObject({ status: 'sent', provider: 'webhook' });
  });

  test('nobody is left: it has failed, and is not tried again', async () => {
    first.next('rejected');
    second.next('bad_credentials');
    await ask();
    expect(await row()).toMatchObject({ status: 'failed', failure: 'bad_credentials', provider: 'webhook' });
    await later(300);
    expect([first.attempts.length, second.attempts.length]).toEqual([1, 1]);
  });
});

describe('a provider whose breaker is open is passed by', () => {
  test('callers are told nothing of it while another one sends, and it is tried again after its pause', async () => {
    first.always('provider_unavailable');
    for (let people = 0; people < 5; people += 1) {
      phoneNumber = `+97798000048${serial}`.slice(0, 12) + String(people).padStart(2, '0');
      expect(await ask()).toMatchObject({ __typename: 'RequestOtpSuccess' });
    }
    const asked = first.attempts.length;
    phoneNumber = '+9779800004899';
    expect(await ask()).toMatchObject({ __typename: 'RequestOtpSuccess' });
    expect(first.attempts).toHaveLength(asked);
    expect(await row()).toMatchObject({ status: 'sent', provider: 'webhook', attempts: 1 });
    first.always(null);
    service.clock.advance(60);
    phoneNumber = '+9779800004898';
    await ask();
    expect(await row()).toMatchObject({ status: 'sent', provider: 'twilio' });
  });

  test('both are open: callers wait for the one that comes back first', async () => {
    first.always('provider_unavailable');
    second.always('provider_unavailable');
    for (let people = 0; people < 5; people += 1) {
      phoneNumber = `+977980000490${people}`;
      await ask();
    }
    phoneNumber = '+9779800004909';
    expect(await ask()).toMatchObject({ __typename: 'DeliveryUnavailableError', retryAfterSeconds: 30 });
  });
});

describe('routes', () => {
  test('of a country come before those of all others', async () => {
    phoneNumber = `+2556791907${serial}`;
    await ask();
    expect([first.attempts.length, second.attempts.length]).toEqual([0, 1]);
  });

  test('of a channel that leads nowhere near: the country is refused, and nothing counted', async () => {
    phoneNumber = `+2556791906${serial}`;
    const refused = { __typename: 'DestinationNotAllowedError', reason: 'COUNTRY' };
    expect(await ask({ channel: 'VOICE' })).toMatchObject(refused);
    expect(await ask()).toMatchObject({ __typename: 'RequestOtpSuccess' });
  });

  test('that there are none of: the channel is refused as input', async () => {
    expect(await ask({ channel: 'WHATSAPP' })).toMatchObject({
      __typename: 'InvalidInputError',
      fields: [{ field: 'channel', message: 'Codes are not sent this way. Choose another way to get the code.' }],
    });
  });
});

describe('after a crash, with the breaker of the provider that may have the text open', () => {
  async function crash() {
    await ask();
    const { db, clock } = service;
    // As the row looks to others when its process died while Twilio had the request.
    await db.execute(sql`UPDATE messages SET status = 'queued', next_attempt_at = ${clock.now().toISOString()}
      WHERE phone_number = ${phoneNumber}`);
    first = new ScriptedSender('twilio');
    first.always('timeout');
    for (let people = 0; people < 5; people += 1) {
      await requestOtp(service, { phoneNumber: `+9779800${serial}5${people}`.padEnd(14, '0') });
    }
    await service.background.outbox.drain();
  }

  test('that provider is asked first: what it has is not sent by another one', async () => {
    await crash();
    found = { kind: 'accepted', providerMessageId: 'SM-before-the-crash' };
    await service.background.outbox.run();
    await service.background.outbox.drain();
    expect([first.to(phoneNumber).length, second.to(phoneNumber).length]).toEqual([0, 0]);
    expect(await row()).toMatchObject({ status: 'sent', provider: 'twilio', providerMessageId: 'SM-before-the-crash' });
  });

  test('what it does not have goes out through the other one', async () => {
    await crash();
    await service.background.outbox.run();
    await service.background.outbox.drain();
    expect([first.to(phoneNumber).length, second.to(phoneNumber).length]).toEqual([0, 1]);
    expect(await row()).toMatchObject({ status: 'sent', provider: 'webhook', attempts: 2 });
  });
});
