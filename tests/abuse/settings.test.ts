import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { developmentSecret } from '../../src/config/development-secret.js';
import { systemRandom } from '../../src/platform/random.js';

/** S5: production does not start without a secret that nobody else knows. */

const SECRET = 'k8N2vQx7Lr5TzW1yB4cD9fGh3JmP6sAe';
const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://accounts.example.com',
  DATABASE_URL: 'bundled',
  APP_SECRET: SECRET,
  SMS_PROVIDER: 'twilio',
  TWILIO_ACCOUNT_SID: `AC${'0123456789abcdef'.repeat(2)}`,
  TWILIO_AUTH_TOKEN: 'the-auth-token',
  TWILIO_PHONE_NUMBER: '+15005550006',
};
const HOW = 'Make one with: openssl rand -base64 48';

function problems(changes: Record<string, string | undefined>): readonly string[] {
  const reading = readConfig({ ...PRODUCTION, ...changes });
  return reading.kind === 'problems' ? reading.problems : [];
}

describe('S5: production', () => {
  test('starts with a secret of 32 bytes', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ APP_SECRET: 'ñ'.repeat(16) })).toEqual([]);
  });

  test('does not start without one', () => {
    for (const nothing of [undefined, '', '   ', '\n']) {
      expect(problems({ APP_SECRET: nothing })).toEqual([`APP_SECRET is required in production. ${HOW}`]);
    }
  });

  test('does not start without a database, and uses the bundled one only for those who say so', () => {
    for (const nothing of [undefined, '', ' ']) {
      expect(problems({ DATABASE_URL: nothing })).toEqual([
        'DATABASE_URL is required in production. Set it to the URL of your PostgreSQL, or to bundled to keep accounts in the folder DATA_DIR.',
      ]);
    }
    expect(problems({ DATABASE_URL: 'bundeld' })).toEqual([
      expect.stringMatching(/^DATABASE_URL must be a URL .*, or bundled/),
    ]);
    for (const env of [{ ...PRODUCTION, DATABASE_URL: 'bundled' }, { DATABASE_URL: 'bundled' }, {}]) {
      expect(readConfig(env)).toMatchObject({ kind: 'config', config: { database: { target: null } } });
    }
  });

  test('does not start without the address that its tokens name as their issuer', () => {
    expect(problems({ PUBLIC_URL: undefined })).toEqual([
      expect.stringMatching(/^PUBLIC_URL is required in production/),
    ]);
  });

  test('tells its metrics to this machine only, although it listens on every address', () => {
    const env = { ...PRODUCTION, METRICS_PORT: '9464' };
    expect(readConfig(env)).toMatchObject({ config: { host: '0.0.0.0', metricsHost: '127.0.0.1', metricsPort: 9464 } });
    expect(readConfig({ ...env, METRICS_HOST: '0.0.0.0' })).toMatchObject({ config: { metricsHost: '0.0.0.0' } });
  });

  test('has no code that lives longer than ten minutes', () => {
    expect(problems({ OTP_TTL: '600' })).toEqual([]);
    expect(problems({ OTP_TTL: '601' })).toEqual(['OTP_TTL must be a whole number from 60 to 600.']);
  });

  test('does not start with a short one, however it is padded', () => {
    for (const short of [SECRET.slice(1), 'secret', ` ${SECRET.slice(1)} `, 'ñ'.repeat(15)]) {
      expect(problems({ APP_SECRET: short })).toEqual([`APP_SECRET must have at least 32 bytes. ${HOW}`]);
    }
  });

  test('does not start with the one that development made for itself', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'phone-accounts-secret-'));
    const made = await developmentSecret(dataDir, systemRandom);
    await rm(dataDir, { recursive: true });
    const refusal = `is a development secret, which production refuses. ${HOW}`;
    expect(problems({ APP_SECRET: made })).toEqual([`APP_SECRET ${refusal}`]);
    expect(problems({ APP_SECRET_PREVIOUS: made })).toEqual([`APP_SECRET_PREVIOUS ${refusal}`]);
    const development = readConfig({ NODE_ENV: 'development', APP_SECRET: made });
    expect(development.kind).toBe('config');
  });

  test('does not start with a short previous one', () => {
    expect(problems({ APP_SECRET_PREVIOUS: 'short' })).toEqual([
      `APP_SECRET_PREVIOUS must have at least 32 bytes. ${HOW}`,
    ]);
  });

  test('says everything that is wrong at once, and never the secret itself', () => {
    const found = problems({ APP_SECRET: 'too-short-a-secret', APP_SECRET_PREVIOUS: 'x', SMS_PROVIDER: 'console' });
    expect(found.map((problem) => problem.split(' ', 1)[0])).toEqual([
      'APP_SECRET',
      'APP_SECRET_PREVIOUS',
      'SMS_PROVIDER',
    ]);
    expect(found.join('\n')).not.toContain('too-short-a-secret');
  });

  test('has no test numbers unless they are set, and then only until a day', () => {
    const reading = readConfig(PRODUCTION);
    const codeOf = (number: string) =>
      reading.kind === 'config' ? reading.config.phoneNumbers.testPhones.codeOf(number, new Date()) : 'unread';
    expect(codeOf('+1234567890')).toBeNull();
    expect(problems({ TEST_PHONES: '+15005550006=123456' })).toEqual([
      'TEST_PHONES needs TEST_PHONES_UNTIL in production: the last day on which they work, e.g. 2027-01-31',
    ]);
  });
});
