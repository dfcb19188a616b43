import { type AddressInfo, createServer } from 'node:net';
import { inspect } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { OutgoingMessage, SendFailure } from '../../src/providers/message-sender.js';
import { isWebhookSecret, signatureOf, webhookKey } from '../../src/platform/webhook-signature.js';
import { WebhookSender, type WebhookSettings } from '../../src/providers/gateway/gateway.sender.js';
import { type GatewayAnswer, type GatewayStandIn, startGatewayStandIn } from '../support/delivery/gateway-stand-in.js';
import { ManualClock } from '../support/manual-clock.js';
import { emailMessage, textMessage } from '../support/delivery/outgoing-message.js';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwwJ7wGBbAx6U=';
const id = '018f0000-0000-7000-8000-000000000001';
const NOW = new Date('2026-02-03T04:05:06.789Z');
const TIMEOUT_MS = 200;

let gateway: GatewayStandIn;
let clock: ManualClock;
beforeEach(async () => {
  // The library that the gateway verifies with looks at the system's clock.
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  clock = new ManualClock(NOW);
  gateway = await startGatewayStandIn(secret);
});
afterEach(async () => {
  vi.useRealTimers();
  await gateway.close();
});

function sender(overrides: Partial<WebhookSettings> = {}) {
  return new WebhookSender({ url: gateway.url, secret, timeoutMs: 2_000, ...overrides }, clock);
}

function send(message: OutgoingMessage = textMessage({ id }), overrides: Partial<WebhookSettings> = {}) {
  return sender(overrides).send(message);
}

function failed(reason: SendFailure, providerCode: string | null) {
  return { kind: 'failed', reason, providerCode };
}

/** Right in itself, and longer than anybody reads. */
const endless = (answer: object) => JSON.stringify(answer) + ' '.repeat(70_000);
const json = (status: number, body: unknown): GatewayAnswer => ({ kind: 'http', status, body: JSON.stringify(body) });

describe('a message that the gateway takes', () => {
  const common = {
    type: 'message.send',
    version: 1,
    id,
    to: '+9779800000000',
    code: '123456',
    locale: 'en',
    text: '123456 is your code.',
    expiresAt: '2026-01-01T00:10:00.000Z',
  };
  const speech = { introduction: 'Your code is:', repetition: 'Once more:' };

  test.each<[string, OutgoingMessage, object]>([
    ['a text', textMessage({ id }), { ...common, channel: 'SMS' }],
    ['a WhatsApp message', textMessage({ id, channel: 'WHATSAPP' }), { ...common, channel: 'WHATSAPP' }],
    [
      'a call',
      { ...textMessage({ id }), channel: 'VOICE', speech, englishSpeech: speech },
      { ...common, channel: 'VOICE', speech },
    ],
    [
      'an email',
      emailMessage({ id, text: common.text }),
      { ...common, channel: 'EMAIL', to: 'someone@example.com', subject: '123456 is your code' },
    ],
    [
      'a notice',
      textMessage({ id, code: null, notice: 'password_changed', text: 'Your password was changed.' }),
      { ...common, channel: 'SMS', code: null, notice: 'password_changed', text: 'Your password was changed.' },
    ],
  ])('is documented JSON with nothing else in it: %s', async (_name, message, body) => {
    expect(await send(message)).toEqual({ kind: 'accepted', providerMessageId: null });
    expect(gateway.messages).toEqual([body]);
  });

  test('is signed so that the library of Standard Webhooks verifies it, whatever letters it has', async () => {
    const text = '123456 तपाईंको रमز \u2068Acme\u2069 😀 "\\\n';
    expect(await send(textMessage({ id, text }))).toMatchObject({ kind: 'accepted' });
    expect(gateway.messages).toMatchObject([{ text }]);
    expect(gateway.requests[0]).toMatchObject({
      method: 'POST',
      path: '/send',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(NOW.getTime() / 1000)),
        'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
      },
    });
  });

  test('that is tried again has the same id and the time of its own attempt, and goes out once', async () => {
    gateway.answerNext({ kind: 'lose' });
    expect(await send()).toMatchObject(failed('provider_unavailable', 'ECONNRESET'));
    clock.advance(7);
    vi.setSystemTime(clock.now());
    expect(await send(textMessage({ id, earlier: { since: NOW } }))).toMatchObject({ kind: 'accepted' });
    const [first, second] = gateway.requests.map(({ headers }) => headers);
    expect(second?.['webhook-id']).toBe(first?.['webhook-id']);
    expect(Number(second?.['webhook-timestamp'])).toBe(Number(first?.['webhook-timestamp']) + 7);
    expect(gateway.messages).toHaveLength(1);
  });

  test('keeps the id and the price that the gateway tells', async () => {
    const price = { amount: 0.0075, currency: 'USD' };
    gateway.answerNext({ kind: 'accept', json: { id: 'gw-1', price, more: true } });
    expect(await send()).toEqual({ kind: 'accepted', providerMessageId: 'gw-1', price });
  });

  test.each([
    ['an id that is none', { id: 7, price: null }],
    ['an id that repeats the code', { id: 'text-123456' }],
    ['an id that is a text', { id: 'is your code.' }],
    ['a negative price', { price: { amount: -1, currency: 'USD' } }],
    ['a price that is text', { price: { amount: '0.01', currency: 'USD' } }],
    ['a price in no currency', { price: { amount: 1, currency: 'dollars' } }],
  ])('is taken whatever else the answer holds, and %s is not kept', async (_name, answer) => {
    gateway.answerNext({ kind: 'accept', json: answer });
    expect(await send()).toEqual({ kind: 'accepted', providerMessageId: null });
  });

  test('100 at once all arrive, each once', async () => {
    const one = sender();
    const ids = Array.from({ length: 100 }, (_, index) => `message-${index}`);
    const outcomes = await Promise.all(ids.map((each) => one.send(textMessage({ id: each }))));
    expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
    expect(gateway.messages.map((message) => message.id).sort()).toEqual([...ids].sort());
  });
});

