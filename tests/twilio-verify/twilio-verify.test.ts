import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addSeconds } from '../../src/platform/clock.js';
import type { MessageSender, OutgoingMessage, SendFailure } from '../../src/providers/message-sender.js';
import {
  createTwilioVerifySender,
  type TwilioVerifySettings,
} from '../../src/providers/twilio/verify/verify.sender.js';
import { type ApiAnswer, type ApiStandIn, startApiStandIn } from '../support/delivery/api-stand-in.js';
import { MESSAGE_ID, textMessage, voiceMessage } from '../support/delivery/outgoing-message.js';

/**
 * Codes of ours through Twilio Verify, against answers as in https://www.twilio.com/docs/verify/api/verification and
 * https://www.twilio.com/docs/api/errors.
 */

const accountSid = `AC${'0123456789abcdef'.repeat(2)}`;
const serviceSid = `VA${'a'.repeat(32)}`;
const sid = `VE${'b'.repeat(32)}`;
const to = '+9779800000000';
const path = `/v2/Services/${serviceSid}/Verifications`;
const ofNumber = `${path}/${to}`;

const verification = (status: string, attempts: object[] = []): ApiAnswer => ({
  kind: 'http',
  status: 200,
  body: {
    ...{ sid, service_sid: serviceSid, account_sid: accountSid, to, channel: 'sms', status, valid: false },
    ...{
      date_created: '2015-07-30T20:00:00Z',
      date_updated: '2015-07-30T20:00:00Z',
      lookup: {},
      amount: null,
      payee: null,
    },
    send_code_attempts: attempts,
  },
});
const CREATED: ApiAnswer = { ...verification('pending'), status: 201 } as ApiAnswer;
const error = (status: number, code: number): ApiAnswer => ({
  ...{ kind: 'http', status },
  body: { code, message: `Error ${code} of ${to}`, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
});
const NOTHING = error(404, 20404);

let twilio: ApiStandIn;
beforeEach(async () => {
  // Nothing is pending, and every message is taken.
  twilio = await startApiStandIn(({ method, path: asked }) =>
    method === 'POST' && asked === path ? CREATED : NOTHING,
  );
});
afterEach(() => twilio.close());

async function sender(overrides: Partial<TwilioVerifySettings> = {}) {
  const settings = { accountSid, authToken: 'the-auth-token', serviceSid, templateSid: undefined, baseUrl: twilio.url };
  return (await createTwilioVerifySender({ ...settings, timeoutMs: 5_000, ...overrides })) as Required<MessageSender>;
}

const asked = () => twilio.requests.map(({ method, path: of }) => `${method} ${of}`);
const form = (index: number) => Object.fromEntries(new URLSearchParams(twilio.requests[index]?.body));

describe('a code that Verify takes', () => {
  test('is our own, in the language of the message, and the id is kept', async () => {
    expect(await (await sender()).send(textMessage({ locale: 'es' }))).toEqual({
      kind: 'accepted',
      providerMessageId: sid,
    });
    expect(asked()).toEqual([`POST ${ofNumber}`, `POST ${path}`]);
    expect(form(0)).toEqual({ Status: 'canceled' });
    expect(form(1)).toEqual({
      ...{ To: to, Channel: 'sms', CustomCode: '123456', Locale: 'es' },
      Tags: JSON.stringify({ message: MESSAGE_ID }),
    });
    const basic = Buffer.from(`${accountSid}:the-auth-token`).toString('base64');
    expect(twilio.requests[1]?.headers.authorization).toBe(`Basic ${basic}`);
  });

  test('replaces the pending one of the number, which Verify would send again', async () => {
    twilio.answerNext(verification('canceled'));
    expect(await (await sender()).send(textMessage())).toMatchObject({ kind: 'accepted' });
    expect(asked()).toEqual([`POST ${ofNumber}`, `POST ${path}`]);
  });

  test('goes by WhatsApp and by call, with the template where there is one for the channel', async () => {
    const templateSid = `HJ${'c'.repeat(32)}`;
    const one = await sender({ templateSid });
    const messages: OutgoingMessage[] = [textMessage(), textMessage({ channel: 'WHATSAPP' }), voiceMessage()];
    for (const message of messages) expect(await one.send(message)).toMatchObject({ kind: 'accepted' });
    const sent = [1, 3, 5].map(form).map(({ Channel, TemplateSid }) => [Channel, TemplateSid]);
    expect(sent).toEqual([
      ['sms', templateSid],
      ['whatsapp', undefined],
      ['call', templateSid],
    ]);
  });

  test('names no language that Verify does not know: it would answer 404', async () => {
    const one = await sender();
    for (const locale of ['ne', 'sw', 'ur', 'bn'] as const) await one.send(textMessage({ locale }));
    expect([1, 3, 5, 7].map((index) => form(index)['Locale'])).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('what is no code', () => {
  test.each([
    textMessage({ code: null, notice: 'new_device', text: 'A new device signed in to your account.' }),
    textMessage({ code: '1234567890', notice: 'email_changed' }),
  ])('a notice is not sent: another provider has to', async (notice) => {
    expect(await (await sender()).send(notice)).toEqual({
      kind: 'failed',
      reason: 'rejected',
      providerCode: 'NOT_A_CODE',
    });
    expect(twilio.requests).toEqual([]);
  });
});

describe('a code that Verify refuses', () => {
  const refusals: readonly [code: number, status: number, reason: SendFailure][] = [
    [20003, 401, 'bad_credentials'],
    [20404, 404, 'bad_credentials'],
    [60200, 400, 'rejected'],
    [60203, 429, 'rejected'],
    [60204, 403, 'bad_credentials'],
    [60205, 403, 'invalid_number'],
    [60207, 429, 'slow_down'],
    [60212, 429, 'slow_down'],
    [60220, 403, 'country_not_enabled'],
    [60223, 403, 'rejected'],
    [60410, 403, 'rejected'],
    [60605, 403, 'country_not_enabled'],
    [20429, 429, 'slow_down'],
    [21211, 400, 'invalid_number'],
    [20500, 500, 'provider_unavailable'],
  ];
  test.each(refusals)('%i, HTTP %i: %s', async (code, status, reason) => {
    twilio.answerNext(NOTHING, error(status, code));
    const outcome = await (await sender()).send(textMessage());
    expect(outcome).toMatchObject({ kind: 'failed', reason, providerCode: String(code) });
  });

  test("is explained in Twilio's words, without the number", async () => {
    twilio.answerNext(NOTHING, error(403, 60410));
    expect(await (await sender()).send(textMessage())).toMatchObject({ providerMessage: 'Error … of +…' });
  });

  test.each<[ApiAnswer, SendFailure]>([
    [{ kind: 'close' }, 'provider_unavailable'],
    [{ kind: 'hang' }, 'timeout'],
    [{ kind: 'http', status: 201, body: { sid: 'SM1' } }, 'provider_unavailable'],
    [{ kind: 'http', status: 502, body: '<html>' }, 'provider_unavailable'],
  ])('%j', async (answer, reason) => {
    twilio.answerNext(NOTHING, answer);
    expect(await (await sender({ timeoutMs: answer.kind === 'hang' ? 200 : 5_000 })).send(textMessage())).toMatchObject(
      { kind: 'failed', reason },
    );
  });

  test('where what is pending cannot be canceled, no second code goes out', async () => {
    twilio.answerNext(error(500, 20500));
    expect(await (await sender()).send(textMessage())).toMatchObject({ reason: 'provider_unavailable' });
    expect(twilio.requests).toHaveLength(1);
  });
});

describe('an attempt whose answer was lost', () => {
  const began = new Date('2026-01-01T00:00:00Z');
  const earlier = { since: began };
  const sent = (seconds: number, channel = 'SMS') => ({
    ...{ time: addSeconds(began, seconds).toISOString(), channel, attempt_sid: `VL${'d'.repeat(32)}` },
  });

  test('is found, and no second message goes out', async () => {
    twilio.answerNext(verification('pending', [sent(-100), sent(1)]));
    expect(await (await sender()).send(textMessage({ earlier }))).toEqual({ kind: 'accepted', providerMessageId: sid });
    expect(asked()).toEqual([`GET ${ofNumber}`]);
  });

  test.each([
    ['nothing is pending', NOTHING],
    ['what is pending was sent before', verification('pending', [sent(-16)])],
    ['what is pending went by another channel', verification('pending', [sent(1, 'CALL')])],
    ['what was sent is canceled', verification('canceled', [sent(1)])],
    ['the list cannot be read', verification('pending', [{ time: 'soon' }])],
  ])('is not found, and the code is sent, where %s', async (_what, answer) => {
    twilio.answerNext(answer);
    expect(await (await sender()).send(textMessage({ earlier }))).toMatchObject({ kind: 'accepted' });
    expect(asked()).toEqual([`GET ${ofNumber}`, `POST ${ofNumber}`, `POST ${path}`]);
  });

  test('that cannot be asked for is no reason for a second message', async () => {
    twilio.answerNext(error(500, 20500));
    expect(await (await sender()).send(textMessage({ earlier }))).toMatchObject({ reason: 'provider_unavailable' });
    expect(twilio.requests).toHaveLength(1);
  });

  test('is found before another provider gets the message; if Verify cannot tell, nothing is found', async () => {
    const one = await sender();
    const repeated = { ...textMessage(), earlier };
    twilio.answerNext(verification('pending', [sent(1)]), { kind: 'close' });
    expect(await one.findEarlier(repeated)).toEqual({ kind: 'accepted', providerMessageId: sid });
    expect(await one.findEarlier(repeated)).toBeNull();
  });
});

describe('a code that was typed', () => {
  const typed = { id: MESSAGE_ID, providerMessageId: sid, channel: 'SMS', country: 'NP', code: '123456' } as const;

  test('is told, so that Verify counts and prices it', async () => {
    twilio.answerNext(verification('approved'));
    expect(await (await sender()).verified(typed)).toBe('told');
    expect(asked()).toEqual([`POST ${path}/${sid}`]);
    expect(form(0)).toEqual({ Status: 'approved' });
  });

  test.each<[string, ApiAnswer, string]>([
    ['Verify has forgotten it after ten minutes', NOTHING, 'refused'],
    ['Verify does not take it', error(400, 60200), 'refused'],
    ['the credentials are wrong', error(401, 20003), 'unavailable'],
    ['Verify is busy', error(429, 20429), 'unavailable'],
    ['Verify is away', { kind: 'close' }, 'unavailable'],
  ])('where %s', async (_what, answer, outcome) => {
    twilio.answerNext(answer);
    expect(await (await sender()).verified(typed)).toBe(outcome);
  });
});

test('nothing that is printed holds the credentials', async () => {
  expect(inspect(await sender(), { depth: 10, showHidden: true })).not.toContain('the-auth-token');
});
