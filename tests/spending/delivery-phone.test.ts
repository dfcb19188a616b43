import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DeliveryFailure, DeliveryReport } from '../../src/providers/delivery-report.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { otpDelivery, requestOtpAndFollow, signIn } from '../support/operations/operations.js';
import { messagesTo } from '../support/postgres/rows.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { THROUGH_TWILIO } from '../support/twilio/twilio-settings.js';

/** E5: a stranger asks for a code to somebody's number, to learn by otpDelivery whether that phone is on right now. */

const env = {
  ...THROUGH_TWILIO,
  ...MANY_TEXTS,
  DELIVERY_ROUTES: 'SMS=twilio,webhook VOICE=twilio',
  WEBHOOK_URL: 'http://127.0.0.1:9',
  WEBHOOK_SECRET: `whsec_${'c2VjcmV0'.repeat(5)}`,
};

let service: TestService;
let [first, second] = [new ScriptedSender('twilio'), new ScriptedSender('webhook')];
let phoneNumber: string;
let serial = 10;

beforeAll(async () => {
  const through = (sender: () => ScriptedSender) => ({
    provider: sender().provider,
    send: (message: Parameters<ScriptedSender['send']>[0]) => sender().send(message),
  });
  service = await startService({ env, senders: [through(() => first), through(() => second)] });
});
afterAll(() => service.close());
beforeEach(() => {
  [first, second] = [new ScriptedSender('twilio'), new ScriptedSender('webhook')];
  serial += 1;
  phoneNumber = `+97798000064${serial}`;
  service.clock.advance(3600);
});

async function ask(input: object = {}): Promise<string> {
  const { requestToken } = await requestOtpAndFollow(service, { phoneNumber, ...input });
  return requestToken;
}

const drain = () => service.background.outbox.drain();

async function report(changes: Partial<DeliveryReport>): Promise<boolean> {
  const row = (await messagesTo(service, phoneNumber)).at(-1);
  if (!row) throw new Error('There is no message.');
  const { id: messageId, providerMessageId } = row;
  const standard = { messageId, provider: 'twilio', providerMessageId, state: 'failed' } as const;
  return service.background.deliveries.report({ ...standard, ...changes });
}

const phone = { code: (to: string) => first.code(to) } as TestService['phone'];

async function deviceOf(number: string): Promise<string> {
  const { deviceToken } = await signIn({ ...service, phone }, number);
  await drain();
  service.clock.advance(60);
  return deviceToken;
}

const aboutPhone: readonly DeliveryFailure[] = [
  ...(['unreachable', 'not_answered', 'invalid_number', 'opted_out'] as const),
  ...(['not_on_channel', 'blocked', 'undelivered'] as const),
];
const reports: readonly Partial<DeliveryReport>[] = [
  { state: 'sent' },
  { state: 'delivered' },
  ...aboutPhone.map((failure) => ({ failure })),
];
const aboutProvider: readonly Partial<DeliveryReport>[] = [{ failure: 'rejected' }, { failure: 'timeout' }];

describe('a stranger', () => {
  test.each([...reports, ...aboutProvider])('sees the same before and after a report: %j', async (told) => {
    const token = await ask();
    await drain();
    const before = await otpDelivery(service, token);
    expect(before).toMatchObject({ status: 'SENT', problem: null, updatedAt: service.clock.now().toISOString() });
    service.clock.advance(3);
    expect(await report(told)).toBe(true);
    expect(await otpDelivery(service, token)).toEqual(before);
    // A message that was lost goes to the next provider, which loses it too.
    service.clock.advance(3);
    second.next('rejected');
    await service.background.outbox.run();
    await drain();
    expect(await otpDelivery(service, token)).toEqual(before);
  });

  test.each(reports)('sees nothing of a phone by a report that is quicker than the answer: %j', async (told) => {
    first.hold();
    const token = await ask({ channel: 'VOICE' });
    service.clock.advance(3);
    await report({ ...told, providerMessageId: 'scripted-1' });
    const before = await otpDelivery(service, token);
    expect(before).toMatchObject({ status: 'SENT', problem: null, updatedAt: service.clock.now().toISOString() });
    service.clock.advance(3);
    first.release();
    await drain();
    service.clock.advance(3);
    expect(await otpDelivery(service, token)).toEqual(before);
  });

  test.each(['invalid_number', 'opted_out'] as const)(
    'is not told what a provider says of the number at once: %s',
    async (failure) => {
      first.hold();
      first.next(failure);
      const token = await ask();
      service.clock.advance(3);
      first.release();
      await drain();
      // The time of the answer, as if the provider had taken it.
      const updatedAt = service.clock.now().toISOString();
      service.clock.advance(3);
      expect(await otpDelivery(service, token)).toMatchObject({ status: 'SENT', problem: null, updatedAt });
    },
  );

  test('with a device of another account is a stranger all the same', async () => {
    const deviceToken = await deviceOf(`+97798000065${serial}`);
    const token = await ask({ deviceToken });
    await drain();
    service.clock.advance(3);
    await report({ state: 'delivered' });
    expect(await otpDelivery(service, token)).toMatchObject({ status: 'SENT', problem: null });
  });

  test('without a device token is one, though the account has a device', async () => {
    await deviceOf(phoneNumber);
    const token = await ask();
    await drain();
    await report({ failure: 'unreachable' });
    expect(await otpDelivery(service, token)).toMatchObject({ status: 'SENT', problem: null });
  });

  test('is told what is the fault of the service: it waits, or no provider takes it', async () => {
    first.hold();
    first.next('rejected');
    second.next('bad_credentials');
    const token = await ask();
    expect(await otpDelivery(service, token)).toMatchObject({ status: 'QUEUED', problem: null });
    first.release();
    await drain();
    expect(await otpDelivery(service, token)).toMatchObject({ status: 'FAILED', problem: 'SERVICE' });
  });
});

describe('a device that the account knows', () => {
  test.each([
    [{ state: 'delivered' }, 'DELIVERED', null],
    [{ failure: 'unreachable' }, 'FAILED', 'UNREACHABLE'],
  ] as const)('is still told: %j', async (told, status, problem) => {
    const deviceToken = await deviceOf(phoneNumber);
    const token = await ask({ deviceToken });
    await drain();
    service.clock.advance(3);
    await report(told);
    const updatedAt = service.clock.now().toISOString();
    expect(await otpDelivery(service, token)).toMatchObject({ status, problem, updatedAt });
  });

  test('is told at once what a provider says of the number', async () => {
    const deviceToken = await deviceOf(phoneNumber);
    first.next('opted_out');
    const token = await ask({ deviceToken });
    await drain();
    expect(await otpDelivery(service, token)).toMatchObject({ status: 'FAILED', problem: 'OPTED_OUT' });
  });
});
