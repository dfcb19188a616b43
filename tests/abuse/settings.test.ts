import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { developmentSecret } from '../../src/config/development-secret.js';
import { readEnvironment } from '../../src/config/environment.js';
import { trustedProxies } from '../../src/http/trusted-sender.js';
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
    expect(problems({ APP_SECRET: 'áéíóúñüàèìòùâêîô' })).toEqual([]);
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

  test('does not start with one that an attacker guesses, and can still replace it', () => {
    const easy = [
      'a'.repeat(32),
      '12345678'.repeat(4),
      'password'.repeat(4),
      'abcdefghijklmnop'.repeat(2),
      '01'.repeat(40),
    ];
    for (const guessed of easy) {
      expect(problems({ APP_SECRET: guessed })).toEqual([
        `APP_SECRET is easy to guess. ${HOW} and set the former one as APP_SECRET_PREVIOUS if it was in use.`,
      ]);
      expect(problems({ APP_SECRET_PREVIOUS: guessed })).toEqual([]);
      expect(readConfig({ APP_SECRET: guessed }).kind).toBe('config');
    }
    for (const bytes of [16, 32, 48]) {
      expect(problems({ APP_SECRET: systemRandom.bytes(bytes).toString('hex') })).toEqual([]);
      expect(problems({ APP_SECRET: systemRandom.bytes(bytes * 2).toString('base64') })).toEqual([]);
    }
  });

  test('does not let its tokens travel unencrypted, unless they stay on this machine', () => {
    const elsewhere = [
      'http://accounts.example.com',
      'HTTP://192.168.1.5:4000',
      'http://localhost.example.com/accounts',
    ];
    for (const url of elsewhere) {
      expect(problems({ PUBLIC_URL: url })).toEqual([
        expect.stringMatching(/^PUBLIC_URL must begin with https:\/\/ in production/),
      ]);
      expect(readConfig({ PUBLIC_URL: url }).kind).toBe('config');
    }
    for (const url of ['http://localhost:4000', 'http://127.0.0.1', 'http://[::1]:4000', 'https://accounts']) {
      expect(problems({ PUBLIC_URL: url })).toEqual([]);
    }
  });

  test('does not answer unencrypted pages of other machines', () => {
    const CORS_ORIGINS = 'http://app.example.com,https://app.example.com,http://localhost:5173';
    for (const SESSION_COOKIES of ['off', 'on']) {
      expect(problems({ CORS_ORIGINS, SESSION_COOKIES })).toEqual([
        expect.stringMatching(/^CORS_ORIGINS has "http:\/\/app\.example\.com"\. In production, .* https:\/\//),
      ]);
    }
    expect(readConfig({ CORS_ORIGINS }).kind).toBe('config');
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

describe('every service refuses', () => {
  const own = (env: Record<string, string>) => {
    const reading = readConfig({ NODE_ENV: 'test', ...env });
    return reading.kind === 'problems' ? reading.problems : [];
  };

  test.each([
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/0',
    '10.0.0.0/8,0.0.0.0/0',
    '0.0.0.0/1',
    '2000::/3',
    '::/8',
    '::/80',
    '::ffff:0:0/96',
    '::ffff:0:0/0',
  ])('proxies that are everybody, who could then forge addresses: %s', (list) => {
    const range = list.split(',').at(-1);
    expect(own({ TRUST_PROXY: list })).toEqual([
      expect.stringMatching(new RegExp(`^TRUST_PROXY has "${range}", which trusts everybody: .* Write `)),
    ]);
  });

  test.each(['yes', '10', '10/8', '0x7f.1', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '1.2.3'])(
    'proxies that cannot be read: %s',
    (list) => {
      const found = own({ TRUST_PROXY: `127.0.0.1,${list}` });
      expect(found).toEqual([expect.stringMatching(/^TRUST_PROXY has ".*"\. Write a hop count/)]);
    },
  );

  test('no proxies that are named or counted', () => {
    const lists = [
      '1',
      '99',
      'loopback, uniquelocal',
      '10.0.0.0/8, fc00::/7',
      '::1',
      '::ffff:10.0.0.0/104',
      '::ffff:10.0.0.1',
    ];
    for (const list of lists) {
      const reading = readConfig({ TRUST_PROXY: list });
      if (reading.kind === 'problems') expect.fail(reading.problems.join());
      expect(trustedProxies(reading.config.trustProxy)).toBeTypeOf('function');
    }
  });

  test.each(['https://*.example.com', '*', 'https://*'])(
    'origins with wildcards, which would match nothing: %s',
    (origin) => {
      expect(own({ CORS_ORIGINS: `https://app.example.com,${origin}` })).toEqual([
        `CORS_ORIGINS has "${origin}". It takes no wildcards: name each origin, e.g. https://app.example.com`,
      ]);
    },
  );
});

test('an operator whose test numbers have come to their end is told so at start', async () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  const told = async () => {
    const reading = await readEnvironment();
    return reading.kind === 'config'
      ? reading.warnings.filter((warning) => warning.startsWith('TEST_PHONES'))
      : reading;
  };
  vi.stubEnv('TEST_PHONES', '+15005550006=123456');
  expect(await told()).toEqual([]);
  vi.stubEnv('TEST_PHONES_UNTIL', '2099-01-31');
  expect(await told()).toEqual([]);
  vi.stubEnv('TEST_PHONES_UNTIL', '2020-01-31');
  expect(await told()).toEqual(['TEST_PHONES_UNTIL is in the past: the numbers of TEST_PHONES no longer work.']);
});
