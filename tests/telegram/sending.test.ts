import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TelegramSender, type TelegramParts } from '../../src/providers/telegram/telegram.sender.js';
import { textMessage } from '../support/delivery/outgoing-message.js';
import { ManualClock } from '../support/manual-clock.js';
import {
  FEE,
  startTelegramStandIn,
  type TelegramAnswer,
  type TelegramStandIn,
} from '../support/telegram/telegram-stand-in.js';

/** What the service asks of Telegram's Gateway, and what it makes of each answer. */

const token = 'AAEAAAC8the-token-of-the-gateway';
const NOW = new Date('2026-01-01T00:00:00.000Z');
const reportUrl = 'https://accounts.example.com/webhooks/telegram';
const price = { amount: FEE, currency: 'USD' };

let telegram: TelegramStandIn;
let clock: ManualClock;
let sender: TelegramSender;
beforeEach(async () => {
  telegram = await startTelegramStandIn(token);
  clock = new ManualClock(NOW);
  sender = open();
});
afterEach(() => telegram.close());

function open(overrides: Partial<TelegramParts> = {}) {
  const parts = { token, baseUrl: telegram.url, senderUsername: null, reportUrl, clock, timeoutMs: 2_000 };
  return new TelegramSender({ ...parts, ...overrides });
}

const message = (given: Parameters<typeof textMessage>[0] = {}) => textMessage({ channel: 'TELEGRAM', ...given });
const methods = () => telegram.calls.map(({ method }) => method);
const failed = (reason: string, providerCode: string | null) => ({ kind: 'failed', reason, providerCode });

describe('a code by Telegram', () => {
  test('is our own, with the id of the message, the life of the code and the address for reports', async () => {
    expect(await sender.send(message())).toEqual({ kind: 'accepted', providerMessageId: 'tg-1', price });
    expect(telegram.messages).toEqual([{ to: '+9779800000000', code: '123456', requestId: 'tg-1' }]);
    expect(telegram.calls).toEqual([
      {
        method: 'checkSendAbility',
        authorization: `Bearer ${token}`,
        parameters: { phone_number: '+9779800000000' },
      },
      {
        method: 'sendVerificationMessage',
        authorization: `Bearer ${token}`,
        parameters: {
          request_id: 'tg-1',
          phone_number: '+9779800000000',
          code: '123456',
          ttl: 600,
          payload: message().id,
          callback_url: reportUrl,
        },
      },
    ]);
  });

  test.each([
    ['an hour at most', 7_200, 3_600],
    ['half a minute at least', 5, 30],
    ['a code that is over: as short as can be', -60, 30],
  ])('lives %s', async (_name, seconds, ttl) => {
    await sender.send(message({ expiresAt: new Date(NOW.getTime() + seconds * 1000) }));
    expect(telegram.calls[1]?.parameters).toMatchObject({ ttl });
  });

  test('comes from the channel of the service, and names no address that Telegram could not reach', async () => {
    await open({ senderUsername: 'acme_codes', reportUrl: undefined }).send(message());
    expect(telegram.calls[1]?.parameters).toMatchObject({ sender_username: 'acme_codes' });
    expect(telegram.calls[1]?.parameters).not.toHaveProperty('callback_url');
  });

  test('goes to nobody without Telegram, which costs nothing', async () => {
    telegram.absent.add('+9779800000000');
    expect(await sender.send(message())).toEqual(failed('not_on_channel', 'PHONE_NUMBER_NOT_FOUND'));
    expect([telegram.charges, methods()]).toEqual([0, ['checkSendAbility']]);
  });

  test.each([
    ['a notice without a code', message({ code: null, notice: 'password_changed' })],
    ['a notice with a long code', message({ code: '1234567890' })],
    ['a text', textMessage()],
  ])('is the only thing that it sends: %s is refused without a request', async (_name, other) => {
    expect(await sender.send(other)).toEqual(failed('rejected', null));
    expect(telegram.calls).toEqual([]);
  });

  test('is not kept where an id of Telegram repeats it', async () => {
    const result = { request_id: 'tg-123456', request_cost: FEE };
    const answer = { kind: 'http', status: 200, body: JSON.stringify({ ok: true, result }) } as const;
    telegram.answerNext('checkSendAbility', answer);
    telegram.answerNext('sendVerificationMessage', answer);
    expect(await sender.send(message())).toEqual({ kind: 'accepted', providerMessageId: null, price });
  });

  test('leaves neither token nor code in what is printed', async () => {
    await sender.send(message());
    expect(inspect(sender, { depth: 9, showHidden: true })).not.toMatch(/the-token|123456/);
  });
});

