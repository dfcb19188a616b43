import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';

/** What `auto` in DELIVERY_ROUTES means, and what keeps the service from starting. */

const TWILIO = {
  TWILIO_ACCOUNT_SID: `AC${'0123456789abcdef'.repeat(2)}`,
  TWILIO_AUTH_TOKEN: 'the-auth-token',
  TWILIO_PHONE_NUMBER: '+15005550006',
};
const WEBHOOK = {
  WEBHOOK_URL: 'https://gateway.example.com/send',
  WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
};
const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://accounts.example.com',
  DATABASE_URL: 'bundled',
  APP_SECRET: 'k8N2vQx7Lr5TzW1yB4cD9fGh3JmP6sAe',
};

type Env = Record<string, string | undefined>;

function read(env: Env) {
  const reading = readConfig(env);
  if (reading.kind === 'problems') return { problems: reading.problems, warnings: [], route: () => null };
  const { routes } = reading.config.delivery;
  const route = (channel: 'SMS' | 'VOICE' | 'WHATSAPP', country = 'NP') => ({
    providers: routes.providersOf({ channel, country }),
    learned: routes.isLearned({ channel, country }),
  });
  return { problems: [], warnings: reading.warnings, route };
}

describe('auto', () => {
  test.each(['auto', 'SMS=auto'])('chooses among the providers with complete settings: %s', (routes) => {
    const { route } = read({ ...PRODUCTION, ...TWILIO, ...WEBHOOK, DELIVERY_ROUTES: routes });
    expect(route('SMS')).toEqual({ providers: ['twilio', 'webhook'], learned: true });
    // A call costs several texts: no word about texts switches calls on.
    expect(route('VOICE')).toEqual({ providers: [], learned: false });
  });

  test('leaves out a provider without settings, and warns of one with a part of them', () => {
    expect(read({ ...PRODUCTION, ...WEBHOOK, DELIVERY_ROUTES: 'auto' }).route('SMS')?.providers).toEqual(['webhook']);
    const { warnings, route } = read({
      ...PRODUCTION,
      ...WEBHOOK,
      ...TWILIO,
      TWILIO_AUTH_TOKEN: undefined,
      DELIVERY_ROUTES: 'auto',
    });
    expect(route('SMS')?.providers).toEqual(['webhook']);
    expect(warnings).toContainEqual(
      expect.stringMatching(/^DELIVERY_ROUTES: SMS=auto does without twilio\. TWILIO_AUTH_TOKEN/),
    );
  });

  test('is bounded by names, by channel and by country', () => {
    const { route } = read({
      ...PRODUCTION,
      ...TWILIO,
      ...WEBHOOK,
      DELIVERY_ROUTES: 'SMS=auto SMS:NP=auto(webhook,twilio) SMS:US=twilio VOICE=auto',
    });
    expect(route('SMS')).toEqual({ providers: ['webhook', 'twilio'], learned: true });
    expect(route('SMS', 'IN')).toEqual({ providers: ['twilio', 'webhook'], learned: true });
    expect(route('SMS', 'US')).toEqual({ providers: ['twilio'], learned: false });
    expect(route('VOICE')).toEqual({ providers: ['twilio', 'webhook'], learned: true });
  });

  test('prints codes in development as long as no provider is configured', () => {
    expect(read({ DELIVERY_ROUTES: 'auto' }).route('SMS')?.providers).toEqual(['console']);
    expect(read({ ...WEBHOOK, DELIVERY_ROUTES: 'auto' }).route('SMS')?.providers).toEqual(['webhook']);
  });

  test.each([
    ['auto', 'DELIVERY_ROUTES has "auto", but no provider for SMS is configured.'],
    ['SMS=auto(pigeon)', 'DELIVERY_ROUTES has "SMS=auto(pigeon)". Providers for SMS, each once: twilio, webhook,'],
    ['SMS=auto()', 'DELIVERY_ROUTES has "SMS=auto()". Providers for SMS, each once: twilio, webhook,'],
    ['SMS=auto,twilio', 'DELIVERY_ROUTES has "SMS=auto,twilio". Providers for SMS, each once: twilio, webhook,'],
    ['SMS=auto(twilio', 'DELIVERY_ROUTES has "SMS=auto(twilio". Providers for SMS, each once: twilio, webhook,'],
    ['SMS=auto(twilio)', 'TWILIO_ACCOUNT_SID'],
  ])('does not start with %s', (routes, problem) => {
    const { problems } = read({ ...PRODUCTION, DELIVERY_ROUTES: routes });
    expect(problems).toContainEqual(expect.stringContaining(problem));
  });
});
