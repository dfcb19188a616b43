import { describe, expect, test } from 'vitest';
import { type Config, readConfig } from '../../src/config/config.js';
import { readSettings } from '../../src/platform/setting.js';
import { gatewaySettings, readGateway } from '../../src/providers/gateway/gateway.settings.js';
import { providerList } from '../../src/providers/provider-list.js';
import type { Channel } from '../../src/texts/channel.js';

/** Settings that would leave people waiting for codes, or their codes in the open, and the service does not start. */

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const TWILIO = {
  TWILIO_ACCOUNT_SID: `AC${'0123456789abcdef'.repeat(2)}`,
  TWILIO_AUTH_TOKEN: 'the-auth-token',
  TWILIO_PHONE_NUMBER: '+15005550006',
};
const WEBHOOK = { WEBHOOK_URL: 'https://gateway.example.com/send', WEBHOOK_SECRET: SECRET };
const MAIL = { SMTP_URL: 'smtps://user:password@mail.example.com', EMAIL_FROM: 'Acme <accounts@example.com>' };
const ALL = { ...TWILIO, ...WEBHOOK, ...MAIL };
const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://accounts.example.com',
  DATABASE_URL: 'bundled',
  APP_SECRET: 'k8N2vQx7Lr5TzW1yB4cD9fGh3JmP6sAe',
};

type Env = Record<string, string | undefined>;

/** A use that no setting may complain of. */
const ANY_USE = {
  production: false,
  channels: new Set<Channel>(['SMS']),
  complain: (problem: string) => expect.fail(problem),
  warn: (warning: string) => expect.fail(warning),
};

function problems(env: Env): readonly string[] {
  const reading = readConfig(env);
  return reading.kind === 'problems' ? reading.problems : [];
}

function delivery(env: Env): Config['delivery'] {
  const reading = readConfig(env);
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  return reading.config.delivery;
}

describe('a mail server (SMTP_URL)', () => {
  const routeOf = (env: Env) => delivery({ SMS_PROVIDER: 'webhook', ...WEBHOOK, ...env }).routes;
  const ofEmail = (env: Env) => routeOf(env).providersOf({ channel: 'EMAIL', country: null });

  test('sends emails without a word in DELIVERY_ROUTES', () => {
    expect(ofEmail({ ...PRODUCTION, ...MAIL })).toEqual(['smtp']);
    expect(ofEmail({ ...PRODUCTION, ...MAIL, DELIVERY_ROUTES: 'EMAIL=webhook' })).toEqual(['webhook']);
  });

  test('that is not there sends none', () => {
    expect(ofEmail(PRODUCTION)).toEqual([]);
    expect(problems({ ...PRODUCTION, SMS_PROVIDER: 'webhook', ...WEBHOOK, SMTP_URL: MAIL.SMTP_URL })).toEqual([
      'EMAIL_FROM is required where smtp sends.',
    ]);
  });

  test('that is missing is told at the start where registrations require an address', () => {
    const texts = { ...PRODUCTION, SMS_PROVIDER: 'webhook', ...WEBHOOK };
    const told = (env: Env) => {
      const reading = readConfig({ ...texts, ...env });
      return reading.kind === 'config' && reading.warnings.some((warning) => warning.includes('SMTP_URL'));
    };
    expect(told({})).toBe(true);
    expect(told(MAIL)).toBe(false);
    expect(told({ REGISTRATION_FIELDS: 'none' })).toBe(false);
    expect(told({ NODE_ENV: 'development' })).toBe(false);
  });

  test('is not used in development, where the inbox shows emails', () => {
    expect(delivery(MAIL).routes.providersOf({ channel: 'EMAIL', country: null })).toEqual(['console']);
  });
});

