import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { openReceivers, openSenders } from '../../src/providers/open-providers.js';
import { RecordingReports } from '../support/delivery/report-server.js';
import { ManualClock } from '../support/manual-clock.js';
import { PRODUCTION } from '../support/production.js';

/** An operator sets AWS up, and is told of every mistake at once. */

const env = {
  ...PRODUCTION,
  ...{ DATABASE_URL: 'bundled', REGISTRATION_FIELDS: 'none', SMS_PROVIDER: 'aws' },
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  AWS_SMS_CONFIGURATION_SET: 'codes',
  AWS_SNS_TOPIC_ARN: 'arn:aws:sns:eu-central-1:123456789012:texts',
};

function read(changes: Record<string, string> = {}) {
  const reading = readConfig({ ...env, ...changes });
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  return reading;
}

function problems(changes: Record<string, string>): readonly string[] {
  const reading = readConfig({ ...env, ...changes });
  return reading.kind === 'problems' ? reading.problems : [];
}

test('region and key are enough, and the topic takes reports', async () => {
  const { config } = read();
  const clock = new ManualClock();
  const parts = { clock, output: process.stdout, publicUrl: null, production: true, stops: [] };
  expect((await openSenders(config.delivery.providers, parts)).get('aws')).toMatchObject({ provider: 'aws' });
  const [receiver] = await openReceivers(config.delivery.providers, { reports: new RecordingReports(), clock });
  expect(receiver).toMatchObject({ path: '/webhooks/aws', contentType: 'text/plain' });
});

test.each(['AWS_SNS_TOPIC_ARN', 'AWS_SMS_CONFIGURATION_SET'])('without %s the log says what is not learned', (name) => {
  expect(read({ [name]: '' }).warnings).toContain(
    'AWS_SNS_TOPIC_ARN and AWS_SMS_CONFIGURATION_SET are not both set: the service does not learn which messages of AWS arrive.',
  );
});

test('every mistake is told', () => {
  const wrong = {
    AWS_REGION: 'Frankfurt',
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_SMS_MAX_PRICE: '5 cents',
    AWS_SNS_TOPIC_ARN: 'texts',
    AWS_SMS_BASE_URL: 'http://proxy.example.com',
    DELIVERY_ROUTES: 'SMS=aws VOICE=aws',
  };
  expect(problems(wrong)).toEqual([
    'AWS_REGION must be a region such as eu-central-1.',
    'AWS_SMS_MAX_PRICE must be an amount in US dollars such as 0.05.',
    'AWS_SNS_TOPIC_ARN must look like arn:aws:sns:eu-central-1:123456789012:texts.',
    'AWS_ACCESS_KEY_ID is required where aws sends.',
    'AWS_SECRET_ACCESS_KEY is required where aws sends.',
    'AWS_VOICE_ORIGINATION is required where aws sends VOICE: calls come from it.',
    'AWS_SMS_BASE_URL must begin with https:// in production: codes go that way.',
  ]);
});