describe('what a gateway answers instead', () => {
  const answers: readonly [name: string, answer: GatewayAnswer, reason: SendFailure, code: string | null][] = [
    ['400', { kind: 'http', status: 400 }, 'rejected', 'HTTP_400'],
    ['400 with a reason', json(400, { reason: 'invalid_number' }), 'invalid_number', 'HTTP_400'],
    ['422 opted out', json(422, { reason: 'opted_out', providerCode: 'E-21' }), 'opted_out', 'E-21'],
    ['400 country', json(400, { reason: 'country_not_enabled' }), 'country_not_enabled', 'HTTP_400'],
    ['400 with a reason of its own', json(400, { reason: 'bored', providerCode: 12 }), 'rejected', 'HTTP_400'],
    ['400 that blames us', json(400, { reason: 'bad_credentials' }), 'rejected', 'HTTP_400'],
    ['400 that repeats the code', json(400, { providerCode: 'x.123456' }), 'rejected', 'HTTP_400'],
    ['404 page', { kind: 'http', status: 404, body: '<html>' }, 'bad_credentials', 'HTTP_404'],
    ['404 about the number', json(404, { reason: 'invalid_number' }), 'invalid_number', 'HTTP_404'],
    ['402', { kind: 'http', status: 402 }, 'bad_credentials', 'HTTP_402'],
    ['405', { kind: 'http', status: 405 }, 'bad_credentials', 'HTTP_405'],
    ['408', { kind: 'http', status: 408 }, 'provider_unavailable', 'HTTP_408'],
    ['410', { kind: 'http', status: 410, body: 'gone' }, 'bad_credentials', 'HTTP_410'],
    ['425', { kind: 'http', status: 425 }, 'provider_unavailable', 'HTTP_425'],
    ['401', { kind: 'http', status: 401, body: 'no' }, 'bad_credentials', 'HTTP_401'],
    ['403', json(403, { reason: 'opted_out' }), 'bad_credentials', 'HTTP_403'],
    ['429', { kind: 'http', status: 429 }, 'slow_down', 'HTTP_429'],
    ['500', { kind: 'http', status: 500, body: 'oops' }, 'provider_unavailable', 'HTTP_500'],
    ['503', { kind: 'http', status: 503 }, 'provider_unavailable', 'HTTP_503'],
    ['200 page', { kind: 'http', status: 200, body: '<html>Welcome' }, 'provider_unavailable', 'HTTP_200'],
    ['endless 400', { kind: 'http', status: 400, body: endless({ reason: 'opted_out' }) }, 'rejected', 'HTTP_400'],
    ['closed connection', { kind: 'close' }, 'provider_unavailable', 'ECONNRESET'],
    ['answer cut off', { kind: 'truncate' }, 'provider_unavailable', 'ECONNRESET'],
  ];
  test.each(answers)('%s', async (_name, answer, reason, code) => {
    gateway.answerNext(answer);
    expect(await send()).toMatchObject(failed(reason, code));
    expect(gateway.requests).toHaveLength(1);
  });

  test.each([301, 302, 303, 307, 308])(
    'a redirect (%i) is not followed: the code stays with the gateway',
    async (status) => {
      const elsewhere = await startGatewayStandIn(secret);
      gateway.answerNext({ kind: 'http', status, headers: { location: elsewhere.url } });
      expect(await send()).toEqual(failed('provider_unavailable', `HTTP_${status}`));
      expect(elsewhere.requests).toEqual([]);
      await elsewhere.close();
    },
  );

  test.each([
    ['seconds', '7', 7],
    ['a date', 'Tue, 03 Feb 2026 04:05:36 GMT', 30],
    ['a date that is over', 'Tue, 03 Feb 2026 04:05:00 GMT', 0],
    ['more than anybody waits', '999999', 3600],
    ['a date in years', 'Sat, 03 Feb 2036 04:05:36 GMT', 3600],
    ['a date in words', 'next week', undefined],
    ['less than nothing', '-5', undefined],
    ['part of a second', '1.5', undefined],
    ['a date that does not exist', 'Tue, 99 Feb 2026 04:05:36 GMT', undefined],
  ])('429 and 503 tell how long to wait: %s', async (_name, header, retryAfterSeconds) => {
    for (const [status, reason] of [
      [429, 'slow_down'],
      [503, 'provider_unavailable'],
    ] as const) {
      gateway.answerNext({ kind: 'http', status, headers: { 'retry-after': header } });
      expect(await send()).toEqual({
        ...failed(reason, `HTTP_${status}`),
        ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      });
    }
  });

  test('a gateway with another secret takes nothing', async () => {
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    expect(await send(undefined, { secret: other })).toEqual(failed('bad_credentials', 'HTTP_401'));
    expect(gateway.messages).toEqual([]);
  });

  test('nobody listens', async () => {
    await gateway.close();
    expect(await send()).toEqual(failed('provider_unavailable', 'ECONNREFUSED'));
    gateway = await startGatewayStandIn(secret);
  });
});

