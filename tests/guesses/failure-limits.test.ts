import { afterAll, beforeAll, expect, test } from 'vitest';
import { appSecret } from '../../src/platform/app-secret.js';
import { CaptchaGate } from '../../src/captcha/captcha-gate.service.js';
import type { CaptchaVerifier } from '../../src/captcha/captcha-verifier.js';
import { createLogger } from '../../src/platform/logger.js';
import { SigningKeyRepository } from '../../src/sessions/signing-key.repository.js';
import { SigningKeys } from '../../src/sessions/signing-keys.js';
import { ManualClock } from '../support/manual-clock.js';
import { inParallel } from '../support/operations/operations.js';
import { openOtpServices, type OtpServices } from '../support/otp-services.js';
import { TEST_SECRET } from '../support/service.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { noMetrics } from '../support/no-metrics.js';

/** The limits on failures of all clients together, as the services hold them. */

const rules = { timeToLive: 600, maxAttempts: 3, cooldown: 60, lockAfter: 6, lockDuration: 900, perDay: 20 };
const SOLVED = 'a solved captcha';
const client = { networks: ['192.0.2.0/24'] as const, ipAddress: '192.0.2.1', userAgent: null, requestId: null };

let database: TestDatabase;
let services: OtpServices;
/** The same limits, where a CAPTCHA can be asked for. */
let asking: OtpServices;
beforeAll(async () => {
  database = await openTestDatabase();
  const secrets = { current: appSecret(TEST_SECRET), previous: null };
  const repository = new SigningKeyRepository(database.db);
  const logger = createLogger('silent');
  const clock = new ManualClock();
  const keys = await SigningKeys.load({
    ...{ repository, secrets, issuer: null, clock, logger },
    longestTokenTtl: 900,
  });
  const common = { db: database.db, keys, rules, failureLimits: { perNetworkPerHour: 12, perHour: 24 } };
  services = openOtpServices(common);
  const verifier: CaptchaVerifier = {
    verify: async ({ token }) => (token === SOLVED ? 'passed' : 'failed'),
  };
  const captcha = new CaptchaGate(
    { mode: 'on-suspicion', provider: 'turnstile', siteKey: 'site', verifier },
    { logger, metrics: noMetrics },
  );
  asking = openOtpServices({ ...common, captcha });
});
afterAll(() => database.close());

function verify(phoneNumber: string, otp: string, captchaToken: string | null = null, { verifyOtp } = services) {
  const nobody = { deviceToken: null, requestToken: null, acceptLanguage: null, signedInAs: null };
  return verifyOtp.verifyOtp({ phoneNumber, otp, client, captchaToken, ...nobody });
}

test('who has passed a CAPTCHA passes them ten times as often, and not the lock of a number', async () => {
  const phoneNumber = '+9779800007901';
  await asking.requestOtp.requestOtp({
    ...{
      phoneNumber,
      purpose: 'SIGN_IN',
      audience: null,
      session: null,
      channel: 'SMS',
      locale: null,
      acceptLanguage: null,
      networks: client.networks,
    },
    ...{ captchaToken: null, deviceToken: null, ipAddress: null, requestId: null },
  });
  await asking.drain();
  const right = asking.phone.code(phoneNumber);
  await verify('+9779800007902', '000000', null, asking);
  expect(await verify(phoneNumber, right, null, asking)).toEqual({
    kind: 'captcha_required',
    provider: 'turnstile',
    siteKey: 'site',
  });
  expect(await verify(phoneNumber, right)).toMatchObject({ kind: 'too_many_requests' });
  for (let guess = 0; guess < 5; guess += 1) {
    expect(await verify('+9779800007903', '000000', SOLVED, asking)).toMatchObject({ kind: 'wrong' });
  }
  expect(await verify('+9779800007903', '000000', SOLVED, asking)).toMatchObject({ kind: 'locked' });
  expect(await verify(phoneNumber, right, SOLVED, asking)).toMatchObject({ kind: 'signed_in' });
  // Seven failed so far, of ten times one.
  for (const last of ['4', '5', '6']) {
    expect(await verify(`+977980000790${last}`, '000000', SOLVED, asking)).toMatchObject({ kind: 'wrong' });
  }
  expect(await verify('+9779800007907', '000000', SOLVED, asking)).toMatchObject({ kind: 'too_many_requests' });
  await asking.drain();
});

test('three hundred guesses that are all there before the first is judged: a process lets sixteen more through', async () => {
  services.clock.advance(330);
  const answers = await inParallel(300, (index) => verify(`+97798020${String(index).padStart(5, '0')}`, '000000'));
  const compared = answers.filter(({ kind }) => kind === 'wrong').length;
  expect(compared).toBeGreaterThanOrEqual(1);
  expect(compared).toBeLessThanOrEqual(1 + 16);
  expect(answers.filter(({ kind }) => kind === 'too_many_requests').length).toBe(300 - compared);
});
