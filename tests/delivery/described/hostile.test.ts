import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Description } from '../../../src/providers/described/description.js';
import { fillRequest } from '../../../src/providers/described/request.js';
import type { MessageSender, OutgoingMessage, SendOutcome } from '../../../src/providers/message-sender.js';
import { addressSetting, configured, openSender } from '../../support/delivery/described/described-by.js';
import { EXAMPLE_SETTINGS, example } from '../../support/delivery/described/example.js';
import { type ProviderStandIn, startProviderStandIn } from '../../support/delivery/described/stand-in.js';
import { MESSAGE_ID, textMessage } from '../../support/delivery/outgoing-message.js';
import { ManualClock } from '../../support/manual-clock.js';

/** Values that want to be more than values, answers that want to be believed, and secrets that want to be read. */

const clock = new ManualClock();
let standIn: ProviderStandIn;

beforeAll(async () => {
  standIn = await startProviderStandIn();
});
beforeEach(() => standIn.answerWith({ status: 200, body: { status: 'queued', id: 'm-1' } }));
afterAll(() => standIn.close());

function opened(description: Description = example(), settings: Record<string, string> = {}): Promise<MessageSender> {
  const env = { ...EXAMPLE_SETTINGS, ...settings, [addressSetting(description)]: standIn.url };
  return openSender(configured(description, env), clock);
}

async function outcomeOf(message: Partial<OutgoingMessage> = {}): Promise<SendOutcome> {
  const sender = await opened();
  const expiresAt = new Date(clock.now().getTime() + 600_000);
  return sender.send({ ...textMessage({ expiresAt }), ...message } as OutgoingMessage);
}

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const nasty = fc.constantFrom(
  '"',
  '\\',
  '&to=+1900',
  '\r\nX-Evil: 1',
  '</text><to>',
  '{to}',
  '{{',
  '%0d%0a',
  '../..',
  '\u0000',
  '\ud800',
  ']]>',
  "'",
);
const value = fc
  .tuple(anyText, nasty, anyText)
  .map((parts) => parts.join(''))
  .filter((text) => Buffer.from(text).toString() === text);