describe('a gateway that is slow', () => {
  test.each<GatewayAnswer>([
    { kind: 'hang' },
    { kind: 'trickle', status: 200 },
    { kind: 'trickle', status: 400 },
    { kind: 'accept', delayMs: 5_000 },
  ])('is given up in time: $kind $status', async (answer) => {
    gateway.answerNext(answer);
    const start = performance.now();
    expect(await send(undefined, { timeoutMs: TIMEOUT_MS })).toEqual(failed('timeout', null));
    expect(performance.now() - start).toBeGreaterThan(TIMEOUT_MS * 0.9);
    expect(performance.now() - start).toBeLessThan(TIMEOUT_MS + 1_500);
  });

  test('with an error that trickles in is not waited for: the status says enough', async () => {
    gateway.answerNext({ kind: 'trickle', status: 500 });
    expect(await send(undefined, { timeoutMs: 60_000 })).toEqual(failed('provider_unavailable', 'HTTP_500'));
  });

  test.each([
    ['never speaks', 'http', ''],
    ['stops in the middle of a header', 'http', 'HTTP/1.1 200 O'],
    ['never answers the TLS handshake', 'https', ''],
  ])('because it accepts the connection and %s', async (_name, scheme, greeting) => {
    const server = createServer((socket) => void socket.on('error', () => {}).write(greeting));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await send(undefined, { url, timeoutMs: TIMEOUT_MS })).toEqual(failed('timeout', null));
    server.close();
  });

  test('but quick enough is waited for', async () => {
    gateway.answerNext({ kind: 'accept', delayMs: 100 });
    expect(await send(undefined, { timeoutMs: 2_000 })).toMatchObject({ kind: 'accepted' });
  });
});

describe('the secret, the code and the number', () => {
  test.each<GatewayAnswer>([
    { kind: 'hang' },
    { kind: 'close' },
    { kind: 'http', status: 400, body: '{"reason": "123456 to +9779800000000", "providerCode": "+9779800000000"}' },
    { kind: 'http', status: 200, body: '123456 is your code.' },
    { kind: 'accept', json: { id: '123456 to +9779800000000' } },
  ])('are neither in an outcome nor on the terminal nor in a sender that is logged: $kind', async (answer) => {
    const printed = [vi.spyOn(console, 'log'), vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
    gateway.answerNext(answer);
    const one = sender({ timeoutMs: TIMEOUT_MS });
    const outcome = await one.send(textMessage({ id }));
    const seen = inspect([outcome, one, printed.map((spy) => spy.mock.calls)], { depth: 9, showHidden: true });
    for (const word of [secret, secret.slice(6), '123456', '9779800000000']) expect(seen).not.toContain(word);
    vi.restoreAllMocks();
  });
});

describe('signatures', () => {
  test('are those of the library, for any content', () => {
    const content = { id: 'msg_1', timestamp: 1_674_087_231, body: '{"test": "é😀"}' };
    const theirs = new Webhook(secret).sign(content.id, new Date(content.timestamp * 1000), content.body);
    expect(signatureOf(content, webhookKey(secret))).toBe(theirs);
  });

  test.each([
    ['24 bytes', Buffer.alloc(24, 1), true],
    ['64 bytes', Buffer.alloc(64, 1), true],
    ['23 bytes', Buffer.alloc(23, 1), false],
    ['65 bytes', Buffer.alloc(65, 1), false],
  ])('need a secret of 24 to 64 bytes: %s', (_name, bytes, good) => {
    expect(isWebhookSecret(`whsec_${bytes.toString('base64')}`)).toBe(good);
  });

  test.each([
    secret.replace('=', ''),
    secret.replace('=', '=='),
    secret.replace('whsec_', ''),
    secret.replace('whsec_', 'WHSEC_'),
    secret.replace('9', '-'),
    `${secret}\n`,
    ` ${secret}`,
    'whsec_',
    '',
  ])('need one that every library reads alike, not %j', (text) => {
    expect(isWebhookSecret(text)).toBe(false);
  });
});