describe('a gateway of our own (WEBHOOK_URL, WEBHOOK_SECRET)', () => {
  const through = (env: Env) => problems({ SMS_PROVIDER: 'webhook', ...WEBHOOK, ...env });

  test('needs both, which is told at once', () => {
    expect(problems({ SMS_PROVIDER: 'webhook' })).toEqual([
      'WEBHOOK_URL is required where webhook sends.',
      'WEBHOOK_SECRET is required where webhook sends.',
    ]);
  });

  test('and is asked for neither where nothing leads to it', () => {
    expect(problems({})).toEqual([]);
    expect([...delivery(WEBHOOK).providers.keys()]).toEqual(['console']);
  });

  test.each([
    'https://gateway.example.com/send',
    'https://gateway.example.com:8443/send?tenant=a%20b',
    'http://127.0.0.1:8080',
    'https://[2001:db8::1]/send',
  ])('may be at %s', (url) => {
    expect(through({ WEBHOOK_URL: url })).toEqual([]);
    expect([...delivery({ SMS_PROVIDER: 'webhook', ...WEBHOOK, WEBHOOK_URL: url }).providers.keys()]).toContain(
      'webhook',
    );
    const { values } = readSettings(gatewaySettings, { ...WEBHOOK, WEBHOOK_URL: url });
    expect(readGateway(values, ANY_USE)).toEqual({ url, secret: SECRET });
  });

  test.each([
    ['somebody signs in to', 'https://user:the-password@gateway.example.com/send'],
    ['has a user', 'https://user@gateway.example.com/send'],
    ['has a part that nobody sends', 'https://gateway.example.com/send#the-password'],
    ['is no URL', 'gateway.example.com/send'],
    ['is none of HTTP', 'ftp://gateway.example.com/send'],
    ['has no host', 'https://'],
  ])('may not be where it %s', (_what, url) => {
    const found = through({ WEBHOOK_URL: url });
    expect(found).toEqual([
      'WEBHOOK_URL must be a URL such as https://sms-gateway.example.com/send, without user, password and fragment.',
    ]);
    expect(found.join()).not.toContain('the-password');
  });

  test.each([
    ['none of Standard Webhooks', 'a secret that is long enough for anybody'],
    ['a short one', `whsec_${Buffer.alloc(23, 1).toString('base64')}`],
    ['a long one', `whsec_${Buffer.alloc(65, 1).toString('base64')}`],
    ['one that is no base64', `whsec_${'a'.repeat(33)}`],
    ['one in the alphabet for URLs', `whsec_${Buffer.alloc(32, 0xff).toString('base64url')}`],
  ])('may not have this secret: %s', (_what, secret) => {
    const found = through({ WEBHOOK_SECRET: secret });
    expect(found).toEqual(['WEBHOOK_SECRET must be whsec_ followed by 24 to 64 bytes in base64.']);
    expect(found.join()).not.toContain(secret);
  });

  test('is not reached in the clear in production', () => {
    const clear = { SMS_PROVIDER: 'webhook', ...WEBHOOK, WEBHOOK_URL: 'http://gateway.example.com' };
    expect(problems(clear)).toEqual([]);
    expect(problems({ ...PRODUCTION, ...clear })).toEqual([
      'WEBHOOK_URL must begin with https:// in production: codes go that way.',
    ]);
    expect(problems({ ...PRODUCTION, ...clear, WEBHOOK_URL: 'HTTP://gateway.example.com' })).toHaveLength(1);
    expect(problems({ ...PRODUCTION, ...clear, ...WEBHOOK })).toEqual([]);
  });
});

