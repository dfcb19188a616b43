import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describedProvider } from '../../../src/providers/described/described.provider.js';
import type { Description } from '../../../src/providers/described/description.js';
import { codeProviders } from '../../../src/providers/provider-list.js';
import { configured, openSender, PUBLIC_URL } from '../../support/delivery/described/described-by.js';
import { EXAMPLE_SETTINGS, example } from '../../support/delivery/described/example.js';
import { type ProviderStandIn, startProviderStandIn } from '../../support/delivery/described/stand-in.js';
import { ManualClock } from '../../support/manual-clock.js';
import { requestOtp, verifyOtp } from '../../support/operations/operations.js';
import { messagesTo } from '../../support/postgres/rows.js';
import { startService, type TestService } from '../../support/service.js';

/** People sign in through two providers that an operator described. One reports by our id, the other one by its own only. */

const addressed = example();

/** GET with everything in the query, and an id of its own. */
const unaddressed: Description = {
  ...example(),
  name: 'ncell2',
  balance: undefined,
  settings: {
    NCELL2_BASE_URL: { about: 'Another address.', kind: 'url', default: 'https://ncell2.example.com' },
    NCELL2_SIGN_KEY: { about: 'Signs reports.', secret: true },
  },
  countries: ['NP'],
  request: { method: 'GET', url: '{NCELL2_BASE_URL}/send', query: { to: '{to.national}', msg: '{text}' } },
  answer: { rules: [{ when: { text: 'OK' }, means: 'accepted' }], id: { after: 'ID=' } },
  reports: {
    method: 'GET',
    body: 'query',
    proof: [
      {
        kind: 'hmac',
        setting: 'NCELL2_SIGN_KEY',
        header: 'x-sign',
        algorithm: 'sha256',
        encoding: 'hex',
        signed: '{url}',
      },
    ],
    message: 'providerId',
    providerId: '/msgid',
    rules: [
      { when: { '/dlr': '1' }, means: 'delivered' },
      { when: { '/dlr': '2' }, means: 'invalid_number' },
    ],
  },
};

const clock = new ManualClock();
let standIn: ProviderStandIn;
let service: TestService;

beforeAll(async () => {
  standIn = await startProviderStandIn();
  const settings = {
    mytel: { ...EXAMPLE_SETTINGS, MYTEL_BASE_URL: standIn.url },
    ncell2: { NCELL2_BASE_URL: standIn.url, NCELL2_SIGN_KEY: 'sign-key' },
  };
  const senders = [
    await openSender(configured(addressed, settings.mytel), clock),
    await openSender(configured(unaddressed, settings.ncell2), clock),
  ];
  service = await startService({
    env: { ...settings.mytel, ...settings.ncell2, PUBLIC_URL, DELIVERY_ROUTES: 'SMS=mytel SMS:NP=ncell2' },
    providers: [...codeProviders, describedProvider(addressed), describedProvider(unaddressed)],
    senders,
    clock,
  });
});
beforeEach(() => standIn.answerWith({ status: 200, body: { status: 'queued', id: 'm-1' } }));
afterAll(async () => {
  await service.close();
  await standIn.close();
});

async function ask(phoneNumber: string) {
  await requestOtp(service, { phoneNumber });
  await service.background.outbox.drain();
  return standIn.requests.at(-1);
}

describe('a provider that reports by our id', () => {
  test('sends the code, tells that it arrived, and the person is signed in', async () => {
    const request = await ask('+14155550123');
    const { text, options } = JSON.parse(request?.body ?? '{}');
    const [row] = await messagesTo(service, '+14155550123');
    expect(row).toMatchObject({ status: 'sent', provider: 'mytel', providerMessageId: 'm-1' });

    const { search, origin } = new URL(options.callback);
    expect(origin).toBe(PUBLIC_URL);
    const report = (query: string, state: string) =>
      fetch(`${service.url}/webhooks/mytel${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/vnd.mytel+json' },
        body: JSON.stringify({ id: 'm-1', state }),
      });
    expect((await report(search.replace('secret=', 'secret=x'), 'failed')).status).toBe(403);
    expect((await report(search, 'delivered')).status).toBe(204);
    expect(await messagesTo(service, '+14155550123')).toMatchObject([{ status: 'delivered', provider: 'mytel' }]);
    expect((await fetch(`${service.url}/webhooks/mytel${search}`)).status).toBe(405);

    const otp = /^\d{6}/.exec(text)?.[0];
    expect(await verifyOtp(service, { phoneNumber: '+14155550123', otp })).toMatchObject({
      __typename: 'VerifyOtpSuccess',
    });
  });
});

describe('a provider that reports by its own id only', () => {
  /** As it reports: the signature covers the address as it was told. */
  function report(query: string, key = 'sign-key') {
    const path = `/webhooks/ncell2?${query}`;
    const sign = createHmac('sha256', key).update(`${PUBLIC_URL}${path}`).digest('hex');
    return fetch(`${service.url}${path}`, { headers: { 'x-sign': sign } });
  }

  test('tells of a lost message, and only who has the key can', async () => {
    standIn.answerWith({ status: 200, body: 'OK ID=np-77' });
    expect(await ask('+9779812345678')).toMatchObject({ method: 'GET', path: '/send', query: { to: '9812345678' } });
    expect(await messagesTo(service, '+9779812345678')).toMatchObject([{ status: 'sent', providerMessageId: 'np-77' }]);

    expect((await report('msgid=np-77&dlr=2', 'another-key')).status).toBe(403);
    expect(await messagesTo(service, '+9779812345678')).toMatchObject([{ status: 'sent' }]);
    expect((await report('msgid=np-78&dlr=2')).status).toBe(204);
    expect((await report('msgid=np-77&msgid=np-78&dlr=2')).status).toBe(400);
    expect(await messagesTo(service, '+9779812345678')).toMatchObject([{ status: 'sent' }]);
    expect((await report('msgid=np-77&dlr=2')).status).toBe(204);
    expect(await messagesTo(service, '+9779812345678')).toMatchObject([
      { status: 'failed', failure: 'invalid_number' },
    ]);
  });

  test('names no message of another provider', async () => {
    standIn.answerWith({ status: 200, body: { status: 'queued', id: 'np-90' } });
    await ask('+14155550124');
    expect((await report('msgid=np-90&dlr=1')).status).toBe(204);
    expect(await messagesTo(service, '+14155550124')).toMatchObject([{ status: 'sent', provider: 'mytel' }]);
  });
});
