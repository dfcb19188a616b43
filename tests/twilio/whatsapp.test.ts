import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Locale } from '../../src/texts/locale.js';
import { createTwilioSender, type TwilioSettings } from '../../src/providers/twilio/twilio.sender.js';
import { MESSAGE_ID, textMessage } from '../support/delivery/outgoing-message.js';
import { startTwilioStandIn, type TwilioAnswer, type TwilioStandIn } from '../support/twilio/twilio-stand-in.js';

const account = { accountSid: `AC${'0123456789abcdef'.repeat(2)}`, authToken: 'the-auth-token' };
const from = '+14155238886';
const to = '+9779800000000';
const sids = { en: `HX${'a'.repeat(32)}`, es: `HX${'b'.repeat(32)}` } as const;
const templates = { byLocale: new Map<Locale, string>(Object.entries(sids) as [Locale, string][]), others: sids.en };

let twilio: TwilioStandIn;
beforeEach(async () => {
  twilio = await startTwilioStandIn(account);
});
afterEach(() => twilio.close());

function whatsapp(given: Parameters<typeof textMessage>[0] = {}) {
  return textMessage({ channel: 'WHATSAPP', ...given });
}

async function send(message = whatsapp(), overrides: Partial<TwilioSettings> = {}) {
  const ways = { from: null, whatsapp: { from, templates } };
  const settings = { ...account, ...ways, baseUrl: twilio.url, timeoutMs: 2_000, ...overrides };
  return (await createTwilioSender(settings)).send(message);
}

/** The fields of the last request. */
function fields(): Record<string, string> {
  return Object.fromEntries(twilio.requests.at(-1)?.form ?? []);
}

describe('a code by WhatsApp', () => {
  test.each<[Locale, string]>([
    ['en', sids.en],
    ['es', sids.es],
    ['ne', sids.en],
  ])('in %s goes as an approved template, the code being its first variable', async (locale, contentSid) => {
    expect(await send(whatsapp({ locale, code: '042069' }))).toMatchObject({ kind: 'accepted' });
    expect(fields()).toEqual({
      To: `whatsapp:${to}`,
      From: `whatsapp:${from}`,
      ContentSid: contentSid,
      ContentVariables: '{"1":"042069"}',
    });
  });

  test('without templates goes as it is written', async () => {
    await send(whatsapp({ text: '123456 est votre code.' }), { whatsapp: { from, templates: null } });
    expect(fields()).toEqual({ To: `whatsapp:${to}`, From: `whatsapp:${from}`, Body: '123456 est votre code.' });
  });

  test('is reported where the row is named', async () => {
    await send(whatsapp(), { statusUrl: (id) => `https://accounts.example.com/webhooks/twilio?message=${id}` });
    expect(fields()['StatusCallback']).toBe(`https://accounts.example.com/webhooks/twilio?message=${MESSAGE_ID}`);
  });

  test.each<[string, TwilioAnswer, string]>([
    ['nobody is at that address', { kind: 'error', code: 63003 }, 'rejected'],
    ['the channel is too busy', { kind: 'error', code: 63018, status: 429 }, 'slow_down'],
    ['the connection closes', { kind: 'close' }, 'provider_unavailable'],
  ])('fails visibly where %s', async (_name, answer, reason) => {
    twilio.answerNext(answer);
    expect(await send()).toMatchObject({ kind: 'failed', reason });
    expect(twilio.requests).toHaveLength(1);
  });

  test('fails for good where no sender is configured', async () => {
    expect(await send(whatsapp(), { whatsapp: null })).toMatchObject({ kind: 'failed', reason: 'rejected' });
    expect(twilio.requests).toEqual([]);
  });
});

describe('a WhatsApp message that is tried again', () => {
  const earlier = { since: new Date() };

  test.each([
    ['a template', { from, templates }],
    ['a text', { from, templates: null }],
  ])('after the answer got lost: %s is found by its code', async (_name, sender) => {
    twilio.answerNext({ kind: 'lose', answer: 'close' });
    await send(whatsapp(), { whatsapp: sender });
    const again = await send(whatsapp({ earlier }), { whatsapp: sender });
    expect(again).toEqual({ kind: 'accepted', providerMessageId: twilio.messages[0]?.sid });
    expect(twilio.messages).toHaveLength(1);
  });

  test('is not mistaken for a text to the same number', async () => {
    await send(textMessage(), { from: { phoneNumber: from } });
    expect(await send(whatsapp({ earlier }))).toMatchObject({ kind: 'accepted' });
    expect(twilio.messages.map((message) => message.to)).toEqual([to, `whatsapp:${to}`]);
  });
});