describe('a mail server (SMTP_URL, EMAIL_FROM)', () => {
  const through = (env: Env) => problems({ DELIVERY_ROUTES: 'EMAIL=smtp', ...MAIL, ...env });

  test('needs both, which is told at once', () => {
    expect(problems({ DELIVERY_ROUTES: 'EMAIL=smtp' })).toEqual([
      'SMTP_URL is required where smtp sends.',
      'EMAIL_FROM is required where smtp sends.',
    ]);
  });

  test.each([
    'smtp://localhost:1025',
    'smtp://mail.example.com',
    'smtps://mail.example.com:465/',
    'smtps://accounts%40example.com:p%2Fss%23@mail.example.com',
    'smtps://accounts@example.com:password@mail.example.com',
    'smtp://[::1]:2525',
    'smtp://10.0.0.1',
  ])('may be at %s', (url) => {
    expect(through({ SMTP_URL: url })).toEqual([]);
  });

  test.each([
    ['with encryption turned off', 'smtp://mail.example.com?ignoreTLS=true'],
    ['with any certificate', 'smtps://mail.example.com/?tls.rejectUnauthorized=false'],
    ['with an empty query', 'smtps://mail.example.com?'],
    ['with a fragment', 'smtps://mail.example.com#x'],
    ['with a path', 'smtps://mail.example.com/inbox'],
    ['without a host', 'smtps://'],
    ['without a host but with credentials', 'smtps://user:the-password@'],
    ['without slashes', 'smtp:mail.example.com'],
    ['with a user who has no password', 'smtps://user@mail.example.com'],
    ['with a password that nobody has', 'smtps://:the-password@mail.example.com'],
    ['with a password with a bare %', 'smtps://user:the-password%zz@mail.example.com'],
    ['with a port that does not exist', 'smtps://mail.example.com:70000'],
    ['with a space', 'smtps://mail example.com'],
    ['that is no mail server', 'https://mail.example.com'],
    ['that is only a name', 'mail.example.com'],
  ])('may not be %s', (_what, url) => {
    const found = through({ SMTP_URL: url });
    expect(found).toEqual([
      'SMTP_URL must be a URL such as smtps://user:password@mail.example.com:465, without path and options; user and password percent-encoded.',
    ]);
    expect(found.join()).not.toContain('the-password');
  });

  test.each(['Acme', 'a@example.com, b@example.com', 'a@example.com <b@example.com>', 'accounts@localhost', '<>'])(
    'sends for one valid address, not for %s',
    (from) => {
      expect(through({ EMAIL_FROM: from })).toEqual([
        'EMAIL_FROM must be one address: accounts@example.com or Acme <accounts@example.com>.',
      ]);
    },
  );

  test('may be asked in the clear, which production upgrades or sends nothing', () => {
    const env = { ...PRODUCTION, ...TWILIO, ...MAIL, SMTP_URL: 'smtp://mail.example.com:587' };
    expect(problems({ ...env, DELIVERY_ROUTES: 'SMS=twilio EMAIL=smtp' })).toEqual([]);
  });
});

