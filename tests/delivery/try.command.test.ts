import { describe, expect, onTestFinished, test } from 'vitest';
import type { Channel } from '../../src/texts/channel.js';
import { readTrialRequest } from '../../src/commands/trial-request.js';
import { TestPhones } from '../../src/phone/test-phones.js';
import { type GatewayAnswer, startGatewayStandIn } from '../support/delivery/gateway-stand-in.js';
import { startMailStandIn } from '../support/delivery/mail-stand-in.js';
import { ManualClock } from '../support/manual-clock.js';
import { startScriptedSmtp } from '../support/delivery/scripted-smtp.js';
import { type CommandEnding, runCommand } from '../support/process/operator-command.js';
import { startTwilioStandIn } from '../support/twilio/twilio-stand-in.js';

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const account = { accountSid: `AC${'0123456789abcdef'.repeat(2)}`, authToken: 'the-auth-token' };

/** `npm run delivery:try -- …` */
function deliveryTry(args: string, env: Record<string, string> = {}): Promise<CommandEnding> {
  return runCommand({ name: 'delivery-try', args: args.split(' ').filter((arg) => arg !== ''), env });
}

async function openGateway(...answers: GatewayAnswer[]) {
  const gateway = await startGatewayStandIn(secret);
  onTestFinished(() => gateway.close());
  gateway.answerNext(...answers);
  return { gateway, env: { WEBHOOK_URL: gateway.url, WEBHOOK_SECRET: secret } };
}

async function openTwilio() {
  const twilio = await startTwilioStandIn(account);
  onTestFinished(() => twilio.close());
  const env = {
    TWILIO_ACCOUNT_SID: account.accountSid,
    TWILIO_AUTH_TOKEN: account.authToken,
    TWILIO_PHONE_NUMBER: '+15005550006',
    TWILIO_BASE_URL: twilio.url,
  };
  return { twilio, env };
}

