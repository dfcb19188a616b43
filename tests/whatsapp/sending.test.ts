import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { messageIdOf } from '../../src/providers/whatsapp/message-id.js';
import { templateLanguage } from '../../src/providers/whatsapp/template-language.js';
import { type WhatsAppParts, WhatsAppSender } from '../../src/providers/whatsapp/whatsapp.sender.js';
import { textMessage } from '../support/delivery/outgoing-message.js';
import { ManualClock } from '../support/manual-clock.js';
import {
  startWhatsAppStandIn,
  wamidOf,
  type WhatsAppAnswer,
  type WhatsAppStandIn,
} from '../support/whatsapp/whatsapp-stand-in.js';

/** What the service asks of the Cloud API, and what it makes of each answer. */

const account = {
  accessToken: 'EAAJB-the-access-token',
  phoneNumberId: '106540352242922',
  template: 'sign_in_code',
  languages: ['en_US', 'es_MX', 'pt_BR', 'hi'],
};
const to = '+9779800000000';

let whatsApp: WhatsAppStandIn;
let clock: ManualClock;
let sender: WhatsAppSender;
beforeEach(async () => {
  whatsApp = await startWhatsAppStandIn(account);
  clock = new ManualClock();
  sender = open();
});
afterEach(() => whatsApp.close());

function open({
  languages = account.languages,
  ...overrides
}: Partial<WhatsAppParts> & { languages?: readonly string[] } = {}) {
  const { accessToken, phoneNumberId, template: name } = account;
  const config = { accessToken, phoneNumberId, template: { name, languages }, reports: null };
  return new WhatsAppSender({ ...config, apiUrl: `${whatsApp.url}/v25.0`, clock, timeoutMs: 2_000, ...overrides });
}

const message = (given: Parameters<typeof textMessage>[0] = {}) => textMessage({ channel: 'WHATSAPP', ...given });
const failed = (reason: string, providerCode: string | null) => ({ kind: 'failed', reason, providerCode });
const languages = () => whatsApp.requests.map(({ body }) => body.template.language.code);

describe('a code by WhatsApp', () => {
  test('is in the text and in the button of the template, and names the message', async () => {
    expect(await sender.send(message())).toEqual({ kind: 'accepted', providerMessageId: '9A3CA5B3D4CD6E6700' });
    const parameters = [{ type: 'text', text: '123456' }];
    expect(whatsApp.requests).toEqual([
      {
        path: '/v25.0/106540352242922/messages',
        authorization: 'Bearer EAAJB-the-access-token',
        body: {
          messaging_product: 'whatsapp',
          recipient_type: 'individual',
          to,
          type: 'template',
          template: {
            name: 'sign_in_code',
            language: { code: 'en_US' },
            components: [
              { type: 'body', parameters },
              { type: 'button', sub_type: 'url', index: '0', parameters },
            ],
          },
          biz_opaque_callback_data: message().id,
        },
      },
    ]);
  });

  test.each([
    ['en', 'en_US'],
    ['es', 'es_MX'],
    ['hi', 'hi'],
    ['ne', 'en_US'],
    ['id', 'en_US'],
  ] as const)('in %s comes in the language %s of the template', async (locale, language) => {
    await sender.send(message({ locale }));
    expect(whatsApp.messages).toMatchObject([{ language, code: '123456' }]);
  });

  test.each([
    ['pt', ['en', 'pt_PT', 'pt_BR'], 'pt_PT'],
    ['pt', ['en', 'pt_PT', 'pt'], 'pt'],
    ['zh-Hans', ['en', 'zh_HK', 'zh_CN'], 'zh_CN'],
    ['zh-Hant', ['en', 'zh_CN', 'zh_HK'], 'zh_HK'],
    ['zh-Hant', ['en', 'zh_HK', 'zh_TW'], 'zh_TW'],
    ['zh-Hant', ['en', 'zh_CN'], 'en'],
    ['fil', ['en', 'fi', 'fil'], 'fil'],
    ['fi', ['en', 'fil'], 'en'],
    ['uk', ['ru'], 'ru'],
  ])('in %s takes of %j the language %s', (locale, list, language) => {
    expect(templateLanguage(locale, list)).toBe(language);
  });

  test('that Meta has not approved in a language comes in the first one, and is not tried again for ten minutes', async () => {
    const hopeful = open({ languages: [...account.languages, 'sw'] });
    expect(await hopeful.send(message({ locale: 'sw' }))).toMatchObject({ kind: 'accepted' });
    expect(await hopeful.send(message({ locale: 'sw' }))).toMatchObject({ kind: 'accepted' });
    expect(languages()).toEqual(['sw', 'en_US', 'en_US']);
    clock.advance(600);
    await hopeful.send(message({ locale: 'sw' }));
    expect(languages()).toEqual(['sw', 'en_US', 'en_US', 'sw', 'en_US']);
    expect(whatsApp.messages.map(({ language }) => language)).toEqual(['en_US', 'en_US', 'en_US']);
  });

  test.each([132015, 132016])('whose template is stopped in the first language (%i) is rejected', async (code) => {
    whatsApp.answerNext({ kind: 'error', code });
    expect(await sender.send(message())).toMatchObject(failed('rejected', String(code)));
    expect(whatsApp.requests).toHaveLength(1);
  });

  test.each([
    ['a notice without a code', message({ code: null, notice: 'password_changed' })],
    ['a notice with a long code', message({ code: 'a1b2c3d4e5f6a7b8' })],
    ['a text', textMessage()],
  ])('is the only thing that it sends: %s is refused without a request', async (_name, other) => {
    expect(await sender.send(other)).toEqual(failed('rejected', null));
    expect(whatsApp.requests).toEqual([]);
  });

  test('leaves neither token nor code in what is printed', async () => {
    await sender.send(message());
    expect(inspect(sender, { depth: 9, showHidden: true })).not.toMatch(/the-access-token|123456/);
  });
});

