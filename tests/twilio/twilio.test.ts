import dns from 'node:dns';
import { type AddressInfo, createServer } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SendFailure } from '../../src/providers/message-sender.js';
import { createTwilioSender, type TwilioSettings } from '../../src/providers/twilio/twilio.sender.js';
import { textMessage } from '../support/delivery/outgoing-message.js';
import { startTwilioStandIn, type TwilioAnswer, type TwilioStandIn } from '../support/twilio/twilio-stand-in.js';

const account = { accountSid: `AC${'0123456789abcdef'.repeat(2)}`, authToken: 'the-auth-token' };
const phoneNumber = '+15005550006';
const to = '+9779800000000';
const text = '123456 is your code.\n\n@example.com #123456';
const TIMEOUT_MS = 200;

let twilio: TwilioStandIn;
beforeEach(async () => {
  twilio = await startTwilioStandIn(account);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await twilio.close();
});

function sender(overrides: Partial<TwilioSettings> = {}) {
  return createTwilioSender({
    ...account,
    from: { phoneNumber },
    baseUrl: twilio.url,
    timeoutMs: 2_000,
    ...overrides,
  });
}

async function send(overrides: Partial<TwilioSettings> = {}) {
  return (await sender(overrides)).send(textMessage({ to, text }));
}

function failed(reason: SendFailure, providerCode: string | null) {
  return { kind: 'failed', reason, providerCode };
}

describe('a message that Twilio takes', () => {
  test('arrives as form fields, from the phone number, and its SID is kept', async () => {
    const outcome = await send();
    expect(twilio.messages).toEqual([
      { sid: expect.any(String), to, from: phoneNumber, messagingServiceSid: null, body: text },
    ]);
    expect(outcome).toEqual({ kind: 'accepted', providerMessageId: twilio.messages[0]?.sid });
    expect(twilio.requests[0]).toMatchObject({
      method: 'POST',
      path: `/2010-04-01/Accounts/${account.accountSid}/Messages.json`,
      // A connection of its own: a reset on a reused one would not tell whether the message was taken.
      headers: { 'content-type': 'application/x-www-form-urlencoded', connection: 'close' },
    });
  });

  test('goes through a messaging service instead of a number', async () => {
    const messagingServiceSid = `MG${'f'.repeat(32)}`;
    expect(await send({ from: { messagingServiceSid } })).toMatchObject({ kind: 'accepted' });
    expect(twilio.messages).toMatchObject([{ messagingServiceSid, from: null }]);
  });

  test('keeps letters of every script, emoji and characters that mean something in a form', async () => {
    const body = 'a+b&To=+1 %41 = é ñ तपाईंको رمز \u2068Acme\u2069 😀';
    await (await sender()).send(textMessage({ to, text: body }));
    expect(twilio.messages[0]).toMatchObject({ to, body });
  });

  test('goes to the path prefix of a proxy, with or without a slash at its end', async () => {
    await send({ baseUrl: `${twilio.url}/sms/twilio` });
    await send({ baseUrl: `${twilio.url}/sms/twilio/` });
    const path = `/sms/twilio/2010-04-01/Accounts/${account.accountSid}/Messages.json`;
    expect(twilio.requests.map((request) => request.path)).toEqual([path, path]);
  });

  test("goes to the configured host whatever the package's own variables say and however deep it is", async () => {
    vi.stubEnv('TWILIO_EDGE', 'dublin');
    vi.stubEnv('TWILIO_REGION', 'ie1');
    vi.stubEnv('TWILIO_ACCOUNT_SID', `AC${'e'.repeat(32)}`);
    const host = 'twilio.sms.proxies.svc.cluster.example';
    const lookup = vi.spyOn(dns, 'lookup').mockImplementation(toLoopback as typeof dns.lookup);
    expect(await send({ baseUrl: twilio.url.replace('127.0.0.1', host) })).toMatchObject({ kind: 'accepted' });
    expect(lookup).toHaveBeenCalledWith(host, expect.anything(), expect.anything());
  });

  test('100 at once all arrive, each once', async () => {
    const one = await sender();
    const numbers = Array.from({ length: 100 }, (_, index) => `+97798000000${String(index).padStart(2, '0')}`);
    const outcomes = await Promise.all(
      numbers.map((number) => one.send(textMessage({ id: number, to: number, text }))),
    );
    expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
    expect(twilio.messages.map((message) => message.to).sort()).toEqual(numbers);
  });
});

