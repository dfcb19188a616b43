import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Locale, pluralForms } from '../../src/texts/locale.js';
import type { SendFailure } from '../../src/providers/message-sender.js';
import { createTwilioSender, type TwilioSettings } from '../../src/providers/twilio/twilio.sender.js';
import { MESSAGE_ID, voiceMessage } from '../support/delivery/outgoing-message.js';
import { startTwilioStandIn, type TwilioAnswer, type TwilioStandIn } from '../support/twilio/twilio-stand-in.js';

const account = { accountSid: `AC${'0123456789abcdef'.repeat(2)}`, authToken: 'the-auth-token' };
const from = '+15005550006';
const to = '+9779800000000';
const englishSpeech = { introduction: 'Your Acme code is:', repetition: 'Once more:' };

let twilio: TwilioStandIn;
beforeEach(async () => {
  twilio = await startTwilioStandIn(account);
});
afterEach(() => twilio.close());

function sender(overrides: Partial<TwilioSettings> = {}) {
  const ways = { from: null, call: { from } };
  return createTwilioSender({ ...account, ...ways, baseUrl: twilio.url, timeoutMs: 2_000, ...overrides });
}

async function call(message = voiceMessage(), overrides: Partial<TwilioSettings> = {}) {
  return (await sender(overrides)).send(message);
}

/** What the listener hears, in order: words, and silences in seconds. */
function heard(twiml: string): (string | number)[] {
  const verbs = twiml.matchAll(/<Say[^>]*>([^<]*)<\/Say>|<Pause length="(\d+)"\/>/g);
  return [...verbs].map(([, words, seconds]) => (seconds === undefined ? (words ?? '') : Number(seconds)));
}

/** The last call, as TwiML. */
function twiml(): string {
  return twilio.calls.at(-1)?.twiml ?? '';
}

function failed(reason: SendFailure, providerCode: string | null) {
  return { kind: 'failed', reason, providerCode };
}

