import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { captchaEnv, turnstileSite } from '../support/captcha/captcha-service.js';

/** Settings that would leave the CAPTCHA without effect, or its secret in the open, and the service does not start. */

const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://accounts.example.com',
  DATABASE_URL: 'bundled',
  APP_SECRET: 'k8N2vQx7Lr5TzW1yB4cD9fGh3JmP6sAe',
  SMS_PROVIDER: 'twilio',
  TWILIO_ACCOUNT_SID: `AC${'0123456789abcdef'.repeat(2)}`,
  TWILIO_AUTH_TOKEN: 'the-auth-token',
  TWILIO_PHONE_NUMBER: '+15005550006',
};
const COMPLETE = captchaEnv('always', turnstileSite, 'https://captcha-proxy.example.com');

function problems(env: Record<string, string | undefined>): readonly string[] {
  const reading = readConfig(env);
  return reading.kind === 'problems' ? reading.problems : [];
}

describe('CAPTCHA', () => {
  test.each(['on-suspicion', 'always'])('%s without provider, key and secret: all of it is told at once', (mode) => {
    expect(problems({ CAPTCHA: mode })).toEqual([
      `CAPTCHA_PROVIDER is required with CAPTCHA=${mode}.`,
      `CAPTCHA_SITE_KEY is required with CAPTCHA=${mode}.`,
      `CAPTCHA_SECRET is required with CAPTCHA=${mode}.`,
    ]);
    expect(problems({ ...COMPLETE, CAPTCHA: mode, CAPTCHA_SECRET: ' ' })).toHaveLength(1);
  });

  test('is off unless it is turned on, and then asks for nothing', () => {
    expect(problems({})).toEqual([]);
    const reading = readConfig({ CAPTCHA_SECRET: turnstileSite.secret });
    expect(reading).toMatchObject({ kind: 'config', config: { captcha: { mode: 'off' } } });
  });

  test('misspelt is not off', () => {
    expect(problems({ ...COMPLETE, CAPTCHA: 'on' })).toEqual(['CAPTCHA must be one of: off, on-suspicion, always.']);
    expect(problems({ ...COMPLETE, CAPTCHA_PROVIDER: 'recaptcha' })).toEqual([
      'CAPTCHA_PROVIDER must be one of: turnstile, hcaptcha.',
    ]);
  });

  test('works in production with all of it', () => {
    expect(problems({ ...PRODUCTION, ...COMPLETE })).toEqual([]);
    expect(problems({ ...PRODUCTION, ...COMPLETE, CAPTCHA_BASE_URL: undefined })).toEqual([]);
  });

  test.each([
    '1x0000000000000000000000000000000AA',
    '2x0000000000000000000000000000000AA',
    '3x0000000000000000000000000000000AA',
    '0x0000000000000000000000000000000000000000',
  ])('with a secret that everybody knows is for development only: %s', (secret) => {
    expect(problems({ ...COMPLETE, CAPTCHA_SECRET: secret })).toEqual([]);
    expect(problems({ ...PRODUCTION, ...COMPLETE, CAPTCHA_SECRET: secret })).toEqual([
      'CAPTCHA_SECRET is a test secret of the provider, which production refuses: any token would do.',
    ]);
  });

  test('in the clear is for development only', () => {
    const clear = { ...COMPLETE, CAPTCHA_BASE_URL: 'http://captcha-proxy.example.com' };
    expect(problems(clear)).toEqual([]);
    expect(problems({ ...PRODUCTION, ...clear })).toEqual([
      'CAPTCHA_BASE_URL must begin with https:// in production: the secret and the verdict go that way.',
    ]);
    expect(problems({ ...PRODUCTION, ...clear, CAPTCHA_BASE_URL: 'HTTP://captcha-proxy.example.com' })).toHaveLength(1);
    expect(problems({ ...COMPLETE, CAPTCHA_BASE_URL: 'ftp://captcha-proxy.example.com' })).toHaveLength(1);
  });

  test('problems never hold the secret', () => {
    const found = problems({ ...PRODUCTION, ...COMPLETE, CAPTCHA_SITE_KEY: '', CAPTCHA_BASE_URL: 'http://x.example' });
    expect(found).toHaveLength(2);
    expect(found.join('\n')).not.toContain(turnstileSite.secret);
  });
});