describe("Twilio's refusals become a closed set of outcomes", () => {
  const refusals: readonly [code: number, status: number, reason: SendFailure][] = [
    [21211, 400, 'invalid_number'],
    [21614, 400, 'invalid_number'],
    [21217, 400, 'invalid_number'],
    [21265, 400, 'invalid_number'],
    [21268, 400, 'invalid_number'],
    [21635, 400, 'invalid_number'],
    [21408, 400, 'country_not_enabled'],
    [21610, 400, 'opted_out'],
    [20003, 401, 'bad_credentials'],
    [20003, 403, 'bad_credentials'],
    [20005, 403, 'bad_credentials'],
    [20429, 429, 'slow_down'],
    [21611, 400, 'rejected'],
    [63038, 429, 'slow_down'],
    [21612, 400, 'rejected'],
    [21606, 400, 'rejected'],
    [21608, 400, 'rejected'],
    [99999, 404, 'bad_credentials'],
    [99999, 400, 'rejected'],
    [20500, 500, 'provider_unavailable'],
    [20503, 503, 'provider_unavailable'],
  ];
  test.each(refusals)('error %i with status %i: %s', async (code, status, reason) => {
    twilio.answerNext({ kind: 'error', code, status });
    expect(await send()).toMatchObject(failed(reason, String(code)));
    expect(twilio.requests).toHaveLength(1);
  });

  const answers: readonly [name: string, answer: TwilioAnswer, reason: SendFailure, code: string | null][] = [
    ['401 of a proxy', { kind: 'http', status: 401, body: 'no' }, 'bad_credentials', 'HTTP_401'],
    ['402 of a proxy', { kind: 'http', status: 402, body: '' }, 'bad_credentials', 'HTTP_402'],
    ['410 of a proxy', { kind: 'http', status: 410, body: '' }, 'bad_credentials', 'HTTP_410'],
    ['408', { kind: 'http', status: 408, body: '' }, 'provider_unavailable', 'HTTP_408'],
    ['425', { kind: 'http', status: 425, body: '' }, 'provider_unavailable', 'HTTP_425'],
    ['429 without JSON', { kind: 'http', status: 429, body: '' }, 'slow_down', 'HTTP_429'],
    ['404 page', { kind: 'http', status: 404, body: '<html>' }, 'bad_credentials', 'HTTP_404'],
    ['502 page', { kind: 'http', status: 502, body: '<html>' }, 'provider_unavailable', 'HTTP_502'],
    ['redirect', { kind: 'http', status: 302, body: '' }, 'provider_unavailable', 'HTTP_302'],
    ['JSON null with 500', json(500, 'null'), 'provider_unavailable', 'HTTP_500'],
    ['code that is text', json(400, `{"code": "${text.slice(0, 6)}"}`), 'rejected', 'HTTP_400'],
    ['201 that is no JSON', { kind: 'http', status: 201, body: '<html>' }, 'provider_unavailable', null],
    ['201 of null', json(201, 'null'), 'provider_unavailable', null],
    ['201 without a SID', json(201, '{}'), 'provider_unavailable', null],
    ['201 with another SID', json(201, `{"sid": "${text.slice(0, 6)}"}`), 'provider_unavailable', null],
    ['closed connection', { kind: 'close' }, 'provider_unavailable', 'ECONNRESET'],
    ['answer cut off', { kind: 'truncate' }, 'provider_unavailable', 'HTTP_201'],
    ['endless answer', json(201, ' '.repeat(200_000)), 'provider_unavailable', 'ERR_BAD_RESPONSE'],
  ];
  test.each(answers)('%s', async (_name, answer, reason, code) => {
    twilio.answerNext(answer);
    expect(await send()).toMatchObject(failed(reason, code));
    expect(twilio.requests).toHaveLength(1);
  });

  test('wrong credentials', async () => {
    expect(await send({ authToken: 'wrong' })).toMatchObject(failed('bad_credentials', '20003'));
    expect(twilio.messages).toEqual([]);
  });

  test('nobody listens', async () => {
    await twilio.close();
    expect(await send()).toMatchObject(failed('provider_unavailable', 'ECONNREFUSED'));
    twilio = await startTwilioStandIn(account);
  });
});

describe('429', () => {
  test.each([
    ['tells how long to wait', 7, 7],
    ['or does not', undefined, undefined],
  ])('%s', async (_name, retryAfter, retryAfterSeconds) => {
    twilio.answerNext({ kind: 'error', code: 20429, status: 429, ...(retryAfter && { retryAfter }) });
    expect(await send()).toMatchObject({ ...failed('slow_down', '20429'), retryAfterSeconds });
  });
});

