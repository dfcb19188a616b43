import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { openReceivers } from '../../src/providers/open-providers.js';
import { RecordingReports } from '../support/delivery/report-server.js';
import { ManualClock } from '../support/manual-clock.js';

/** An operator who sends by WhatsApp through Meta. */

const ENV = {
  DELIVERY_ROUTES: 'WHATSAPP=whatsapp',
  WHATSAPP_ACCESS_TOKEN: 'EAAJB-the-access-token',
  WHATSAPP_PHONE_NUMBER_ID: '106540352242922',
  WHATSAPP_TEMPLATE: 'sign_in_code',
  WHATSAPP_TEMPLATE_LANGUAGES: 'en_US, es,pt_BR',
  WHATSAPP_APP_SECRET: '0123456789abcdef0123456789abcdef',
  WHATSAPP_VERIFY_TOKEN: 'a-token-that-nobody-guesses',
};

function problems(env: Record<string, string | undefined>): readonly string[] {
  const reading = readConfig(env);
  return reading.kind === 'problems' ? reading.problems : [];
}

async function receiversOf(env: Record<string, string | undefined>) {
  const reading = readConfig(env);
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  const parts = { reports: new RecordingReports(), clock: new ManualClock() };
  const receivers = await openReceivers(reading.config.delivery.providers, parts);
  return { warnings: reading.warnings, paths: receivers.map(({ path }) => path) };
}

describe('settings of whatsapp', () => {
  test('are all told at once where they are missing, and not asked for where no route leads there', () => {
    expect(problems({ DELIVERY_ROUTES: 'WHATSAPP=whatsapp' })).toEqual([
      'WHATSAPP_ACCESS_TOKEN is required where whatsapp sends.',
      'WHATSAPP_PHONE_NUMBER_ID is required where whatsapp sends.',
      'WHATSAPP_TEMPLATE is required where whatsapp sends.',
      'WHATSAPP_TEMPLATE_LANGUAGES is required where whatsapp sends.',
    ]);
    expect(problems(ENV)).toEqual([]);
    expect(problems({})).toEqual([]);
  });

  test.each([
    ['WHATSAPP_ACCESS_TOKEN', 'two words'],
    ['WHATSAPP_PHONE_NUMBER_ID', '+15550783881'],
    ['WHATSAPP_TEMPLATE', 'Sign-in code'],
    ['WHATSAPP_TEMPLATE_LANGUAGES', 'en-US,es'],
    ['WHATSAPP_TEMPLATE_LANGUAGES', 'English'],
    ['WHATSAPP_APP_SECRET', 'secret'],
    ['WHATSAPP_VERIFY_TOKEN', 'short'],
    ['WHATSAPP_API_VERSION', '25'],
    ['WHATSAPP_BASE_URL', 'graph.facebook.com'],
  ])('%s=%s is refused', (name, value) => {
    expect(problems({ ...ENV, [name]: value }).join('\n')).toContain(name);
  });

  test('without the app secret mean no reports, and say so', async () => {
    const without = { ...ENV, WHATSAPP_APP_SECRET: undefined, WHATSAPP_VERIFY_TOKEN: undefined };
    expect(await receiversOf(without)).toEqual({
      warnings: [
        'WHATSAPP_APP_SECRET is not set: WhatsApp reports nothing, not even that a number is not on WhatsApp.',
      ],
      paths: [],
    });
    expect(await receiversOf(ENV)).toEqual({ warnings: [], paths: ['/webhooks/whatsapp'] });
    expect(problems({ ...ENV, WHATSAPP_VERIFY_TOKEN: undefined })).toEqual([
      'WHATSAPP_VERIFY_TOKEN is required with WHATSAPP_APP_SECRET. Make one: openssl rand -hex 32',
    ]);
  });

  test('in production never send the token unencrypted', () => {
    const production = {
      ...ENV,
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://accounts.example.com',
      DATABASE_URL: 'bundled',
      APP_SECRET: 'k8N2vQx7Lr5TzW1yB4cD9fGh3JmP6sAe',
      WHATSAPP_BASE_URL: 'http://graph.example.com',
    };
    expect(problems(production)).toEqual([
      'WHATSAPP_BASE_URL must begin with https:// in production: the token and codes go that way.',
    ]);
  });

  test('print no secret', () => {
    const reading = readConfig(ENV);
    if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
    const printed = JSON.stringify([...reading.config.delivery.providers.values()]);
    for (const name of ['WHATSAPP_ACCESS_TOKEN', 'WHATSAPP_APP_SECRET', 'WHATSAPP_VERIFY_TOKEN'] as const)
      expect(printed).not.toContain(ENV[name]);
  });
});
