import { describe, expect, test } from 'vitest';
import { type Config, readConfig } from '../../src/config/config.js';
import { telegramProvider } from '../../src/providers/telegram/telegram.provider.js';
import { reportAddress } from '../../src/providers/telegram/report-address.js';

/** An operator who lets Telegram send. */

const TOKEN = 'AAEAAAC8the-token-of-the-gateway';
const ENV = { DELIVERY_ROUTES: 'TELEGRAM=telegram', TELEGRAM_GATEWAY_TOKEN: TOKEN };

function problems(env: Record<string, string>): readonly string[] {
  const reading = readConfig(env);
  return reading.kind === 'problems' ? reading.problems : [];
}

function delivery(env: Record<string, string>): Config['delivery'] {
  const reading = readConfig(env);
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  return reading.config.delivery;
}

describe('settings of telegram', () => {
  test('need a token, and nothing where no route leads there', () => {
    expect(problems({ DELIVERY_ROUTES: 'TELEGRAM=telegram' })).toEqual([
      'TELEGRAM_GATEWAY_TOKEN is required where telegram sends.',
    ]);
    expect(problems(ENV)).toEqual([]);
    expect(problems({})).toEqual([]);
  });

  test.each([
    ['DELIVERY_ROUTES', 'SMS=telegram'],
    ['TELEGRAM_GATEWAY_TOKEN', 'two words'],
    ['TELEGRAM_SENDER_USERNAME', 'https://t.me/acme'],
    ['TELEGRAM_BASE_URL', 'gatewayapi.telegram.org'],
  ])('%s=%s is refused', (name, value) => {
    expect(problems({ ...ENV, [name]: value }).join('\n')).toContain(name);
  });

  test('in production never send the token unencrypted', () => {
    const production = {
      ...ENV,
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://accounts.example.com',
      DATABASE_URL: 'bundled',
      APP_SECRET: 'k8N2vQx7Lr5TzW1yB4cD9fGh3JmP6sAe',
      TELEGRAM_BASE_URL: 'http://gateway.example.com',
    };
    expect(problems(production)).toEqual([
      'TELEGRAM_BASE_URL must begin with https:// in production: the token and codes go that way.',
    ]);
  });

  test('take a username with or without @, and print no token', () => {
    const use = {
      production: false,
      channels: new Set(['TELEGRAM'] as const),
      complain: expect.fail,
      warn: expect.fail,
    };
    const read = (name: string) => telegramProvider.configure({ ...ENV, TELEGRAM_SENDER_USERNAME: name }, use);
    expect(read('@acme_codes').channels).toEqual(['TELEGRAM']);
    expect(JSON.stringify([...delivery(ENV).providers.values()])).not.toContain(TOKEN);
  });

  test.each([
    ['https://accounts.example.com', 'https://accounts.example.com/webhooks/telegram'],
    ['https://example.com/accounts', 'https://example.com/accounts/webhooks/telegram'],
    ['http://accounts.example.com', undefined],
    ['https://localhost:4000', undefined],
    ['https://127.0.0.1', undefined],
    [`https://example.com/${'a'.repeat(240)}`, undefined],
    [null, undefined],
  ])('with PUBLIC_URL %s let Telegram report to %s', (publicUrl, address) => {
    expect(reportAddress(publicUrl)).toBe(address);
  });
});