describe('another attempt, after one of which nobody knows what became', () => {
  const earlier = { since: new Date() };
  const sendAgain = async (since = earlier.since) =>
    (await sender()).send(textMessage({ to, text, earlier: { since } }));

  test.each(['hang', 'close', 'error'] as const)(
    'that Twilio took (%s) is found, and no second text sent',
    async (answer) => {
      twilio.answerNext({ kind: 'lose', answer });
      // It must arrive within that time.
      expect(await send({ timeoutMs: answer === 'hang' ? 1_000 : 10_000 })).toMatchObject({ kind: 'failed' });
      expect(await sendAgain()).toEqual({ kind: 'accepted', providerMessageId: twilio.messages[0]?.sid });
      expect(twilio.messages).toHaveLength(1);
    },
  );

  test('that never arrived is made good', async () => {
    twilio.answerNext({ kind: 'close' });
    await send();
    expect(await sendAgain()).toEqual({ kind: 'accepted', providerMessageId: twilio.messages[0]?.sid });
  });

  test.each([
    ['of another number', { to: '+9779800000001', text }, 0],
    ['with another code', { to, text: text.replaceAll('123456', '654321') }, 0],
    ['of a minute before', { to, text }, 60_000],
  ])('does not mistake a text %s for its own', async (_name, other, later) => {
    await (await sender()).send(textMessage({ id: 'other', ...other }));
    const outcome = await sendAgain(new Date(Date.now() + later));
    expect(outcome).toEqual({ kind: 'accepted', providerMessageId: twilio.messages[1]?.sid });
  });

  test.each<TwilioAnswer>([
    { kind: 'error', code: 20500, status: 500 },
    { kind: 'http', status: 200, body: '<html>' },
    { kind: 'close' },
  ])('sends nothing while it cannot be known: $kind', async (answer) => {
    twilio.answerNextLookUp(answer);
    expect(await sendAgain()).toMatchObject({ kind: 'failed', reason: 'provider_unavailable' });
    expect(twilio.messages).toEqual([]);
  });
});

describe('a provider that is slow', () => {
  test.each<TwilioAnswer>([{ kind: 'hang' }, { kind: 'trickle' }, { kind: 'accept', delayMs: 400 }])(
    'is given up in time: $kind',
    async (answer) => {
      twilio.answerNext(answer);
      const one = await sender({ timeoutMs: TIMEOUT_MS });
      const start = performance.now();
      expect(await one.send(textMessage({ to, text }))).toEqual(failed('timeout', null));
      expect(performance.now() - start).toBeGreaterThan(TIMEOUT_MS * 0.9);
      expect(performance.now() - start).toBeLessThan(TIMEOUT_MS + 1_500);
    },
  );

  test.each([
    ['never speaks', 'http', ''],
    ['stops in the middle of a header', 'http', 'HTTP/1.1 201 Crea'],
    ['never answers the TLS handshake', 'https', ''],
  ])('that accepts the connection and %s', async (_name, scheme, greeting) => {
    const server = createServer((socket) => void socket.on('error', () => {}).write(greeting));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const baseUrl = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await send({ baseUrl, timeoutMs: TIMEOUT_MS })).toEqual(failed('timeout', null));
    server.close();
  });

  test('but quick enough is waited for', async () => {
    twilio.answerNext({ kind: 'accept', delayMs: 100 });
    expect(await send({ timeoutMs: 1_000 })).toMatchObject({ kind: 'accepted' });
  });
});

