import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { MessageSender, OutgoingMessage } from '../../src/providers/message-sender.js';
import { createTwilioSender, type TwilioSettings } from '../../src/providers/twilio/twilio.sender.js';
import { textMessage, voiceMessage } from '../support/delivery/outgoing-message.js';
import { startTwilioStandIn, type TwilioAnswer, type TwilioStandIn } from '../support/twilio/twilio-stand-in.js';

/** What Twilio is asked on the side: whether it has a message already, and what one has cost. */

const account = { accountSid: `AC${'0123456789abcdef'.repeat(2)}`, authToken: 'the-auth-token' };
const from = '+15005550006';
const earlier = { since: new Date() };

/** What a send may take. A question has a second, and a machine at work adds to it. */
const SEND_WITHIN_MS = 10_000;
const SLOW_MS = 2_500;

let twilio: TwilioStandIn;
beforeEach(async () => {
  twilio = await startTwilioStandIn(account);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await twilio.close();
});

async function sender(overrides: Partial<TwilioSettings> = {}) {
  const call = { from };
  const ways = { from: { phoneNumber: from }, whatsapp: { from, templates: null }, call };
  const settings = { ...account, ...ways, baseUrl: twilio.url, timeoutMs: SEND_WITHIN_MS, ...overrides };
  // Both questions are optional in the port, and a promise of this sender.
  return (await createTwilioSender(settings)) as Required<MessageSender>;
}

const ways: readonly [string, OutgoingMessage][] = [
  ['a text', textMessage()],
  ['a WhatsApp message', textMessage({ channel: 'WHATSAPP' })],
  ['a call', voiceMessage()],
  ['a notice', textMessage({ code: null, notice: 'new_device', text: 'A new device signed in to your account.' })],
];

/** Ways in which a question is not answered, or too late. */
const unanswered: readonly TwilioAnswer[] = [
  { kind: 'accept', delayMs: 5_000 },
  { kind: 'hang' },
  { kind: 'trickle' },
  { kind: 'close' },
  { kind: 'truncate' },
  { kind: 'error', code: 20500, status: 500 },
  { kind: 'error', code: 20429, status: 429 },
  { kind: 'error', code: 20003, status: 401 },
  { kind: 'http', status: 200, body: '<html>' },
  { kind: 'http', status: 200, body: 'null', contentType: 'application/json' },
  { kind: 'http', status: 200, body: '{"messages":[null],"calls":[null]}', contentType: 'application/json' },
];

describe('before another provider takes over', () => {
  test.each(ways)('%s that Twilio took is found', async (_name, message) => {
    const one = await sender();
    const sent = await one.send(message);
    expect(await one.findEarlier({ ...message, earlier })).toEqual(sent);
  });

  test.each(ways)('%s that it did not take is not, by one question', async (_name, message) => {
    const one = await sender();
    expect(await one.findEarlier({ ...message, earlier })).toBeNull();
    expect(twilio.requests).toHaveLength(1);
  });

  test.each(['failed', 'undelivered', 'canceled'])('a text that is %s by now stops nobody', async (status) => {
    const one = await sender();
    await one.send(textMessage());
    twilio.become(twilio.messages[0]?.sid ?? '', { status });
    expect(await one.findEarlier({ ...textMessage(), earlier })).toBeNull();
  });

  test('a call that was not answered is there all the same: the phone has rung', async () => {
    const one = await sender();
    const sent = await one.send(voiceMessage());
    twilio.become(twilio.calls[0]?.sid ?? '', { status: 'no-answer' });
    expect(await one.findEarlier({ ...voiceMessage(), earlier })).toEqual(sent);
  });

  test('a call that failed before the phone rang stops nobody', async () => {
    const one = await sender();
    await one.send(voiceMessage());
    twilio.become(twilio.calls[0]?.sid ?? '', { status: 'failed' });
    expect(await one.findEarlier({ ...voiceMessage(), earlier })).toBeNull();
  });

  test.each(unanswered)('nobody waits as long as for a text, and nothing is thrown: $kind', async (answer) => {
    const one = await sender();
    await one.send(textMessage());
    twilio.answerNextLookUp(answer);
    const start = performance.now();
    expect(await one.findEarlier({ ...textMessage(), earlier })).toBeNull();
    expect(performance.now() - start).toBeLessThan(SEND_WITHIN_MS / 2);
  });

  test('the question does not wait for a message that a slow Twilio has in hand', async () => {
    const one = await sender({ maxSockets: 1 });
    twilio.answerNext({ kind: 'accept', delayMs: SLOW_MS });
    const sending = one.send(textMessage({ to: '+9779800000001' }));
    const start = performance.now();
    expect(await one.findEarlier({ ...textMessage(), earlier })).toBeNull();
    expect(performance.now() - start).toBeLessThan(SLOW_MS);
    expect(await sending).toMatchObject({ kind: 'accepted' });
  });
});

