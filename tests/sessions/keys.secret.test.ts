import { afterEach, beforeEach, expect, test } from 'vitest';
import { rotateKeys } from '../../src/sessions/signing-key-rotation.js';
import { KEY_LEAD } from '../../src/sessions/signing-key-schedule.js';
import { appSecret } from '../../src/platform/app-secret.js';
import { keySet, kidOf, notice, otherProcess, rotate } from '../support/keys.js';
import { obtainCode, signIn, verifyOtp } from '../support/operations/operations.js';
import { startService, TEST_SECRET, type TestService } from '../support/service.js';
import { isSignedIn, refresh } from '../support/operations/session-operations.js';

const NEW_SECRET = 'the secret that comes after it, and is no shorter';
const PHONE_NUMBER = '+9779800000000';
const OTHER_NUMBER = '+9779811111111';

let before: TestService;
const running: TestService[] = [];

beforeEach(async () => {
  before = await startService();
});

afterEach(async () => {
  for (const service of running.splice(0)) await service.close();
  await before.close();
});

/** Another deployment of the service, on the same database. */
async function deploy(env: Record<string, string>): Promise<TestService> {
  const service = await startService({ database: before.database, clock: before.clock, env });
  running.push(service);
  return service;
}

test('a secret is changed and nobody is signed out: tokens, refresh tokens and codes under way go on working', async () => {
  const { tokens } = await signIn(before, PHONE_NUMBER);
  const otp = await obtainCode(before, OTHER_NUMBER);

  const after = await deploy({ APP_SECRET: NEW_SECRET, APP_SECRET_PREVIOUS: TEST_SECRET });

  expect(await isSignedIn(after, tokens.accessToken)).toBe(true);
  expect(await verifyOtp(after, { phoneNumber: OTHER_NUMBER, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  const refreshed = await refresh(after, tokens.refreshToken);
  expect(await isSignedIn(after, refreshed.tokens.accessToken)).toBe(true);

  const cleaned = await deploy({ APP_SECRET: NEW_SECRET });
  expect(await isSignedIn(cleaned, tokens.accessToken)).toBe(true);
  const again = await refresh(cleaned, refreshed.tokens.refreshToken);
  expect(await isSignedIn(cleaned, again.tokens.accessToken)).toBe(true);
  expect(kidOf(again.tokens.accessToken)).toBe(kidOf(tokens.accessToken));
});

test('a key that waits for its turn is carried over to the new secret as well', async () => {
  const { kid } = await rotate(before);
  await deploy({ APP_SECRET: NEW_SECRET, APP_SECRET_PREVIOUS: TEST_SECRET });
  before.clock.advance(KEY_LEAD);

  const cleaned = await deploy({ APP_SECRET: NEW_SECRET });

  expect(kidOf((await signIn(cleaned, PHONE_NUMBER)).tokens.accessToken)).toBe(kid);
});

test('once the secret before is dropped its refresh tokens are refused', async () => {
  const { tokens } = await signIn(before, PHONE_NUMBER);
  await deploy({ APP_SECRET: NEW_SECRET, APP_SECRET_PREVIOUS: TEST_SECRET });
  const cleaned = await deploy({ APP_SECRET: NEW_SECRET });

  expect(await refresh(cleaned, tokens.refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
});

test('a process with none of the secrets that fit does not start, and says which setting is wrong', async () => {
  const reason = /^APP_SECRET is not the one this database was used with.*APP_SECRET_PREVIOUS\.$/;

  await expect(deploy({ APP_SECRET: NEW_SECRET })).rejects.toThrow(reason);
  const neither = { APP_SECRET: NEW_SECRET, APP_SECRET_PREVIOUS: 'a third one that was never used on any database' };
  await expect(deploy(neither)).rejects.toThrow(reason);
  await deploy({ APP_SECRET: NEW_SECRET, APP_SECRET_PREVIOUS: TEST_SECRET });
  await expect(deploy({ APP_SECRET: TEST_SECRET })).rejects.toThrow(reason);
});

test('a process that still runs with the secret before goes on signing when a key of the new one is added', async () => {
  const after = await deploy({ APP_SECRET: NEW_SECRET, APP_SECRET_PREVIOUS: TEST_SECRET });
  const { tokens } = await signIn(before, PHONE_NUMBER);
  const outcome = await rotateKeys({
    ...otherProcess(before),
    secrets: { current: appSecret(NEW_SECRET), previous: null },
  });
  await Promise.all([notice(before), notice(after)]);
  before.clock.advance(KEY_LEAD);

  const old = await refresh(before, tokens.refreshToken);
  const next = await signIn(after, OTHER_NUMBER);

  expect(kidOf(old.tokens.accessToken)).toBe(kidOf(tokens.accessToken));
  expect(kidOf(next.tokens.accessToken)).toBe(outcome.key.kid);
  expect(await isSignedIn(after, old.tokens.accessToken)).toBe(true);
  expect(await isSignedIn(before, next.tokens.accessToken)).toBe(true);
  expect(await keySet(before)).toEqual(await keySet(after));
  expect(before.logs.join('')).toContain('signing keys of another APP_SECRET');
});