describe('the credentials, the code and the number', () => {
  const secrets = [account.authToken, Buffer.from(`${account.accountSid}:${account.authToken}`).toString('base64')];

  test.each<TwilioAnswer>([
    { kind: 'hang' },
    { kind: 'close' },
    { kind: 'error', code: 21211, message: `Invalid 'To' Phone Number: ${to}` },
    { kind: 'http', status: 201, body: text },
  ])('are neither in an outcome nor on the terminal nor in a sender that is logged: $kind', async (answer) => {
    vi.stubEnv('TWILIO_LOG_LEVEL', 'debug');
    const printed = [vi.spyOn(console, 'log'), vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
    twilio.answerNext(answer);
    const one = await sender({ timeoutMs: TIMEOUT_MS });
    const outcome = await one.send(textMessage({ to, text }));
    const output = printed.map((spy) => inspect(spy.mock.calls)).join();
    const seen =
      inspect(outcome, { depth: 9, showHidden: true }) + inspect(one, { depth: 9, showHidden: true }) + output;
    for (const secret of [...secrets, '123456', to]) expect(seen).not.toContain(secret);
  });
});

describe('the stand-in refuses what Twilio would refuse', () => {
  const path = `/2010-04-01/Accounts/${account.accountSid}/Messages.json`;
  const basic = `Basic ${Buffer.from(`${account.accountSid}:${account.authToken}`).toString('base64')}`;
  const form = { To: to, Body: text, From: phoneNumber };

  function post(fields: Record<string, string>, { at = path, headers = {} }: { at?: string; headers?: object } = {}) {
    const all = { authorization: basic, 'content-type': 'application/x-www-form-urlencoded', ...headers };
    return fetch(twilio.url + at, { method: 'POST', headers: all, body: String(new URLSearchParams(fields)) });
  }

  test.each([
    ['no destination', { Body: text, From: phoneNumber }, 21604],
    ['a destination without country code', { ...form, To: '9800000000' }, 21211],
    ['no text', { ...form, Body: '' }, 21602],
    ['a text that is too long', { ...form, Body: 'a'.repeat(1601) }, 21617],
    ['no sender', { To: to, Body: text }, 21603],
    ['number and service', { ...form, MessagingServiceSid: `MG${'f'.repeat(32)}` }, 21603],
    ['a sender that is no number', { ...form, From: 'Acme' }, 21212],
    ['a messaging service that is none', { To: to, Body: text, MessagingServiceSid: 'MG1' }, 21705],
  ])('%s', async (_name, fields, code) => {
    const response = await post(fields);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code, status: 400, more_info: expect.stringContaining(`/${code}`) });
  });

  const callPath = path.replace('Messages', 'Calls');
  const call = { To: to, From: phoneNumber, Twiml: '<Response/>' };

  test.each([
    ['a call to nobody', callPath, { ...call, To: '' }, 21211],
    ['a call from nobody', callPath, { To: to, Twiml: '<Response/>' }, 21213],
    ['a call in which nothing is said', callPath, { To: to, From: phoneNumber }, 21205],
    ['a call in which too much is said', callPath, { ...call, Twiml: 'a'.repeat(4_001) }, 20001],
    ['a call by WhatsApp', callPath, { ...call, To: `whatsapp:${to}` }, 21211],
    ['a WhatsApp message from a number', path, { ...form, To: `whatsapp:${to}` }, 21910],
    ['a template that is none', path, { To: to, From: phoneNumber, ContentSid: 'HX1' }, 21655],
    [
      'variables of a template that are no texts',
      path,
      { To: to, From: phoneNumber, ContentSid: `HX${'a'.repeat(32)}`, ContentVariables: '{"1":1}' },
      21656,
    ],
    ['reports to this machine', path, { ...form, StatusCallback: 'http://localhost:4000/webhooks/twilio' }, 21609],
    ['reports to a host with an underscore', callPath, { ...call, StatusCallback: 'https://a_b.example.com/' }, 21609],
  ])('%s', async (_name, at, fields, code) => {
    const response = await post(fields, { at });
    expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ code })]);
    expect([twilio.messages, twilio.calls]).toEqual([[], []]);
  });

  test('a message that is not there', async () => {
    const headers = { authorization: basic };
    for (const sid of [`SM${'0'.repeat(32)}`, `CA${'0'.repeat(32)}`]) {
      const response = await fetch(`${twilio.url}${path.replace('.json', `/${sid}.json`)}`, { headers });
      expect(response.status).toBe(404);
    }
  });

  test('another path, method, content type, account or password', async () => {
    expect((await post(form, { at: '/2010-04-01/Messages.json' })).status).toBe(404);
    expect((await fetch(twilio.url + path, { method: 'PUT', headers: { authorization: basic } })).status).toBe(405);
    expect((await post(form, { headers: { 'content-type': 'application/json' } })).status).toBe(400);
    expect((await post(form, { headers: { authorization: 'Basic eDp5' } })).status).toBe(401);
    expect((await post(form, { at: path.replace('AC0', 'AC1') })).status).toBe(401);
    expect((await post(form)).status).toBe(201);
    expect(twilio.messages).toHaveLength(1);
    expect(twilio.requests).toHaveLength(6);
  });

  test('answers by destination, and hands each message to one reader, before or after it arrives', async () => {
    twilio.answerTo(to, { kind: 'error', code: 21610 });
    expect((await post(form)).status).toBe(400);
    twilio.answerTo(to, null);
    const awaited = twilio.nextMessage(to);
    await post(form);
    await post({ ...form, Body: 'second' });
    expect((await awaited).body).toBe(text);
    expect((await twilio.nextMessage(to)).body).toBe('second');
    expect((await post({ ...form, To: '+15005550004' })).status).toBe(400);
  });
});

/** A name service that knows one address. */
function toLoopback(
  _host: string,
  _options: object,
  found: (error: null, addresses: dns.LookupAddress[]) => void,
): void {
  found(null, [{ address: '127.0.0.1', family: 4 }]);
}

function json(status: number, body: string): TwilioAnswer {
  return { kind: 'http', status, body, contentType: 'application/json' };
}
