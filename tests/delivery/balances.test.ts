import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Balance } from '../../src/providers/message-sender.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { requestOtp, verifyOtp } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { setRole } from '../support/sleepers.js';
import { THROUGH_TWILIO } from '../support/twilio/twilio-settings.js';

/** An operator sees what is left with a provider before it is used up. */

let service: TestService;
let sender: ScriptedSender;
let answer: () => Promise<Balance | null>;
beforeEach(async () => {
  answer = async () => ({ amount: 12.5, currency: 'USD' });
  sender = Object.assign(new ScriptedSender('twilio'), { balance: () => answer() });
  service = await startService({ env: { ...THROUGH_TWILIO, METRICS_PORT: '9464' }, senders: [sender] });
});
afterEach(() => service.close());

async function shown(): Promise<string[]> {
  await service.background.balances.poll();
  const { payload } = await service.background.metricsServer.inject({ url: '/metrics' });
  return payload.split('\n').filter((line) => line.startsWith('phone_accounts_provider_balance{'));
}

test('the metrics show it by provider and currency, and follow it', async () => {
  const usd = 'phone_accounts_provider_balance{provider="twilio",currency="USD"}';
  expect(await shown()).toEqual([`${usd} 12.5`]);
  answer = async () => ({ amount: -3, currency: 'USD' });
  expect(await shown()).toEqual([`${usd} -3`]);
  answer = async () => ({ amount: 7, currency: 'EUR' });
  expect(await shown()).toEqual(['phone_accounts_provider_balance{provider="twilio",currency="EUR"} 7']);
  expect(service.background.balances.known).toEqual([
    { provider: 'twilio', amount: 7, currency: 'EUR', at: service.clock.now() },
  ]);
});

test('a balance that the provider does not tell any more, or that cannot be asked for, is shown for an hour', async () => {
  expect(await shown()).toHaveLength(1);
  answer = async () => null;
  service.clock.advance(3600);
  expect(await shown()).toHaveLength(1);
  answer = () => Promise.reject(new Error('away'));
  service.clock.advance(1);
  expect(await shown()).toEqual([]);
  expect(service.background.balances.known).toEqual([]);
});

test('those who help users see it in the API', async () => {
  const phoneNumber = '+9779800007401';
  await requestOtp(service, { phoneNumber });
  await service.background.outbox.drain();
  const { user, tokens } = await verifyOtp(service, { phoneNumber, otp: sender.code(phoneNumber) });
  await setRole(service, user.id, 'SUPPORT');
  const ask = async () => {
    const document = '{ providerBalances { provider amount currency askedAt } }';
    const { body } = await service.graphql(document, {}, { token: tokens.accessToken });
    return body.data;
  };
  expect(await ask()).toEqual({ providerBalances: [] });
  await service.background.balances.poll();
  const askedAt = service.clock.now().toISOString();
  expect(await ask()).toEqual({ providerBalances: [{ provider: 'twilio', amount: 12.5, currency: 'USD', askedAt }] });
});