describe('an operator who tries the route of the codes', () => {
  test('with nothing configured sees the message in the terminal, and no database is opened', async () => {
    const { code, stdout, stderr } = await deliveryTry('--channel sms --to +97798-00000000 --locale es');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^SMS to \+9779800000000: Test: 000000 .*\nconsole: accepted\n$/);
    expect(stdout).toContain('Vence en 10 minutos');
    expect(code).toBe(0);
  });

  test('is told of each provider of the route, in its order, and each got the message', async () => {
    const price = { amount: 0.012, currency: 'USD' };
    const { gateway, env } = await openGateway({ kind: 'accept', json: { id: 'gw-1', price } });
    const { twilio, env: twilioEnv } = await openTwilio();
    const DELIVERY_ROUTES = 'SMS=twilio SMS:NP=webhook,twilio';
    const { code, stdout } = await deliveryTry('--channel SMS --to +9779800000000', {
      ...env,
      ...twilioEnv,
      DELIVERY_ROUTES,
    });
    expect(stdout).toBe(`webhook: accepted as gw-1, for 0.012 USD\ntwilio: accepted as ${twilio.messages[0]?.sid}\n`);
    expect(gateway.messages).toMatchObject([{ to: '+9779800000000', channel: 'SMS', code: '000000' }]);
    expect(twilio.messages).toMatchObject([{ to: '+9779800000000', body: expect.stringMatching(/^Test: 000000 /) }]);
    expect(code).toBe(0);
  });

  test('is told what to do where a provider takes nothing, and that another one does', async () => {
    const { env } = await openGateway({ kind: 'http', status: 401 });
    const { env: twilioEnv } = await openTwilio();
    const DELIVERY_ROUTES = 'SMS=webhook,twilio';
    const { code, stdout } = await deliveryTry('--channel SMS --to +9779800000000', {
      ...env,
      ...twilioEnv,
      DELIVERY_ROUTES,
    });
    expect(stdout).toMatch(
      /^webhook: not taken, bad_credentials \(HTTP_401\)\. .*WEBHOOK_SECRET.*\ntwilio: accepted as SM.*\n$/,
    );
    expect(code).toBe(0);
  });

  test('tries one provider, although no route leads there, or is told what it needs', async () => {
    const { gateway, env } = await openGateway({ kind: 'accept', json: { id: 'gw-1' } });
    const { code, stdout } = await deliveryTry('--provider webhook --to +9779800000000', env);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'webhook: accepted as gw-1\n' });
    expect(gateway.messages).toMatchObject([{ to: '+9779800000000', channel: 'SMS' }]);

    const wrong = await deliveryTry('--provider twilio --to +9779800000000', env);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('TWILIO_ACCOUNT_SID is required where twilio sends.');
  });

  test('where none does, ends with an error', async () => {
    const { env } = await openGateway({ kind: 'http', status: 429, headers: { 'retry-after': '7' } });
    const { code, stdout } = await deliveryTry('--channel SMS --to +9779800000000', {
      ...env,
      SMS_PROVIDER: 'webhook',
    });
    expect(stdout).toMatch(/^webhook: not taken, slow_down \(HTTP_429\)\. .* It asks to wait 7 s\.\n$/);
    expect(code).toBe(1);
  });

  test('by email has one with the word test in it, and is not kept waiting by an open connection', async () => {
    const mail = await startMailStandIn({ encryption: 'none' });
    onTestFinished(() => mail.close());
    const env = {
      SMTP_URL: `smtp://${mail.host}`,
      EMAIL_FROM: 'Acme <accounts@example.com>',
      DELIVERY_ROUTES: 'EMAIL=smtp',
    };
    const start = performance.now();
    const { code, stdout, stderr } = await deliveryTry('--channel EMAIL --to someone@example.com', env);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^smtp: accepted as <[0-9a-f-]{36}@example\.com>\n$/),
      stderr: '',
    });
    expect(performance.now() - start).toBeLessThan(20_000);
    expect(mail.mails[0]?.email).toMatchObject({
      subject: 'Test: 000000 is your verification code',
      text: expect.stringMatching(/^Test: .*\n+000000\n/),
    });
  });

  test('is told of a certificate that nobody here trusts, and of an address that takes no messages', async () => {
    const mail = await startMailStandIn();
    onTestFinished(() => mail.close());
    const mailEnv = { SMTP_URL: `smtp://${mail.host}`, EMAIL_FROM: 'accounts@example.com' };
    const email = await deliveryTry('--channel EMAIL --to someone@example.com', {
      ...mailEnv,
      DELIVERY_ROUTES: 'EMAIL=smtp',
    });
    expect(email.stdout).toMatch(/^smtp: not taken, provider_unavailable \(DEPTH_ZERO_.*\)\. .*NODE_EXTRA_CA_CERTS/);
    expect(mail.mails).toHaveLength(0);

    const { env } = await openGateway({ kind: 'http', status: 404 });
    const text = await deliveryTry('--channel SMS --to +9779800000000', { ...env, SMS_PROVIDER: 'webhook' });
    expect(text.stdout).toMatch(/^webhook: not taken, bad_credentials \(HTTP_404\)\. .*WEBHOOK_URL/);
  });

  test('in production sends no email over a connection that anybody can read', async () => {
    const server = await startScriptedSmtp({});
    onTestFinished(() => server.close());
    const env = {
      NODE_ENV: 'production',
      APP_SECRET: 'a secret for tests that is long enough for them',
      PUBLIC_URL: 'https://accounts.example.com',
      DATABASE_URL: 'bundled',
      DELIVERY_ROUTES: 'SMS=webhook EMAIL=smtp',
      WEBHOOK_URL: 'https://gateway.example.com/send',
      WEBHOOK_SECRET: secret,
      SMTP_URL: `smtp://${server.host}`,
      EMAIL_FROM: 'accounts@example.com',
    };
    const { code, stdout } = await deliveryTry('--channel EMAIL --to someone@example.com', env);
    expect(stdout).toMatch(/^smtp: not taken, provider_unavailable \(NO_STARTTLS\)\. .*STARTTLS.*smtps:\/\//);
    expect(code).toBe(1);
    expect(server.lines.some((line) => line.startsWith('MAIL'))).toBe(false);
  });

  test('and mistypes something is told so, with how to write it, and nothing is sent', async () => {
    const { code, stdout, stderr } = await deliveryTry('--channel EMAIL --to +9779800000000');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^phone-accounts: --to must be an email address\.\nUsage:\n {2}npm run delivery:try -- /);
  });

  test('is told that there is no route, or what is wrong with the settings', async () => {
    const noRoute = await deliveryTry('--channel VOICE --to +9779800000000', {
      ...(await openGateway()).env,
      SMS_PROVIDER: 'webhook',
    });
    expect(noRoute.stderr).toContain('there is no route for VOICE to NP: set DELIVERY_ROUTES');
    const wrong = await deliveryTry('--channel EMAIL --to someone@example.com', { DELIVERY_ROUTES: 'EMAIL=smtp' });
    expect(wrong.stderr).toContain('SMTP_URL is required where smtp sends.');
    expect([noRoute.code, wrong.code]).toEqual([1, 1]);
  });
});

