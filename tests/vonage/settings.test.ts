import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { openReceivers, openSenders } from '../../src/providers/open-providers.js';
import { RecordingReports } from '../support/delivery/report-server.js';
import { ManualClock } from '../support/manual-clock.js';
import { PRODUCTION as BASE } from '../support/production.js';

/** An operator sets Vonage up, and is told of every mistake at once. */

const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
const env = {
  ...BASE,
  DATABASE_URL: 'bundled',
  REGISTRATION_FIELDS: 'none',
  SMS_PROVIDER: 'vonage',
  VONAGE_APPLICATION_ID: 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab',
  // As an env file has it: on one line.
  VONAGE_PRIVATE_KEY: String(pem).replaceAll('\n', '\\n'),
  VONAGE_FROM: 'Acme',
  VONAGE_SIGNATURE_SECRET: 'the-signature-secret',
};

function problems(changes: Record<string, string>): readonly string[] {
  const reading = readConfig({ ...env, ...changes });
  return reading.kind === 'problems' ? reading.problems : [];
}

test('a key on one line is enough, and reports are taken', async () => {
  const reading = readConfig(env);
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  const { providers } = reading.config.delivery;
  const clock = new ManualClock();
  const parts = { clock, output: process.stdout, publicUrl: null, production: true, stops: [] };
  expect((await openSenders(providers, parts)).get('vonage')).toMatchObject({ provider: 'vonage' });
  const [receiver] = await openReceivers(providers, { reports: new RecordingReports(), clock });
  expect(receiver?.path).toBe('/webhooks/vonage');
});

test('without the signature secret no reports are taken, and the log says so', async () => {
  const reading = readConfig({ ...env, VONAGE_SIGNATURE_SECRET: '' });
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  expect(reading.warnings).toContain(
    'VONAGE_SIGNATURE_SECRET is not set: the service does not learn which texts of Vonage arrive.',
  );
  const parts = { reports: new RecordingReports(), clock: new ManualClock() };
  expect(await openReceivers(reading.config.delivery.providers, parts)).toEqual([]);
});

test('every mistake is told', () => {
  expect(
    problems({
      VONAGE_APPLICATION_ID: '',
      VONAGE_PRIVATE_KEY: 'secret',
      VONAGE_FROM: '+15551234567',
      VONAGE_API_SECRET: 'alone',
      VONAGE_BASE_URL: 'http://proxy.example.com',
    }),
  ).toEqual([
    expect.stringMatching(/^VONAGE_PRIVATE_KEY must be the RSA private key/),
    expect.stringMatching(/^VONAGE_FROM must be a number of digits without \+/),
    'VONAGE_APPLICATION_ID is required where vonage sends.',
    'VONAGE_API_SECRET needs VONAGE_API_KEY beside it.',
    'VONAGE_BASE_URL must begin with https:// in production: the credentials and codes go that way.',
  ]);
});

test('a service that sends by other ways needs none of it', () => {
  expect(readConfig({}).kind).not.toBe('problems');
});