describe('a refusal by Telegram', () => {
  test.each([
    ['ACCESS_TOKEN_INVALID', 'bad_credentials'],
    ['BALANCE_NOT_ENOUGH', 'bad_credentials'],
    ['SENDER_NOT_VERIFIED', 'bad_credentials'],
    ['CALLBACK_URL_INVALID', 'bad_credentials'],
    ['PHONE_NUMBER_INVALID', 'invalid_number'],
    ['PHONE_NUMBER_NOT_AVAILABLE', 'not_on_channel'],
    ['PAYLOAD_INVALID', 'rejected'],
    ['SOMETHING_NEW', 'rejected'],
  ])('%s means %s, at each step', async (error, reason) => {
    telegram.answerNext('checkSendAbility', { kind: 'error', error });
    expect(await sender.send(message())).toEqual(failed(reason, error));
    telegram.answerNext('sendVerificationMessage', { kind: 'error', error, status: 400 });
    expect(await sender.send(message())).toEqual(failed(reason, error));
    expect(telegram.messages).toEqual([]);
  });

  test('that asks to wait is waited for', async () => {
    telegram.answerNext('checkSendAbility', { kind: 'error', error: 'FLOOD_WAIT_37' });
    expect(await sender.send(message())).toEqual({ ...failed('slow_down', 'FLOOD_WAIT'), retryAfterSeconds: 37 });
    telegram.answerNext('checkSendAbility', { kind: 'http', status: 429, headers: { 'retry-after': '9' } });
    expect(await sender.send(message())).toEqual({ ...failed('slow_down', 'HTTP_429'), retryAfterSeconds: 9 });
  });

  test('that quotes the number or the code is not kept', async () => {
    telegram.answerNext(
      'checkSendAbility',
      { kind: 'error', error: 'no route to +9779800000000' },
      { kind: 'error', error: 'CODE_123456_REFUSED' },
    );
    for (let attempt = 0; attempt < 2; attempt += 1)
      expect(await sender.send(message())).toEqual(failed('rejected', null));
  });

  test.each<[string, TelegramAnswer, string, string | null]>([
    ['a page', { kind: 'http', status: 200, body: '<html>' }, 'provider_unavailable', 'HTTP_200'],
    ['an empty success', { kind: 'http', status: 200 }, 'provider_unavailable', 'HTTP_200'],
    ['a server that fails', { kind: 'http', status: 502, body: 'bad gateway' }, 'provider_unavailable', 'HTTP_502'],
    [
      'a refusal of a failing server',
      { kind: 'error', error: 'CODE_INVALID', status: 500 },
      'provider_unavailable',
      'HTTP_500',
    ],
    ['another address', { kind: 'http', status: 404 }, 'bad_credentials', 'HTTP_404'],
    ['a redirect', { kind: 'http', status: 302, headers: { location: '/' } }, 'provider_unavailable', 'HTTP_302'],
    ['no answer', { kind: 'close' }, 'provider_unavailable', 'ECONNRESET'],
    ['an answer that never comes', { kind: 'hang' }, 'timeout', null],
  ])('is none, where there is %s', async (_name, answer, reason, providerCode) => {
    telegram.answerNext('checkSendAbility', answer);
    expect(await open({ timeoutMs: 1_000 }).send(message())).toEqual(failed(reason, providerCode));
  });
});