describe('somebody who is called', () => {
  test('hears the digits one by one, with time to write each down, and all of it again', async () => {
    const outcome = await call(voiceMessage({ code: '042069' }));
    expect(twilio.calls).toMatchObject([{ to, from }]);
    expect(outcome).toEqual({ kind: 'accepted', providerMessageId: twilio.calls[0]?.sid });
    const digits = ['0', 1, '4', 1, '2', 1, '0', 1, '6', 1, '9'];
    expect(heard(twiml())).toEqual([1, 'Your Acme code is:', ...digits, 2, 'Once more:', ...digits]);
  });

  test('is rung for half a minute, talked to for a minute at most, and not recorded', async () => {
    await call();
    const { form } = twilio.requests[0] ?? {};
    expect(Object.fromEntries(form ?? [])).toEqual({
      To: to,
      From: from,
      Timeout: '30',
      TimeLimit: '60',
      Twiml: twiml(),
    });
  });

  test('hears a service whose name means something in XML, and none of its marks of direction', async () => {
    const introduction = 'Your \u2068<Say>&"Tom\u0000\u2069 code is:';
    await call(voiceMessage({ speech: { introduction, repetition: 'Once more:' } }));
    expect(twiml()).toContain('>Your &lt;Say&gt;&amp;"Tom code is:</Say>');
    expect(heard(twiml())).toHaveLength(26);
  });

  const withVoice: readonly (readonly [Locale, string])[] = [
    ['am', 'am-ET'],
    ['ar', 'ar-XA'],
    ['bn', 'bn-IN'],
    ['de', 'de-DE'],
    ['en', 'en-US'],
    ['es', 'es-US'],
    ['fil', 'fil-PH'],
    ['fr', 'fr-FR'],
    ['hi', 'hi-IN'],
    ['id', 'id-ID'],
    ['it', 'it-IT'],
    ['ja', 'ja-JP'],
    ['ko', 'ko-KR'],
    ['mr', 'mr-IN'],
    ['nl', 'nl-NL'],
    ['pl', 'pl-PL'],
    ['pt', 'pt-BR'],
    ['ru', 'ru-RU'],
    ['ta', 'ta-IN'],
    ['te', 'te-IN'],
    ['th', 'th-TH'],
    ['tr', 'tr-TR'],
    ['uk', 'uk-UA'],
    ['vi', 'vi-VN'],
    ['zh-Hans', 'cmn-CN'],
    ['zh-Hant', 'cmn-TW'],
  ];
  const speech = { introduction: 'इंट्रो', repetition: 'पुनः' };

  test.each(withVoice)('in %s is spoken to by a voice of that language', async (locale, language) => {
    await call(voiceMessage({ locale, speech }));
    const voices = new Set([...twiml().matchAll(/<Say language="([^"]*)" voice="([^"]*)">/g)].map((match) => match[0]));
    expect([...voices]).toEqual([
      expect.stringContaining(`language="${language}" voice="Google.${language}-Standard-`),
    ]);
    expect(heard(twiml())[1]).toBe(speech.introduction);
  });

  const withoutVoice = (Object.keys(pluralForms) as Locale[]).filter((each) => !withVoice.some(([l]) => l === each));

  test.each(withoutVoice)('in %s, which no voice can read, is spoken to in English', async (locale) => {
    await call(voiceMessage({ locale, speech, englishSpeech }));
    expect(twiml()).not.toMatch(/language="(?!en-US)/);
    expect(heard(twiml()).filter((words) => typeof words === 'string' && words.length > 1)).toEqual([
      englishSpeech.introduction,
      englishSpeech.repetition,
    ]);
  });

  test('the languages without a voice are four', () => {
    expect(withoutVoice.sort()).toEqual(['fa', 'ne', 'sw', 'ur']);
  });
});

describe('what becomes of a call', () => {
  test('is reported where the row is named, once, at its end', async () => {
    await call(voiceMessage(), { statusUrl: (id) => `https://accounts.example.com/webhooks/twilio?message=${id}` });
    const { form } = twilio.requests[0] ?? {};
    expect(form?.get('StatusCallback')).toBe(`https://accounts.example.com/webhooks/twilio?message=${MESSAGE_ID}`);
    expect(form?.getAll('StatusCallbackEvent')).toEqual(['completed']);
  });

  test('C1: the code is in no address, neither of the request nor of a report', async () => {
    const message = voiceMessage({ code: '042069' });
    await call(message, { statusUrl: (id) => `https://accounts.example.com/webhooks/twilio?message=${id}` });
    const { path, form } = twilio.requests[0] ?? {};
    const others = [...(form ?? [])].filter(([name]) => name !== 'Twiml');
    expect(JSON.stringify([path, others])).not.toContain('042069');
    expect(form?.has('Url')).toBe(false);
  });
});

describe('must-show 2: a Twilio that misbehaves when it should call', () => {
  const answers: readonly [name: string, answer: TwilioAnswer, reason: SendFailure, code: string | null][] = [
    ['answers 5 seconds late', { kind: 'accept', delayMs: 5_000 }, 'timeout', null],
    ['never answers', { kind: 'hang' }, 'timeout', null],
    ['trickles', { kind: 'trickle' }, 'timeout', null],
    ['500', { kind: 'error', code: 20500, status: 500 }, 'provider_unavailable', '20500'],
    ['429', { kind: 'error', code: 20429, status: 429 }, 'slow_down', '20429'],
    ['too many calls at once', { kind: 'error', code: 10004, status: 429 }, 'slow_down', '10004'],
    ['400', { kind: 'error', code: 21219 }, 'rejected', '21219'],
    ['a country that is not enabled', { kind: 'error', code: 21215 }, 'country_not_enabled', '21215'],
    ['a number that cannot be', { kind: 'error', code: 21211 }, 'invalid_number', '21211'],
    ['an account that is closed', { kind: 'error', code: 10001, status: 403 }, 'bad_credentials', '10001'],
    ['garbage', { kind: 'http', status: 201, body: '<html>' }, 'provider_unavailable', null],
    ['an answer without a call', { kind: 'http', status: 201, body: '{"sid":"1"}' }, 'provider_unavailable', null],
    ['closed', { kind: 'close' }, 'provider_unavailable', 'ECONNRESET'],
    ['cut off', { kind: 'truncate' }, 'provider_unavailable', 'HTTP_201'],
  ];
  test.each(answers)('%s: the outcome is told, after one request', async (_name, answer, reason, code) => {
    twilio.answerNext(answer);
    // On a busy machine, a request takes a moment to get there.
    const timeoutMs = reason === 'timeout' ? 1_000 : 10_000;
    expect(await call(voiceMessage(), { timeoutMs })).toMatchObject(failed(reason, code));
    expect(twilio.requests).toHaveLength(1);
  });

  test('a 429 that tells how long to wait', async () => {
    twilio.answerNext({ kind: 'error', code: 20429, status: 429, retryAfter: 9 });
    expect(await call()).toMatchObject({ ...failed('slow_down', '20429'), retryAfterSeconds: 9 });
  });
});

describe('C1: the credentials, the digits, what is said and the number', () => {
  const basic = Buffer.from(`${account.accountSid}:${account.authToken}`).toString('base64');

  test.each<TwilioAnswer>([
    { kind: 'accept' },
    { kind: 'hang' },
    { kind: 'close' },
    { kind: 'error', code: 21211, message: `Invalid 'To' Phone Number: ${to}` },
    { kind: 'http', status: 201, body: '<Say>1</Say>' },
  ])('are neither in an outcome nor on the terminal nor in a sender that is logged: $kind', async (answer) => {
    const printed = [vi.spyOn(console, 'log'), vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
    twilio.answerNext(answer);
    const one = await sender({ timeoutMs: 1_000 });
    const outcome = await one.send(voiceMessage({ earlier: { since: new Date() } }));
    const seen = [outcome, one, ...printed.map((spy) => spy.mock.calls)];
    vi.restoreAllMocks();
    const shown = seen.map((each) => inspect(each, { depth: 9, showHidden: true })).join();
    for (const secret of [account.authToken, basic, '123456', '1</Say>', 'Acme code', to]) {
      expect(shown).not.toContain(secret);
    }
  });
});

describe('a call that is tried again', () => {
  const earlier = { since: new Date() };

  test.each(['hang', 'close', 'error'] as const)(
    'after Twilio took it and the answer got lost (%s): the phone rings once',
    async (answer) => {
      twilio.answerNext({ kind: 'lose', answer });
      expect(await call(voiceMessage(), { timeoutMs: 1_000 })).toMatchObject({ kind: 'failed' });
      const again = await call(voiceMessage({ earlier }));
      expect(again).toEqual({ kind: 'accepted', providerMessageId: twilio.calls[0]?.sid });
      expect(twilio.calls).toHaveLength(1);
    },
  );

  test('and was never taken is made', async () => {
    twilio.answerNext({ kind: 'close' });
    await call();
    expect(await call(voiceMessage({ earlier }))).toMatchObject({ kind: 'accepted' });
    expect(twilio.calls).toHaveLength(1);
  });

  test.each([
    ['to somebody else', voiceMessage({ to: '+9779800000001' }), from, 0],
    ['by another number of the account', voiceMessage(), '+15005550007', 0],
    ['of a minute before', voiceMessage(), from, 60_000],
  ])('is not mistaken for one %s', async (_name, other, caller, later) => {
    await call(other, { call: { from: caller } });
    const since = new Date(earlier.since.getTime() + later);
    expect(await call(voiceMessage({ earlier: { since } }))).toMatchObject({ kind: 'accepted' });
    expect(twilio.calls).toHaveLength(2);
  });

  test('is not made while nobody can tell whether it was', async () => {
    twilio.answerNextLookUp({ kind: 'error', code: 20500, status: 500 });
    expect(await call(voiceMessage({ earlier }))).toMatchObject(failed('provider_unavailable', '20500'));
    expect(twilio.calls).toEqual([]);
  });
});

test('a call where no caller is configured fails for good and asks nobody', async () => {
  expect(await call(voiceMessage(), { call: null })).toMatchObject(failed('rejected', null));
  expect(twilio.requests).toEqual([]);
});
