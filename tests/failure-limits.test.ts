import { afterAll, beforeAll, expect, test } from 'vitest';
import { appSecret } from '../src/platform/app-secret.js';
import { createLogger } from '../src/platform/logger.js';
import { SigningKeyRepository } from '../src/sessions/signing-key.repository.js';
import { SigningKeys } from '../src/sessions/signing-keys.js';
import { ManualClock } from './support/manual-clock.js';
import { inParallel } from './support/operations.js';
import { openOtpServices, type OtpServices } from './support/otp-services.js';
import { TEST_SECRET } from './support/service.js';
import { openTestDatabase, type TestDatabase } from './support/test-database.js';

/** The limits on failures of all clients together, as the services hold them: what no front end can ask for (yet). */

const rules = { timeToLive: 600, maxAttempts: 3, cooldown: 60, lockAfter: 6, lockDuration: 900, perDay: 20 };
const client = { network: '192.0.2.0/24', ipAddress: '192.0.2.1', userAgent: null };

let database: TestDatabase;
let services: OtpServices;
beforeAll(async () => {
  database = await openTestDatabase();
  const secrets = { current: appSecret(TEST_SECRET), previous: null };
  const repository = new SigningKeyRepository(database.db);
  const logger = createLogger('silent');
  const keys = await SigningKeys.load({ repository, secrets, clock: new ManualClock(), logger, accessTokenTtl: 900 });
  services = openOtpServices({ db: database.db, keys, rules, failureLimits: { perNetworkPerHour: 12, perHour: 24 } });
});
afterAll(() => database.close());

function verify(phoneNumber: string, otp: string, suspicionCleared: boolean) {
  const command = { phoneNumber, otp, client, suspicionCleared, acceptLanguage: null, signedInAs: null };
  return services.verifyOtp.verifyOtp(command);
}

test('who has shown not to be a machine passes them, and not the lock of a number', async () => {
  const phoneNumber = '+9779800007901';
  await services.requestOtp.requestOtp({ phoneNumber, purpose: 'SIGN_IN', locale: null, acceptLanguage: null });
  await verify('+9779800007902', '000000', false);
  expect(await verify(phoneNumber, services.phone.code(phoneNumber), false)).toMatchObject({
    kind: 'too_many_requests',
  });
  for (let guess = 0; guess < 5; guess += 1) {
    expect(await verify('+9779800007903', '000000', true)).toMatchObject({ kind: 'wrong' });
  }
  expect(await verify('+9779800007903', '000000', true)).toMatchObject({ kind: 'locked' });
  expect(await verify(phoneNumber, services.phone.code(phoneNumber), true)).toMatchObject({ kind: 'signed_in' });
  await services.drain();
});

test('three hundred guesses that are all there before the first is judged: a process lets sixteen more through', async () => {
  services.clock.advance(330);
  const answers = await inParallel(300, (index) =>
    verify(`+97798020${String(index).padStart(5, '0')}`, '000000', false),
  );
  const compared = answers.filter(({ kind }) => kind === 'wrong').length;
  expect(compared).toBeGreaterThanOrEqual(1);
  expect(compared).toBeLessThanOrEqual(1 + 16);
  expect(answers.filter(({ kind }) => kind === 'too_many_requests').length).toBe(300 - compared);
});
