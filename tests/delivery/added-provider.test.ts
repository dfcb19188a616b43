import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Config, readConfig } from '../../src/config/config.js';
import { settings } from '../../src/config/settings.js';
import { pattern, setting } from '../../src/platform/setting.js';
import type { OutgoingMessage } from '../../src/providers/message-sender.js';
import { openSenders } from '../../src/providers/open-providers.js';
import { defineProvider } from '../../src/providers/provider.js';
import { codeProviders } from '../../src/providers/provider-list.js';
import { ManualClock } from '../support/manual-clock.js';
import { otpDelivery, requestOtpAndFollow, verifyOtp } from '../support/operations/operations.js';
import { messagesTo } from '../support/postgres/rows.js';
import { startService, type TestService } from '../support/service.js';

/** A developer adds a provider: one definition and one line in the list, here a list of the test's own. */

const carried: { readonly loft: string; readonly message: OutgoingMessage }[] = [];

const pigeonProvider = defineProvider({
  name: 'pigeon',
  channels: ['SMS'],
  settings: {
    PIGEON_LOFT: setting(pattern(/^[a-z]+$/, 'must be a name in small letters'), '(none)', 'Where pigeons start.'),
  },
  advice: { badCredentials: 'Feed the pigeons.', byCode: { HAWK: 'Wait until the hawk is gone.' } },
  read({ PIGEON_LOFT: loft }, { production, complain, warn }) {
    if (!loft) complain('PIGEON_LOFT is required where pigeon sends.');
    if (production) warn('Pigeons are slow.');
    return { loft: loft ?? '' };
  },
  openSender: async ({ loft }) => ({
    provider: 'pigeon',
    async send(message) {
      carried.push({ loft, message });
      return { kind: 'accepted', providerMessageId: `ring-${carried.length}` };
    },
  }),
  openReceiver: async (_config, { reports }) => ({
    path: '/webhooks/pigeon',
    contentType: 'text/plain',
    async receive({ body: messageId }) {
      await reports.report({ messageId, provider: 'pigeon', providerMessageId: null, state: 'delivered' });
      return 204;
    },
  }),
});
const providers = [...codeProviders, pigeonProvider];
const namesForTexts = providers.filter((each) => each.channels.includes('SMS')).map(({ name }) => name);
const ENV = { SMS_PROVIDER: 'pigeon', PIGEON_LOFT: 'patan' };

function read(env: Record<string, string>): Config {
  const reading = readConfig(env, providers);
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  return reading.config;
}

function problems(env: Record<string, string>): readonly string[] {
  const reading = readConfig(env, providers);
  return reading.kind === 'problems' ? reading.problems : [];
}

describe('a person who signs in through a provider that was added', () => {
  let service: TestService;

  beforeAll(async () => {
    const clock = new ManualClock();
    const parts = {
      clock,
      output: new PassThrough(),
      publicUrl: null,
      production: false,
      stops: [],
    };
    const senders = await openSenders(read(ENV).delivery.providers, parts);
    service = await startService({ env: ENV, providers, senders: [...senders.values()], clock });
  });
  afterAll(() => service.close());

  test('gets the code, sees that it was sent, and types it', async () => {
    const { requestToken } = await requestOtpAndFollow(service, { phoneNumber: '+9779812345678' });
    await service.background.outbox.drain();
    const [{ loft, message } = { loft: '', message: null }] = carried;
    expect(loft).toBe('patan');
    expect(message).toMatchObject({ to: '+9779812345678', channel: 'SMS', text: expect.stringMatching(/^\d{6} is/) });

    const report = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: message?.id ?? '' };
    expect((await fetch(`${service.url}/webhooks/pigeon`, report)).status).toBe(204);
    expect(await messagesTo(service, '+9779812345678')).toMatchObject([{ status: 'delivered', provider: 'pigeon' }]);
    // What a report says is for devices that the account knows.
    expect(await otpDelivery(service, requestToken)).toMatchObject({ status: 'SENT' });

    const signedIn = await verifyOtp(service, { phoneNumber: '+9779812345678', otp: message?.code });
    expect(signedIn).toMatchObject({ __typename: 'VerifyOtpSuccess', newMember: true });
  });
});

describe('an operator who chooses a provider that was added', () => {
  test('is told what it needs, together with everything else', () => {
    expect(problems({ SMS_PROVIDER: 'pigeon', PORT: 'none' })).toEqual([
      'PORT must be a whole number from 1 to 65535.',
      'PIGEON_LOFT is required where pigeon sends.',
    ]);
    expect(problems({ PIGEON_LOFT: 'Patan 1' })).toEqual(['PIGEON_LOFT must be a name in small letters.']);
  });

  test('may name it in routes, for the channels that it has', () => {
    const { routes } = read({ DELIVERY_ROUTES: 'SMS:NP=pigeon', PIGEON_LOFT: 'patan' }).delivery;
    expect(routes.providersOf({ channel: 'SMS', country: 'NP' })).toEqual(['pigeon']);
    expect(problems({ DELIVERY_ROUTES: 'EMAIL=pigeon' })).toEqual([
      'DELIVERY_ROUTES has "EMAIL=pigeon". Providers for EMAIL, each once: console, webhook, smtp.',
    ]);
  });

  test('is offered it where a choice is to be made', () => {
    expect(problems({ SMS_PROVIDER: 'carrier' })).toEqual([
      `SMS_PROVIDER must be one of: ${namesForTexts.join(', ')}.`,
    ]);
    const production = {
      NODE_ENV: 'production',
      APP_SECRET: 'k8N2vQx7Lr5TzW1yB4cD9fGh3JmP6sAe',
      PUBLIC_URL: 'https://accounts.example.com',
      DATABASE_URL: 'bundled',
      REGISTRATION_FIELDS: 'none',
    };
    expect(problems(production)).toEqual([
      `SMS_PROVIDER must be set to ${namesForTexts.slice(1, -1).join(', ')}, or pigeon in production: console sends no codes to phones.`,
    ]);
    expect(readConfig({ ...production, ...ENV }, providers)).toMatchObject({ warnings: ['Pigeons are slow.'] });
  });
});

test('without it nothing is asked of its settings, and nothing printed holds them', () => {
  expect(read({ PIGEON_LOFT: 'patan' }).delivery.providers.has('pigeon')).toBe(false);
  expect(Object.keys(settings)).not.toContain('PIGEON_LOFT');
  expect(JSON.stringify([...read(ENV).delivery.providers.values()])).not.toContain('patan');
});