describe('what an operator types', () => {
  const rules = {
    phoneNumbers: {
      defaultRegion: 'NP',
      exampleCountry: 'NP',
      testPhones: new TestPhones(new Map([['+1234567890', '123456']]), null),
    },
    defaultLocale: 'fr',
    channelsByProvider: new Map<string, readonly Channel[]>([
      ['twilio', ['SMS', 'WHATSAPP']],
      ['smtp', ['EMAIL']],
    ]),
  } as const;
  const read = (line: string) => readTrialRequest(line.split(' '), rules, new ManualClock().now());

  test.each([
    ['--channel SMS --to 9800000000', { channel: 'SMS', country: 'NP' }, '+9779800000000', 'fr'],
    ['--channel=voice --to=+14155550123 --locale=es', { channel: 'VOICE', country: 'US' }, '+14155550123', 'es'],
    ['--to a@example.com --channel Email', { channel: 'EMAIL', country: null }, 'a@example.com', 'fr'],
  ])('is understood: %s', (line, target, to, locale) => {
    expect(read(line)).toEqual({ kind: 'request', provider: null, target, to, locale });
  });

  test.each([
    ['--provider twilio --to 9800000000', 'twilio', 'SMS'],
    ['--provider twilio --channel whatsapp --to 9800000000', 'twilio', 'WHATSAPP'],
    ['--provider smtp --to a@example.com', 'smtp', 'EMAIL'],
  ])('names a provider, and needs no channel then: %s', (line, provider, channel) => {
    expect(read(line)).toMatchObject({ kind: 'request', provider, target: { channel } });
  });

  test.each([
    ['no channel', '--to +9779800000000', '--channel must be one of: SMS, WHATSAPP, TELEGRAM, VOICE, EMAIL.'],
    ['a channel that is none', '--channel FAX --to +9779800000000', '--channel must be one of'],
    ['a provider that there is none of', '--provider twillio --to +9779800000000', 'Did you mean twilio?'],
    ['a channel that the provider has not', '--provider smtp --channel SMS --to +9779800000000', 'one of: EMAIL.'],
    ['no number', '--channel SMS', '--to must be a phone number with its country code'],
    ['half a number', '--channel VOICE --to 98000', '--to must be a phone number with its country code'],
    ['an address for a text', '--channel SMS --to someone@example.com', '--to must be a phone number'],
    ['a number for an email', '--channel EMAIL --to +9779800000000', '--to must be an email address.'],
    ['two addresses', '--channel EMAIL --to a@example.com,b@example.com', '--to must be an email address.'],
    [
      'a language that no text is in',
      '--channel SMS --to +9779800000000 --locale tlh',
      '--locale must be one of: am, ar, bn,',
    ],
    ['an option that there is none of', '--chanel SMS --to +9779800000000', 'that option does not exist.'],
    ['something more', '--channel SMS --to +9779800000000 please', 'that option does not exist.'],
    ['a test number', '--channel SMS --to +1234567890', '--to is a test number'],
  ])('or is told what is wrong: %s', (_what, line, what) => {
    expect(read(line)).toEqual({ kind: 'mistake', what: expect.stringContaining(what) });
  });
});
