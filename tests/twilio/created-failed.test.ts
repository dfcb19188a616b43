import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTwilioSender } from '../../src/providers/twilio/twilio.sender.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { requestOtp } from '../support/operations/operations.js';
import { messagesTo } from '../support/postgres/rows.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { THROUGH_TWILIO } from '../support/twilio/twilio-settings.js';
import { startTwilioStandIn, type TwilioStandIn } from '../support/twilio/twilio-stand-in.js';

/** M7: Twilio answers 201 Created, and the message that it created has failed already. */

const account = { accountSid: `AC${'0123456789abcdef'.repeat(2)}`, authToken: 'the-auth-token' };
const from = '+15005550006';

let twilio: TwilioStandIn;
let service: TestService;
let other: ScriptedSender;
let phoneNumber: string;
let serial = 10;

beforeAll(async () => {
  twilio = await startTwilioStandIn(account);
  const call = { from };
  const settings = { ...account, baseUrl: twilio.url, timeoutMs: 5_000, from: { phoneNumber: from }, call };
  const env = {
    ...THROUGH_TWILIO,
    ...MANY_TEXTS,
    DELIVERY_ROUTES: 'SMS=twilio,webhook VOICE=twilio,webhook SMS:TZ=twilio',
    WEBHOOK_URL: 'http://127.0.0.1:9',
    WEBHOOK_SECRET: `whsec_${'c2VjcmV0'.repeat(5)}`,
  };
  const gateway = {
    provider: 'webhook',
    send: (message: Parameters<ScriptedSender['send']>[0]) => other.send(message),
  };
  service = await startService({ env, senders: [await createTwilioSender(settings), gateway] });
});
afterAll(async () => {
  await service.close();
  await twilio.close();
});

beforeEach(() => {
  other = new ScriptedSender('webhook');
  serial += 1;
  phoneNumber = `+97798000062${serial}`;
  service.clock.advance(3600);
});

async function ask(created: object, channel = 'SMS') {
  const sid = `${channel === 'VOICE' ? 'CA' : 'SM'}${'0'.repeat(32)}`;
  const body = JSON.stringify({ sid, ...created });
  twilio.answerNext({ kind: 'http', status: 201, body, contentType: 'application/json' });
  expect(await requestOtp(service, { phoneNumber, channel })).toMatchObject({ __typename: 'RequestOtpSuccess' });
  await service.background.outbox.drain();
  const [row] = await messagesTo(service, phoneNumber);
  return row;
}

test.each([
  ['a text that failed for an unknown reason', 'SMS', { status: 'failed', error_code: null }],
  ['a text that was filtered', 'SMS', { status: 'failed', error_code: 30007 }],
  ['a text of a suspended account', 'SMS', { status: 'failed', error_code: 30002 }],
  ['a text that is undelivered', 'SMS', { status: 'undelivered', error_code: 30008 }],
  ['a text that was canceled', 'SMS', { status: 'canceled' }],
  ['a call that failed', 'VOICE', { status: 'failed' }],
  ['a call that was canceled', 'VOICE', { status: 'canceled' }],
])('%s goes on to the next provider at once', async (_name, channel, created) => {
  expect(await ask(created, channel)).toMatchObject({ status: 'sent', provider: 'webhook', attempts: 2 });
  expect(other.attempts).toHaveLength(1);
});

test.each([
  ['invalid_number', 30005],
  ['opted_out', 21610],
])('a number that is the reason (%s) gets nothing from the next provider either', async (failure, code) => {
  const row = await ask({ status: 'failed', error_code: code });
  expect(row).toMatchObject({ status: 'failed', failure, providerCode: String(code) });
  expect(other.attempts).toEqual([]);
});

test('without another provider the message ends, and does not look sent', async () => {
  phoneNumber = `+2556791988${serial}`;
  const row = await ask({ status: 'failed', error_code: null });
  expect(row).toMatchObject({ status: 'failed', failure: 'rejected', providerCode: 'FAILED' });
});

test.each(['queued', 'accepted', 'scheduled', 'sending', 'sent', 'delivered', 'a status to come'])(
  'a text that is %s is with Twilio, and nobody else gets it',
  async (status) => {
    expect(await ask({ status, error_code: null })).toMatchObject({ status: 'sent', provider: 'twilio' });
    expect(other.attempts).toEqual([]);
  },
);
