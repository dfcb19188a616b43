import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { adviceFor } from '../../src/providers/failure-advice.js';
import { twilioVerifyProvider } from '../../src/providers/twilio/verify/verify.provider.js';
import { PRODUCTION } from '../support/production.js';

/** An operator sets Twilio Verify up, beside Twilio or alone. */

const env = {
  ...PRODUCTION,
  ...{ DATABASE_URL: 'bundled', REGISTRATION_FIELDS: 'none' },
  DELIVERY_ROUTES: 'SMS=twilio-verify,twilio WHATSAPP=twilio-verify',
  TWILIO_VERIFY_SERVICE_SID: `VA${'a'.repeat(32)}`,
};

function problems(changes: Record<string, string>): readonly string[] {
  const reading = readConfig({ ...env, ...changes });
  return reading.kind === 'problems' ? reading.problems : [];
}

test('both have one account, and a route may lead to both', () => {
  const reading = readConfig(env);
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  const { routes } = reading.config.delivery;
  expect(routes.providersOf({ channel: 'SMS', country: 'NP' })).toEqual(['twilio-verify', 'twilio']);
  expect(routes.providersOf({ channel: 'WHATSAPP', country: 'NP' })).toEqual(['twilio-verify']);
});

test('every mistake is told', () => {
  const wrong = {
    SMS_PROVIDER: 'twilio-verify',
    DELIVERY_ROUTES: '',
    TWILIO_AUTH_TOKEN: '',
    TWILIO_VERIFY_SERVICE_SID: 'VA1',
    TWILIO_VERIFY_TEMPLATE_SID: 'HX1',
    TWILIO_VERIFY_BASE_URL: 'http://proxy.example.com',
  };
  expect(problems(wrong)).toEqual([
    'TWILIO_VERIFY_SERVICE_SID must look like VA followed by 32 hexadecimal digits.',
    'TWILIO_VERIFY_TEMPLATE_SID must look like HJ followed by 32 hexadecimal digits.',
    'TWILIO_AUTH_TOKEN is required where twilio-verify sends.',
    'TWILIO_VERIFY_BASE_URL must begin with https:// in production: the credentials and codes go that way.',
  ]);
});

test('where custom codes are not enabled, the advice says where to enable them', () => {
  const { advice } = twilioVerifyProvider;
  expect(adviceFor(advice, { kind: 'failed', reason: 'bad_credentials', providerCode: '60204' })).toContain(
    'Enable "Custom Verification Code"',
  );
});
