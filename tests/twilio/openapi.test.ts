import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MessageSender } from '../../src/providers/message-sender.js';
import { createTwilioSender, type TwilioSettings } from '../../src/providers/twilio/twilio.sender.js';
import { twilioStatusUrl } from '../../src/providers/twilio/status-url.js';
import { answerComplaints, operationIdOf, requestComplaints } from '../support/twilio/openapi-check.js';
import { textMessage, voiceMessage } from '../support/delivery/outgoing-message.js';
import type { StandInRequest } from '../support/twilio/twilio-request.js';
import { startTwilioStandIn, type TwilioStandIn } from '../support/twilio/twilio-stand-in.js';

/** Every request of ours, and every answer of the stand-in, by Twilio's published OpenAPI description. */

const account = { accountSid: `AC${'0123456789abcdef'.repeat(2)}`, authToken: 'the-auth-token' };
const from = '+15005550006';
const templates = { byLocale: new Map([['en', `HX${'a'.repeat(32)}`]] as const), others: `HX${'b'.repeat(32)}` };
const call = { from };
const statusUrl = twilioStatusUrl('https://accounts.example.com/api');

let twilio: TwilioStandIn;
beforeAll(async () => {
  twilio = await startTwilioStandIn(account);
});
afterAll(() => twilio.close());

function sender(settings: Partial<TwilioSettings> = {}): Promise<MessageSender> {
  const everything = { from: { phoneNumber: from }, whatsapp: { from, templates }, call, statusUrl };
  return createTwilioSender({ ...account, ...everything, baseUrl: twilio.url, timeoutMs: 2_000, ...settings });
}

/** The one request that something made. */
async function requestOf(make: () => Promise<unknown>): Promise<StandInRequest> {
  const before = twilio.requests.length;
  await make();
  const [request, ...others] = twilio.requests.slice(before);
  if (!request || others.length > 0) throw new Error('There was not one request.');
  return request;
}

const earlier = { since: new Date() };
const text = textMessage({ text: '123456 est votre code à usage unique.\n\n@example.com #123456' });
const whatsapp = textMessage({ channel: 'WHATSAPP' });

const sends: readonly [name: string, operation: string, settings: Partial<TwilioSettings>, send: Sending][] = [
  ['a text', 'CreateMessage', {}, (one) => one.send(text)],
  ['a text that nobody reports', 'CreateMessage', { statusUrl: undefined }, (one) => one.send(text)],
  [
    'a text of a messaging service',
    'CreateMessage',
    { from: { messagingServiceSid: `MG${'f'.repeat(32)}` } },
    (one) => one.send(text),
  ],
  ['a WhatsApp template', 'CreateMessage', {}, (one) => one.send(whatsapp)],
  ['a WhatsApp text', 'CreateMessage', { whatsapp: { from, templates: null } }, (one) => one.send(whatsapp)],
  ['a call', 'CreateCall', {}, (one) => one.send(voiceMessage())],
  ['a call that nobody reports', 'CreateCall', { statusUrl: undefined }, (one) => one.send(voiceMessage())],
  ['the look for a text', 'ListMessage', {}, (one) => one.findEarlier?.({ ...text, earlier })],
  ['the look for a WhatsApp message', 'ListMessage', {}, (one) => one.findEarlier?.({ ...whatsapp, earlier })],
  ['the look for a call', 'ListCall', {}, (one) => one.findEarlier?.({ ...voiceMessage(), earlier })],
];
type Sending = (one: MessageSender) => Promise<unknown> | undefined;

describe('what goes to Twilio is as Twilio describes it', () => {
  test.each(sends)('%s: %s', async (_name, operation, settings, send) => {
    const one = await sender(settings);
    const request = await requestOf(async () => send(one));
    expect(operationIdOf(request)).toBe(operation);
    expect(requestComplaints(request)).toEqual([]);
  });

  test.each([
    ['a message', 'SMS', textMessage(), 'FetchMessage'],
    ['a call', 'VOICE', voiceMessage(), 'FetchCall'],
  ] as const)('the price of %s', async (_name, channel, message, operation) => {
    const one = await sender();
    const outcome = await one.send(message);
    const providerMessageId = outcome.kind === 'accepted' ? (outcome.providerMessageId ?? '') : '';
    const request = await requestOf(async () => one.priceOf?.({ providerMessageId, channel }));
    expect(operationIdOf(request)).toBe(operation);
    expect(requestComplaints(request)).toEqual([]);
  });
});