describe('a value', () => {
  const request = example().request;
  const values = (text: string) => (name: string) => (name === 'MYTEL_BASE_URL' ? 'https://api.example.com' : text);

  test('stays one member of JSON', () => {
    fc.assert(
      fc.property(value, (text) => {
        const body = fillRequest(
          { ...request, headers: {}, authorization: undefined, json: { a: '{text}', b: ['x{text}'] } },
          values(text),
        )?.body;
        expect(JSON.parse(body ?? '')).toEqual({ a: text, b: [`x${text}`] });
      }),
    );
  });

  test('stays one field of a form and one of the query', () => {
    fc.assert(
      fc.property(value, (text) => {
        const { method, url } = request;
        const filled = fillRequest(
          { method, url, form: { a: '{text}', b: '1' }, query: { c: '{text}' } },
          values(text),
        );
        expect([...new URLSearchParams(filled?.body)]).toEqual([
          ['a', text],
          ['b', '1'],
        ]);
        expect([...(filled?.url.searchParams ?? [])]).toEqual([['c', text]]);
      }),
    );
  });

  test('stays one step of the path, of the host that the description names', () => {
    fc.assert(
      fc.property(value, (text) => {
        const filled = fillRequest({ method: 'POST', url: 'https://api.example.com/v1/{id}/send' }, values(text));
        expect(filled?.url.origin).toBe('https://api.example.com');
        expect(filled?.url.pathname.split('/')).toHaveLength(4);
        expect(filled?.url.search).toBe('');
      }),
    );
  });

  test('stays text in XML', () => {
    fc.assert(
      fc.property(value, (text) => {
        const body =
          fillRequest({ method: 'POST', url: '{MYTEL_BASE_URL}', xml: '<a b="{text}">{text}</a>' }, values(text))
            ?.body ?? '';
        expect(body.match(/[<>]/g)).toHaveLength(4);
        expect(body.match(/"/g)).toHaveLength(2);
        expect(body).not.toMatch(/&(?!(amp|lt|gt|quot|apos);)/);
      }),
    );
  });

  test.each(['a\r\nX-Evil: 1', 'a\nb', 'a\u0000', 'é'])('that no header can hold is sent in none: %j', (text) => {
    expect(
      fillRequest({ method: 'POST', url: '{MYTEL_BASE_URL}', headers: { 'X-Value': '{text}' } }, values(text)),
    ).toBeNull();
  });

  test('that has braces is not filled again', async () => {
    await outcomeOf({ text: '123456 {MYTEL_KEY} {{to}}' });
    expect(JSON.parse(standIn.requests.at(-1)?.body ?? '')).toMatchObject({ text: '123456 {MYTEL_KEY} {{to}}' });
  });
});

test('a message is sent with what it needs, and without what is absent', async () => {
  const text = '123456 कोड';
  expect(await outcomeOf({ text, locale: 'ne' })).toEqual({ kind: 'accepted', providerMessageId: 'm-1' });
  expect(standIn.requests.at(-1)).toMatchObject({
    method: 'POST',
    path: '/v1/NP/messages',
    query: { lang: 'ne' },
    headers: {
      authorization: 'Bearer key-of-the-test',
      'idempotency-key': MESSAGE_ID,
      'content-type': 'application/json',
    },
  });
  expect(JSON.parse(standIn.requests.at(-1)?.body ?? '')).toEqual({
    to: '+9779800000000',
    from: 'InfoSMS',
    text,
    ttl: 600,
    alphabet: 8,
    options: {
      callback: `https://accounts.example.com/webhooks/mytel?message=${MESSAGE_ID}&secret=secret-of-the-test`,
    },
  });
  const withoutReports = example();
  delete withoutReports.reports;
  withoutReports.request.json = { to: '{to}', text: '{text}', sender: { id: '{MYTEL_SENDER}' } };
  const sender = await opened(withoutReports, { MYTEL_SENDER: '' });
  await sender.send(textMessage());
  expect(JSON.parse(standIn.requests.at(-1)?.body ?? '')).toEqual({
    to: '+9779800000000',
    text: '123456 is your code.',
  });
});

describe('a template by purpose and language', () => {
  const byTemplate = (): Description => {
    const description = example();
    description.settings = { ...description.settings, MYTEL_TEMPLATES: { about: 'x', required: true, by: 'purpose' } };
    description.request.json = {
      to: '{to}',
      template: '{MYTEL_TEMPLATES}',
      otp: '{code}',
      from: '{MYTEL_SENDER}',
      url: '{reportUrl}',
    };
    return description;
  };
  const MYTEL_TEMPLATES = 'code=T1,hi=T2,reset_password=T3,reset_password.hi=T4,phone_changed=N1';

  test.each<[string, Partial<OutgoingMessage>, string]>([
    ['a code', {}, 'T1'],
    ['a code in Hindi', { locale: 'hi' }, 'T2'],
    ['a code for a new password', { use: 'RESET_PASSWORD' }, 'T3'],
    ['the same in Hindi', { use: 'RESET_PASSWORD', locale: 'hi' }, 'T4'],
    ['a code for a new number', { use: 'CHANGE_PHONE', locale: 'hi' }, 'T2'],
    ['a notice', { notice: 'phone_changed', locale: 'hi' }, 'N1'],
  ])('%s', async (_what, message, template) => {
    const sender = await opened(byTemplate(), { MYTEL_TEMPLATES });
    await sender.send({ ...textMessage(), ...message } as OutgoingMessage);
    expect(JSON.parse(standIn.requests.at(-1)?.body ?? '')).toMatchObject({ template, otp: '123456' });
  });

  test.each<[string, Partial<OutgoingMessage>, string]>([
    ['a notice without a template', { notice: 'account_locked' }, 'NO_VALUE'],
    ['a notice without a code', { notice: 'phone_changed', code: null }, 'NO_CODE'],
  ])('%s is not sent', async (_what, message, providerCode) => {
    const sender = await opened(byTemplate(), { MYTEL_TEMPLATES });
    const before = standIn.requests.length;
    const outcome = await sender.send({ ...textMessage(), ...message } as OutgoingMessage);
    expect(outcome).toEqual({ kind: 'failed', reason: 'rejected', providerCode });
    expect(standIn.requests).toHaveLength(before);
  });

  test('for no code is missing from the start', () => {
    expect(() => configured(byTemplate(), { ...EXAMPLE_SETTINGS, MYTEL_TEMPLATES: 'phone_changed=N1' })).toThrow(
      'MYTEL_TEMPLATES has nothing for all others.',
    );
    expect(() => configured(byTemplate(), { ...EXAMPLE_SETTINGS, MYTEL_TEMPLATES: 'code=A,password=B' })).toThrow(
      'MYTEL_TEMPLATES cannot be read.',
    );
  });
});

describe('an answer that no rule is about', () => {
  test.each<[string, number, unknown, object]>([
    [
      'a success in other words: the text may be on its way, and is not sent again',
      200,
      { done: 1 },
      { kind: 'accepted', providerMessageId: null },
    ],
    [
      'a success that speaks of an error',
      200,
      { error: 'no credit' },
      { kind: 'failed', reason: 'rejected', providerCode: 'HTTP_200' },
    ],
    [
      'a web page of somebody between',
      200,
      '<html><body>Sign in</body></html>',
      { kind: 'failed', reason: 'provider_unavailable', providerCode: 'HTTP_200' },
    ],
    ['a redirect', 307, '', { kind: 'failed', reason: 'provider_unavailable', providerCode: 'HTTP_307' }],
    [
      'a refusal',
      422,
      'Sorry',
      { kind: 'failed', reason: 'rejected', providerCode: 'HTTP_422', providerMessage: 'Sorry' },
    ],
    ['a wrong path', 404, '', { kind: 'failed', reason: 'bad_credentials', providerCode: 'HTTP_404' }],
    [
      'too many requests',
      429,
      '',
      { kind: 'failed', reason: 'slow_down', providerCode: 'HTTP_429', retryAfterSeconds: 9 },
    ],
  ])('%s', async (_what, status, body, outcome) => {
    const headers: Record<string, string> = {
      'retry-after': '9',
      ...(status === 307 && { location: `${standIn.url}/other` }),
    };
    const before = standIn.requests.length;
    standIn.answerWith({ status, body, headers });
    const found = await outcomeOf();
    expect(found).toMatchObject(outcome);
    expect(standIn.requests).toHaveLength(before + 1);
  });

  test('is read as far as an answer may go', async () => {
    standIn.answerWith({ status: 200, body: `{"status":"queued","x":"${'x'.repeat(70_000)}"}` });
    expect(await outcomeOf()).toEqual({ kind: 'accepted', providerMessageId: null });
  });
});

describe('a provider that repeats what it was sent', () => {
  const echo = { code: '123456', message: 'Bad key key-of-the-test for +9779800000000, text 123456 is your code' };

  test('has neither secret, code nor number in the outcome', async () => {
    standIn.answerWith({ status: 401, body: { error: echo } });
    const outcome = await outcomeOf();
    expect(outcome).toMatchObject({ reason: 'bad_credentials', providerCode: 'HTTP_401' });
    expect(JSON.stringify(outcome)).not.toMatch(/key-of-the-test|123456|98000/);
    standIn.answerWith({ status: 200, body: { status: 'queued', id: 'id-123456' } });
    expect(await outcomeOf()).toEqual({ kind: 'accepted', providerMessageId: null });
    standIn.answerWith({ status: 200, body: { status: 'queued', id: '9779800000000-1' } });
    expect(await outcomeOf()).toEqual({ kind: 'accepted', providerMessageId: null });
    standIn.answerWith({ status: 400, body: { error: { code: '09800000000' } } });
    expect(await outcomeOf()).toMatchObject({ providerCode: 'HTTP_400' });
  });

  test('and neither has a sender or provider that is printed', async () => {
    const provider = configured(example(), { ...EXAMPLE_SETTINGS, MYTEL_BASE_URL: standIn.url });
    const sender = await openSender(provider, clock);
    const printed = inspect([provider, sender], { depth: 9, showHidden: true }) + JSON.stringify([provider, sender]);
    expect(printed).not.toMatch(/key-of-the-test|secret-of-the-test/);
  });

  test('or reads members that every object has', async () => {
    const description = example();
    description.answer.id = '/constructor/name';
    description.answer.rules[0] = { when: { '/toString': { exists: true } }, means: 'bad_credentials' };
    description.answer.rules.push({ when: { status: 200 }, means: 'accepted' });
    const sender = await opened(description);
    expect(await sender.send(textMessage())).toEqual({ kind: 'accepted', providerMessageId: null });
  });
});