describe('the id that is kept', () => {
  test('has nothing of the number, which the id of WhatsApp holds', () => {
    const wamid = wamidOf('+16505076520', '9A3CA5B3D4CD6E67E7');
    // The example of the documents.
    expect(wamid).toBe('wamid.HBgLMTY1MDUwNzY1MjAVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA');
    expect(messageIdOf(wamid)).toBe('9A3CA5B3D4CD6E67E7');
  });

  test('of another form is a hash, and of what is no id there is none', () => {
    const odd = `wamid.${Buffer.from('16505076520 in another way').toString('base64')}`;
    expect(messageIdOf(odd)).toMatch(/^[\da-f]{32}$/);
    for (const none of ['', 'SM123', 'wamid.', 'wamid. 1 2 3 4 5 6 7', 7, null]) expect(messageIdOf(none)).toBeNull();
  });
});

describe('a refusal by Meta', () => {
  test.each([
    [0, 401, 'bad_credentials'],
    [10, 403, 'bad_credentials'],
    [190, 401, 'bad_credentials'],
    [200, 403, 'bad_credentials'],
    [299, 403, 'bad_credentials'],
    [368, 403, 'bad_credentials'],
    [131031, 403, 'bad_credentials'],
    [131042, 400, 'bad_credentials'],
    [4, 400, 'slow_down'],
    [80007, 400, 'slow_down'],
    [130429, 400, 'slow_down'],
    [131048, 400, 'slow_down'],
    [131056, 400, 'slow_down'],
    [2, 503, 'provider_unavailable'],
    [131016, 500, 'provider_unavailable'],
    [131026, 400, 'not_on_channel'],
    [131050, 400, 'opted_out'],
    [130497, 403, 'country_not_enabled'],
    [131049, 400, 'rejected'],
    [100, 400, 'rejected'],
    [132000, 400, 'rejected'],
    [999_999, 400, 'rejected'],
    [999_999, 500, 'provider_unavailable'],
  ])('with the error %i (HTTP %i) means %s', async (code, status, reason) => {
    whatsApp.answerNext({ kind: 'error', code, status });
    expect(await sender.send(message())).toEqual({
      ...failed(reason, String(code)),
      providerMessage: 'Something about it.',
    });
  });

  test('is kept without numbers and codes', async () => {
    whatsApp.answerNext({ kind: 'error', code: 131009, details: 'Parameter 123456 of +977 980 0000000 is not valid' });
    expect(await sender.send(message())).toMatchObject({ providerMessage: 'Parameter … of +… is not valid' });
  });

  test.each<[string, WhatsAppAnswer, string, string | null]>([
    ['a page', { kind: 'http', status: 200, body: '<html>' }, 'provider_unavailable', 'HTTP_200'],
    [
      'a success without an id',
      { kind: 'http', status: 200, body: '{"messages":[]}' },
      'provider_unavailable',
      'HTTP_200',
    ],
    ['a server that fails', { kind: 'http', status: 502, body: 'bad gateway' }, 'provider_unavailable', 'HTTP_502'],
    ['another address', { kind: 'http', status: 404, body: 'Not found' }, 'bad_credentials', 'HTTP_404'],
    ['a redirect', { kind: 'http', status: 302, headers: { location: '/' } }, 'provider_unavailable', 'HTTP_302'],
    ['no answer', { kind: 'close' }, 'provider_unavailable', 'ECONNRESET'],
    ['an answer that never comes', { kind: 'hang' }, 'timeout', null],
  ])('is none, where there is %s', async (_name, answer, reason, providerCode) => {
    whatsApp.answerNext(answer);
    expect(await open({ timeoutMs: 1_000 }).send(message())).toEqual(failed(reason, providerCode));
  });

  test('with an error that is the code of the message is kept without it', async () => {
    whatsApp.answerNext({ kind: 'error', code: 123456 });
    expect(await sender.send(message())).toMatchObject(failed('rejected', null));
  });

  test('that says how long to wait is waited for', async () => {
    whatsApp.answerNext({ kind: 'http', status: 429, headers: { 'retry-after': '9' } });
    expect(await sender.send(message())).toEqual({ ...failed('slow_down', 'HTTP_429'), retryAfterSeconds: 9 });
  });
});