describe('DELIVERY_ROUTES', () => {
  const routed = (routes: string, env: Env = {}) => problems({ ...ALL, DELIVERY_ROUTES: routes, ...env });
  const SYNTAX = 'Write CHANNEL=provider,provider or CHANNEL:COUNTRIES=provider, separated by spaces.';

  test('leads each channel and country its own way, and all others the general one', () => {
    const { routes } = delivery({
      ...ALL,
      DELIVERY_ROUTES: 'SMS=twilio,webhook SMS:np,IN=webhook,twilio;VOICE:001=webhook\n EMAIL=smtp',
    });
    expect(routes.providersOf({ channel: 'SMS', country: 'US' })).toEqual(['twilio', 'webhook']);
    expect(routes.providersOf({ channel: 'SMS', country: 'NP' })).toEqual(['webhook', 'twilio']);
    expect(routes.providersOf({ channel: 'SMS', country: 'IN' })).toEqual(['webhook', 'twilio']);
    expect(routes.providersOf({ channel: 'SMS', country: null })).toEqual(['twilio', 'webhook']);
    expect(routes.providersOf({ channel: 'VOICE', country: '001' })).toEqual(['webhook']);
    expect(routes.providersOf({ channel: 'EMAIL', country: null })).toEqual(['smtp']);
  });

  test('that do not name a channel leave it its standard: the terminal, and nothing in production', () => {
    const env = { ...ALL, DELIVERY_ROUTES: 'SMS:NP=twilio EMAIL=smtp', SMS_PROVIDER: undefined };
    expect(delivery(env).routes.providersOf({ channel: 'SMS', country: 'US' })).toEqual(['console']);
    expect(delivery({ ...env, ...PRODUCTION }).routes.providersOf({ channel: 'SMS', country: 'US' })).toEqual([]);
    const both = delivery({ ...env, ...PRODUCTION, SMS_PROVIDER: 'webhook' }).routes;
    expect(both.providersOf({ channel: 'SMS', country: 'US' })).toEqual(['webhook']);
    expect(both.providersOf({ channel: 'SMS', country: 'NP' })).toEqual(['twilio']);
  });

  test.each([
    ['a channel in small letters', 'sms=twilio'],
    ['a channel that is none', 'FAX=twilio'],
    ['a channel in full-width letters', 'ＳＭＳ=twilio'],
    ['a property that every object has', 'constructor=twilio'],
    ['no channel', '=twilio'],
    ['a provider alone', 'twilio'],
    ['a colon for the sign', 'SMS:twilio'],
    ['a channel with a space behind it', 'SMS :NP=twilio'],
  ])('with %s', (_what, routes) => {
    const [first, ...others] = routed(routes);
    expect(first).toContain(`${SYNTAX} Channels: SMS, WHATSAPP, TELEGRAM, VOICE, EMAIL.`);
    expect(others.length).toBe(routes.includes(' ') ? 1 : 0);
  });

  test.each([
    'SMS=',
    'SMS=,',
    'SMS=Twilio',
    'SMS=twillio',
    'SMS=twilio,twillio',
    'SMS==twilio',
    'SMS=twilio=webhook',
    'SMS=smtp',
    'SMS=twilio,smtp',
    'SMS=twilio,webhook,twilio',
    'SMS=__proto__',
    'SMS:NP=',
  ])('with providers that cannot send so, or twice: %s', (routes) => {
    const able = providerList.filter((provider) => provider.channels.includes('SMS')).map(({ name }) => name);
    expect(routed(routes)).toEqual([
      `DELIVERY_ROUTES has "${routes}". Providers for SMS, each once: ${able.join(', ')}.`,
    ]);
  });

  test.each(['EMAIL=twilio', 'EMAIL=smtp,twilio'])('with emails through Twilio: %s', (routes) => {
    expect(routed(routes)).toEqual([
      `DELIVERY_ROUTES has "${routes}". Providers for EMAIL, each once: console, webhook, smtp.`,
    ]);
  });

  test.each([
    'SMS:=twilio',
    'SMS:,=twilio',
    'SMS:UK=twilio',
    'SMS:NPL=twilio',
    'SMS:NP:IN=twilio',
    'SMS:977=twilio',
    'SMS:*=twilio',
    'SMS:NP,XX=twilio',
  ])('with countries that are none: %s', (routes) => {
    expect(routed(routes)).toEqual([
      `DELIVERY_ROUTES has "${routes}". Write two-letter country codes (ISO 3166-1 alpha-2): SMS:NP,IN=twilio`,
    ]);
  });

  test.each([
    ['SMS=twilio SMS=webhook', 'SMS'],
    ['SMS:NP=twilio SMS:IN,NP=webhook', 'SMS:NP'],
    ['SMS:NP=twilio SMS:np=twilio', 'SMS:NP'],
  ])('with two ways to one place: %s', (routes, way) => {
    expect(routed(routes)).toEqual([`DELIVERY_ROUTES has more than one route for ${way}. Put its providers into one.`]);
  });

  test.each([';', ' ; ;', ';;;'])('with nothing in them (%j): no message would ever leave', (routes) => {
    const expected = [`DELIVERY_ROUTES has no route. ${SYNTAX}`];
    expect(routed(routes)).toEqual(expected);
    expect(routed(routes, PRODUCTION)).toEqual(expected);
  });

  test('tell every mistake at once, and what providers need besides', () => {
    expect(problems({ DELIVERY_ROUTES: 'SMS=webhook EMAIL=smtp FAX=x SMS:XX=twilio' })).toEqual([
      expect.stringContaining('DELIVERY_ROUTES has "FAX=x".'),
      expect.stringContaining('DELIVERY_ROUTES has "SMS:XX=twilio".'),
      'WEBHOOK_URL is required where webhook sends.',
      'WEBHOOK_SECRET is required where webhook sends.',
      'SMTP_URL is required where smtp sends.',
      'EMAIL_FROM is required where smtp sends.',
    ]);
  });

  test('with two mistakes in one setting: both are told', () => {
    expect(problems({ SERVICE_NAME: '@acme 2024' })).toEqual([
      expect.stringMatching(/^SERVICE_NAME must not have 4 digits in a row/),
      expect.stringMatching(/^SERVICE_NAME must have no word that begins with @/),
    ]);
  });

  test('that lead to mailboxes only are refused in production: nobody could prove a number', () => {
    const lead = 'DELIVERY_ROUTES leads to no phone. Add a route for SMS, or set SMS_PROVIDER to twilio, webhook, ';
    expect(routed('EMAIL=smtp', PRODUCTION)).toContainEqual(expect.stringContaining(lead));
  });

  test('print nothing in production, not even as the last resort', () => {
    expect(routed('SMS=twilio,console', PRODUCTION)).toEqual([
      'DELIVERY_ROUTES has console, which production refuses: it sends no codes to phones.',
    ]);
  });

  test('that are long are read in no time', () => {
    const start = performance.now();
    const found = routed(`${'SMS:NP,'.repeat(20_000)}=${'twilio,'.repeat(20_000)}`);
    expect(found).toHaveLength(1);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