test('what the stand-in answers by itself is as well, whatever became of a message', async () => {
  const one = await sender();
  const [message, phoneCall] = [textMessage({ to: '+9779800000001' }), voiceMessage({ to: '+9779800000002' })];
  await one.send(message);
  await one.send(phoneCall);
  const priced = { price: '-0.00750', priceUnit: 'USD' };
  twilio.become(twilio.messages.at(-1)?.sid ?? '', { status: 'delivered', ...priced });
  twilio.become(twilio.calls.at(-1)?.sid ?? '', { status: 'completed', ...priced });
  await one.findEarlier?.({ ...message, earlier });
  await one.findEarlier?.({ ...phoneCall, earlier });
  await one.priceOf?.({ providerMessageId: twilio.messages.at(-1)?.sid ?? '', channel: 'SMS' });
  await one.priceOf?.({ providerMessageId: twilio.calls.at(-1)?.sid ?? '', channel: 'VOICE' });
  const answered = new Set(twilio.exchanges.map(({ request }) => operationIdOf(request)));
  expect([...answered].sort()).toEqual([
    'CreateCall',
    'CreateMessage',
    'FetchCall',
    'FetchMessage',
    'ListCall',
    'ListMessage',
  ]);
  expect(twilio.exchanges.flatMap((exchange) => answerComplaints(exchange))).toEqual([]);
});

describe('the check sees', () => {
  async function changed(change: (request: Changeable) => void, message = text): Promise<string[]> {
    const one = await sender();
    const request = await requestOf(() => one.send(message));
    const copy = { ...request, headers: { ...request.headers }, form: new URLSearchParams(request.form) };
    change(copy);
    return requestComplaints(copy);
  }
  interface Changeable {
    method: string;
    path: string;
    headers: Record<string, string | string[] | undefined>;
    form: URLSearchParams;
  }

  const slips: readonly [name: string, change: (request: Changeable) => void, complaint: RegExp][] = [
    ['a misspelt parameter', ({ form }) => form.set('StatusCallBack', 'https://x.example'), /additional properties/],
    ['a parameter of another operation', ({ form }) => form.set('TimeLimit', '60'), /additional properties/],
    ['a pattern that is violated', ({ form }) => form.set('ContentSid', `HY${'a'.repeat(32)}`), /pattern/],
    ['a number that is none', ({ form }) => form.set('ValidityPeriod', 'ten minutes'), /integer/],
    ['an address that is none', ({ form }) => form.set('StatusCallback', 'accounts.example.com'), /"uri"/],
    ['a value that is not one of the list', ({ form }) => form.set('ContentRetention', 'forget'), /allowed values/],
    ['a required parameter that is missing', ({ form }) => form.delete('To'), /required property 'To'/],
    ['nobody who sends', ({ form }) => form.delete('From'), /one of From, MessagingServiceSid is missing/],
    ['nothing to send', ({ form }) => form.delete('Body'), /one of Body, MediaUrl, ContentSid is missing/],
    ['a parameter that comes twice', ({ form }) => form.append('To', '+15005550006'), /must be string/],
    ['a parameter in the query', (request) => (request.path += '?To=1'), /additional properties/],
    ['another path', (request) => (request.path = request.path.replace('Messages', 'SMS')), /no operation/],
    ['another method', (request) => (request.method = 'PUT'), /no operation/],
    ['another account', (request) => (request.path = request.path.replace('AC0', 'SK0')), /pattern/],
    ['another content type', ({ headers }) => (headers['content-type'] = 'application/json'), /content type/],
  ];
  test.each(slips)('%s', async (_name, change, complaint) => {
    const complaints = await changed(change);
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toMatch(complaint);
  });

  test('what is said in a call being too long', async () => {
    const one = await sender();
    const request = await requestOf(() => one.send(voiceMessage()));
    request.form.set('Twiml', request.form.get('Twiml')?.replace('Acme', 'A'.repeat(4_000)) ?? '');
    expect(requestComplaints(request)).toEqual([expect.stringContaining('"twiml"')]);
  });

  test('a stand-in that lies', async () => {
    const one = await sender();
    await one.send(text);
    const exchange = twilio.exchanges.at(-1);
    if (!exchange) throw new Error('There is no exchange.');
    for (const lie of [
      { sid: `XX${'0'.repeat(32)}` },
      { status: 'on its way' },
      { error_code: '30003' },
      { price: -0.0075 },
    ]) {
      expect(answerComplaints({ ...exchange, body: { ...exchange.body, ...lie } })).toHaveLength(1);
    }
    expect(answerComplaints({ ...exchange, status: 200 })).toHaveLength(1);
  });
});