describe('what a message cost', () => {
  async function sent(message: OutgoingMessage): Promise<string> {
    const outcome = await (await sender()).send(message);
    return outcome.kind === 'accepted' ? (outcome.providerMessageId ?? '') : '';
  }

  test.each(ways)('%s: as a positive amount, once Twilio knows', async (_name, message) => {
    const providerMessageId = await sent(message);
    const ask = async () => (await sender()).priceOf({ providerMessageId, channel: message.channel });
    expect(await ask()).toBeNull();
    twilio.become(providerMessageId, { status: 'delivered', price: '-0.00750', priceUnit: 'usd' });
    expect(await ask()).toEqual({ amount: 0.0075, currency: 'USD' });
  });

  test('nothing is an amount as well', async () => {
    const providerMessageId = await sent(textMessage());
    twilio.become(providerMessageId, { status: 'delivered', price: '-0', priceUnit: 'EUR' });
    const price = await (await sender()).priceOf({ providerMessageId, channel: 'SMS' });
    expect(price).toEqual({ amount: 0, currency: 'EUR' });
  });

  test.each([
    ['is no number', { price: 'a lot', priceUnit: 'USD' }],
    ['is too much of one', { price: `-${'9'.repeat(400)}`, priceUnit: 'USD' }],
    ['has no currency', { price: '-0.0075', priceUnit: '' }],
  ])('that %s is not known', async (_name, price) => {
    const providerMessageId = await sent(textMessage());
    twilio.become(providerMessageId, { status: 'sent', ...price });
    expect(await (await sender()).priceOf({ providerMessageId, channel: 'SMS' })).toBeNull();
  });

  test.each(['', 'SM1', '../Accounts', `MG${'0'.repeat(32)}`, `SM${'0'.repeat(32)}`])(
    'is not known of "%s", which is no message of ours',
    async (providerMessageId) => {
      expect(await (await sender()).priceOf({ providerMessageId, channel: 'SMS' })).toBeNull();
    },
  );

  test.each(unanswered)('is not waited for, and nothing is thrown: $kind', async (answer) => {
    const providerMessageId = await sent(voiceMessage());
    twilio.answerNextLookUp(answer);
    const start = performance.now();
    expect(await (await sender()).priceOf({ providerMessageId, channel: 'VOICE' })).toBeNull();
    expect(performance.now() - start).toBeLessThan(SEND_WITHIN_MS / 2);
  });
});

test("C1: the number of a question is not printed, whatever the package's own variable says", async () => {
  vi.stubEnv('TWILIO_LOG_LEVEL', 'debug');
  const printed = [vi.spyOn(console, 'log'), vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
  await (await sender()).findEarlier({ ...textMessage(), earlier });
  expect(twilio.requests[0]?.path).toContain('9779800000000');
  expect(JSON.stringify(printed.map((spy) => spy.mock.calls))).not.toContain('9779800000000');
});