describe('a code is sent once, although', () => {
  const earlier = { since: NOW };

  test('the answer was lost: the next attempt finds the message', async () => {
    telegram.answerNext('sendVerificationMessage', { kind: 'lose' });
    expect(await sender.send(message())).toEqual(failed('provider_unavailable', 'ECONNRESET'));
    expect(await sender.send(message({ earlier }))).toEqual({ kind: 'accepted', providerMessageId: 'tg-1', price });
    expect([telegram.messages.length, telegram.charges]).toEqual([1, 1]);
    expect(methods()).toEqual(['checkSendAbility', 'sendVerificationMessage', 'checkVerificationStatus']);
  });

  test('another provider is to have it: this one is asked first', async () => {
    telegram.answerNext('sendVerificationMessage', { kind: 'lose' });
    await sender.send(message());
    expect(await sender.findEarlier(message({ earlier }))).toMatchObject({ providerMessageId: 'tg-1' });
    telegram.answerNext('checkVerificationStatus', { kind: 'http', status: 500 });
    expect(await sender.findEarlier(message({ earlier }))).toBeNull();
    expect(await sender.findEarlier(message({ id: '01936d3e-7c00-7000-8000-000000000002', earlier }))).toBeNull();
  });

  test('nothing was sent: the next attempt uses the request that is paid', async () => {
    telegram.answerNext('sendVerificationMessage', { kind: 'close' });
    await sender.send(message());
    expect(await sender.findEarlier(message({ earlier }))).toBeNull();
    expect(await sender.send(message({ earlier }))).toMatchObject({ providerMessageId: 'tg-1' });
    expect([telegram.messages.length, telegram.charges]).toEqual([1, 1]);
  });

  test('Telegram has it and was slow to say so', async () => {
    telegram.answerNext('sendVerificationMessage', { kind: 'error', error: 'MESSAGE_ALREADY_SENT' });
    expect(await sender.send(message())).toEqual({ kind: 'accepted', providerMessageId: 'tg-1', price });
  });

  test('Telegram cannot be asked: the attempt fails, and nothing is sent', async () => {
    telegram.answerNext('sendVerificationMessage', { kind: 'lose' });
    await sender.send(message());
    telegram.answerNext('checkVerificationStatus', { kind: 'http', status: 503 });
    expect(await sender.send(message({ earlier }))).toEqual(failed('provider_unavailable', 'HTTP_503'));
    expect(telegram.messages).toHaveLength(1);
  });

  test('the request is over: a new one is opened', async () => {
    telegram.answerNext('sendVerificationMessage', { kind: 'close' });
    await sender.send(message());
    telegram.answerNext('checkVerificationStatus', { kind: 'error', error: 'REQUEST_ID_INVALID' });
    expect(await sender.send(message({ earlier }))).toMatchObject({ providerMessageId: 'tg-2' });
    expect(telegram.messages).toHaveLength(1);
  });
});

describe('Telegram is told', () => {
  const verified = { id: message().id, channel: 'TELEGRAM', country: 'NP', code: '123456' } as const;

  test('that a code was typed', async () => {
    await sender.send(message());
    expect(await sender.verified({ ...verified, providerMessageId: 'tg-1' })).toBe('told');
    expect(telegram.statusOf('tg-1', 'read')).toMatchObject({ verification_status: { status: 'code_valid' } });
  });

  test('again, where it cannot be reached, and not again, where it does not know the request', async () => {
    const of = { ...verified, providerMessageId: 'tg-9' };
    telegram.answerNext(
      'checkVerificationStatus',
      { kind: 'http', status: 500 },
      { kind: 'error', error: 'FLOOD_WAIT_3' },
    );
    expect([await sender.verified(of), await sender.verified(of)]).toEqual(['unavailable', 'unavailable']);
    expect(await sender.verified(of)).toBe('refused');
    expect(await sender.verified({ ...of, code: null })).toBe('refused');
  });
});

test('the balance is what the latest charge told a quarter of an hour ago at most', async () => {
  expect(await sender.balance()).toBeNull();
  await sender.send(message());
  expect(await sender.balance()).toEqual({ amount: 9.99, currency: 'USD' });
  await sender.verified({ id: message().id, providerMessageId: 'tg-1', channel: 'TELEGRAM', country: null, code: '1' });
  expect(await sender.balance()).toEqual({ amount: 9.99, currency: 'USD' });
  clock.advance(901);
  expect(await sender.balance()).toBeNull();
});
