import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DeliveryReport } from '../../src/providers/delivery-report.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { requestOtp } from '../support/operations/operations.js';
import { messagesTo } from '../support/postgres/rows.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { THROUGH_TWILIO } from '../support/twilio/twilio-settings.js';

/** M7: a provider reports that it has sent a text, and answers the request for it with a failure. One text is enough. */

const env = {
  ...THROUGH_TWILIO,
  ...MANY_TEXTS,
  DELIVERY_ROUTES: 'SMS=webhook,twilio SMS:TZ=webhook',
  WEBHOOK_URL: 'http://127.0.0.1:9',
  WEBHOOK_SECRET: `whsec_${'c2VjcmV0'.repeat(5)}`,
};

let service: TestService;
let [gateway, other] = [new ScriptedSender('webhook'), new ScriptedSender('twilio')];
let phoneNumber: string;
let serial = 10;

beforeAll(async () => {
  const through = (sender: () => ScriptedSender) => ({
    provider: sender().provider,
    send: (message: Parameters<ScriptedSender['send']>[0]) => sender().send(message),
  });
  service = await startService({ env, senders: [through(() => gateway), through(() => other)] });
});
afterAll(() => service.close());

beforeEach(() => {
  [gateway, other] = [new ScriptedSender('webhook'), new ScriptedSender('twilio')];
  serial += 1;
  phoneNumber = `+97798000061${serial}`;
  service.clock.advance(3600);
});

const inTanzania = () => {
  phoneNumber = `+2556791987${serial}`;
};

async function ask() {
  expect(await requestOtp(service, { phoneNumber })).toMatchObject({ __typename: 'RequestOtpSuccess' });
}

async function row() {
  const message = (await messagesTo(service, phoneNumber)).at(-1);
  if (!message) throw new Error('There is no message.');
  return message;
}

async function report(changes: Partial<DeliveryReport> = {}): Promise<boolean> {
  const standard = { provider: 'webhook', providerMessageId: null, state: 'sent' } as const;
  return service.background.deliveries.report({ messageId: (await row()).id, ...standard, ...changes });
}

const drain = () => service.background.outbox.drain();

/** Lets every further attempt come that would come. */
async function later() {
  for (let round = 0; round < 6; round += 1) {
    service.clock.advance(200);
    await service.background.outbox.run();
    await drain();
  }
}

test.each(['provider_unavailable', 'timeout'] as const)(
  'a report that comes before an answer of %s stops the next provider and the next round',
  async (failure) => {
    gateway.hold();
    gateway.next(failure);
    await ask();
    expect(await report()).toBe(true);
    gateway.release();
    await drain();
    await later();
    expect([gateway.attempts.length, other.attempts.length]).toEqual([1, 0]);
    expect(await row()).toMatchObject({ status: 'sent', provider: 'webhook', failure: null });
  },
);

test('a report that comes while the message waits for its next attempt stops it', async () => {
  inTanzania();
  gateway.next('provider_unavailable');
  await ask();
  await drain();
  expect(await row()).toMatchObject({ status: 'queued' });
  expect(await report()).toBe(true);
  await later();
  expect(gateway.attempts).toHaveLength(1);
  expect(await row()).toMatchObject({ status: 'sent', provider: 'webhook', failure: null });
});

test('a report about the last attempt is what counts, not its answer', async () => {
  inTanzania();
  gateway.always('provider_unavailable');
  await ask();
  await drain();
  for (let round = 0; round < 3; round += 1) {
    service.clock.advance(130);
    await service.background.outbox.run();
    await drain();
  }
  gateway.hold();
  service.clock.advance(130);
  await service.background.outbox.run();
  expect(await report()).toBe(true);
  gateway.release();
  await drain();
  expect(await row()).toMatchObject({ status: 'sent', attempts: 5 });
});

test('while the next provider has the message, the first one says that it sent it: no third text follows', async () => {
  gateway.next('timeout');
  other.hold();
  other.next('timeout');
  await ask();
  await expect.poll(() => other.attempts.length).toBe(1);
  expect(await report()).toBe(true);
  other.release();
  await drain();
  await later();
  expect([gateway.attempts.length, other.attempts.length]).toEqual([1, 1]);
  expect(await row()).toMatchObject({ status: 'sent', provider: 'webhook' });
});

test('a report that it was lost still brings the next provider, and a late one that it was sent does not stop that', async () => {
  gateway.hold();
  gateway.next('provider_unavailable');
  await ask();
  await report();
  expect(await report({ state: 'failed', failure: 'undelivered' })).toBe(true);
  gateway.release();
  await drain();
  expect(await report()).toBe(true);
  await service.background.outbox.run();
  await drain();
  expect(other.attempts).toHaveLength(1);
  expect(await row()).toMatchObject({ status: 'sent', provider: 'twilio' });
});

test('a provider that never had the message does not stop it', async () => {
  inTanzania();
  gateway.next('provider_unavailable');
  await ask();
  await drain();
  await report({ provider: 'twilio' });
  service.clock.advance(130);
  await service.background.outbox.run();
  await drain();
  expect(gateway.attempts).toHaveLength(2);
});
