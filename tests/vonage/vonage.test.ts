import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addSeconds } from '../../src/platform/clock.js';
import type { SendFailure } from '../../src/providers/message-sender.js';
import { VonageSender, type VonageSenderParts } from '../../src/providers/vonage/vonage.sender.js';
import { type ApiAnswer, type ApiStandIn, startApiStandIn } from '../support/delivery/api-stand-in.js';
import { MESSAGE_ID, textMessage } from '../support/delivery/outgoing-message.js';
import { ManualClock } from '../support/manual-clock.js';

/** Texts through Vonage's Messages API, against answers as in https://developer.vonage.com/en/api/messages. */

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const applicationId = 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab';
const MESSAGE_UUID = 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ac';
const TAKEN: ApiAnswer = { kind: 'http', status: 202, body: { message_uuid: MESSAGE_UUID } };
const reportUrl = 'https://accounts.example.com/webhooks/vonage';

let vonage: ApiStandIn;
let clock: ManualClock;
beforeEach(async () => {
  vonage = await startApiStandIn(() => TAKEN);
  clock = new ManualClock();
});
afterEach(() => vonage.close());

function sender(overrides: Partial<VonageSenderParts> = {}) {
  const parts = { applicationId, privateKey, from: 'Acme', account: null, reportUrl, baseUrl: vonage.url };
  return new VonageSender({ ...parts, clock, timeoutMs: 5_000, ...overrides });
}

const message = () => textMessage({ expiresAt: addSeconds(clock.now(), 600) });

/** RFC 9457, as Vonage writes it. */
function problem(status: number, type: string, words: { title: string; detail?: string }): ApiAnswer {
  const body = {
    type: `https://developer.vonage.com/api-errors${type}`,
    ...words,
    instance: 'bf0ca0bf927b3b52e3cb03217e1a1ddf',
  };
  return { kind: 'http', status, body, headers: { 'content-type': 'application/problem+json' } };
}

describe('a text that Vonage takes', () => {
  test('arrives with our reference, the life of its code and the address for reports, and its id is kept', async () => {
    expect(await sender().send(message())).toEqual({ kind: 'accepted', providerMessageId: MESSAGE_UUID });
    const [request] = vonage.requests;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/v1/messages',
      headers: { 'content-type': 'application/json' },
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      message_type: 'text',
      channel: 'sms',
      to: '9779800000000',
      from: 'Acme',
      text: '123456 is your code.',
      ttl: 600,
      client_ref: MESSAGE_ID,
      webhook_url: reportUrl,
      webhook_version: 'v1',
    });
  });

  test('asks for no reports where Vonage could not reach us, and lives 20 seconds at least', async () => {
    await sender({ reportUrl: undefined }).send(textMessage({ expiresAt: clock.now() }));
    const body = JSON.parse(vonage.requests[0]?.body ?? '');
    expect(body).toMatchObject({ ttl: 20 });
    expect(body).not.toHaveProperty('webhook_url');
  });

  test('is proved by a token of the application, which is used for five minutes', async () => {
    const one = sender();
    await one.send(message());
    clock.advance(299);
    await one.send(message());
    clock.advance(1);
    await one.send(message());
    const tokens = vonage.requests.map(({ headers }) => String(headers.authorization).replace('Bearer ', ''));
    expect(new Set(tokens).size).toBe(2);
    expect(tokens[0]).toBe(tokens[1]);
    expect(decodeProtectedHeader(tokens[2] ?? '')).toEqual({ alg: 'RS256', typ: 'JWT' });
    const { payload } = await jwtVerify(tokens[2] ?? '', publicKey, { currentDate: clock.now() });
    const now = Math.floor(clock.now().getTime() / 1000);
    expect(payload).toEqual({ application_id: applicationId, iat: now, exp: now + 900, jti: expect.any(String) });
  });
});

describe('a text that Vonage refuses', () => {
  const refusals: readonly [name: string, answer: ApiAnswer, reason: SendFailure, providerCode: string][] = [
    [
      'no credentials',
      problem(401, '#unauthorized', { title: 'You did not provide correct credentials.' }),
      'bad_credentials',
      'UNAUTHORIZED',
    ],
    ['no credit', problem(402, '#low-balance', { title: 'Low balance' }), 'bad_credentials', 'LOW_BALANCE'],
    ['sender', problem(422, '/messages#1120', { title: 'Invalid sender' }), 'rejected', '1120'],
    ['sender of the channel', problem(422, '/messages#1420', { title: 'Invalid sender' }), 'rejected', '1420'],
    ['recipient', problem(422, '/messages#1430', { title: 'Invalid recipient' }), 'invalid_number', '1430'],
    ['STOP', problem(422, '/messages#1240', { title: 'Illegal Number' }), 'opted_out', '1240'],
    ['country', problem(422, '/messages#1474', { title: 'Fraud Defender' }), 'country_not_enabled', '1474'],
    ['a filter', problem(422, '/messages#1210', { title: 'Anti-Spam Rejection' }), 'rejected', '1210'],
    ['code as title', problem(422, '', { title: '1050' }), 'rejected', '1050'],
    ['parameters', problem(422, '#invalid-params', { title: 'Invalid params' }), 'rejected', 'INVALID_PARAMS'],
    ['too fast', problem(429, '/messages#1000', { title: 'Throttled' }), 'slow_down', '1000'],
    ['on their side', problem(500, '/messages#1030', { title: 'Internal error' }), 'provider_unavailable', '1030'],
    [
      'unavailable by law',
      problem(451, '#unavailable-legal', { title: 'Unavailable' }),
      'rejected',
      'UNAVAILABLE_LEGAL',
    ],
    ['a page between', { kind: 'http', status: 502, body: '<html>' }, 'provider_unavailable', 'HTTP_502'],
    ['a 202 of somebody else', { kind: 'http', status: 202, body: '<html>' }, 'provider_unavailable', 'HTTP_202'],
    [
      'another place',
      { kind: 'http', status: 302, body: '', headers: { location: '/' } },
      'provider_unavailable',
      'HTTP_302',
    ],
  ];
  test.each(refusals)('%s', async (_name, answer, reason, providerCode) => {
    vonage.answerNext(answer);
    expect(await sender().send(message())).toMatchObject({ kind: 'failed', reason, providerCode });
  });

  test('tells in its own words why, without the number and the code', async () => {
    vonage.answerNext(
      problem(422, '/messages#1430', {
        title: 'Invalid recipient',
        detail: 'The number 9779800000000 of 123456 is wrong.',
      }),
    );
    expect(await sender().send(message())).toMatchObject({ providerMessage: 'The number … of … is wrong.' });
  });

  test('says how long to wait', async () => {
    const busy = problem(429, '#throttled', { title: 'Rate limit hit' });
    vonage.answerNext({ ...busy, headers: { 'retry-after': '7' } } as ApiAnswer);
    expect(await sender().send(message())).toMatchObject({ reason: 'slow_down', retryAfterSeconds: 7 });
  });

  test.each<[ApiAnswer, SendFailure]>([
    [{ kind: 'close' }, 'provider_unavailable'],
    [{ kind: 'truncate' }, 'provider_unavailable'],
    [{ kind: 'hang' }, 'timeout'],
  ])('%j', async (answer, reason) => {
    vonage.answerNext(answer);
    expect(await sender({ timeoutMs: answer.kind === 'hang' ? 200 : 5_000 }).send(message())).toMatchObject({
      kind: 'failed',
      reason,
    });
  });
});

describe('what is left on the account', () => {
  const account = { key: 'abcd1234', secret: 'the-secret' };

  test('is read with key and secret, in euros', async () => {
    vonage.answerNext({ kind: 'http', status: 200, body: { value: 10.28, autoReload: false } });
    expect(await sender({ account }).balance?.()).toEqual({ amount: 10.28, currency: 'EUR' });
    expect(vonage.requests[0]).toMatchObject({
      ...{ method: 'GET', path: '/account/get-balance' },
      headers: { authorization: `Basic ${Buffer.from('abcd1234:the-secret').toString('base64')}` },
    });
  });

  test('is not asked for without them, and unknown where Vonage does not tell it', async () => {
    expect(sender().balance).toBeUndefined();
    vonage.answerNext(
      { kind: 'http', status: 429, body: {} },
      { kind: 'http', status: 200, body: {} },
      { kind: 'close' },
    );
    for (let each = 0; each < 3; each += 1) expect(await sender({ account }).balance?.()).toBeNull();
  });
});

test('nothing that is printed holds a credential', () => {
  const printed = inspect(sender({ account: { key: 'abcd1234', secret: 'the-secret' } }), {
    depth: 10,
    showHidden: true,
  });
  expect(printed).not.toContain('the-secret');
});
