import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { signIn } from '../support/operations/operations.js';
import { SoftwareAuthenticator } from '../support/passkeys/authenticator.js';
import {
  addPasskey,
  newAuthenticator,
  signInByPasskey,
  startPasskeySignIn,
  startRegistration,
} from '../support/passkeys/operations.js';
import { startService, type TestService } from '../support/service.js';

/** What an operator says of passkeys. */

const FINGERPRINT = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, '0')).join(':');
const APP_ORIGIN = `android:apk-key-hash:${Buffer.from(FINGERPRINT.replaceAll(':', ''), 'hex').toString('base64url')}`;
const OPTIONS = '{ signInOptions { passkeys { rpId } } }';

/** For a company with several domains, and apps. */
let service: TestService;
/** The same a day later: no passkeys are added any more. */
let off: TestService;
/** Reached by an address. */
let nameless: TestService;
beforeAll(async () => {
  const env = {
    PUBLIC_URL: 'https://accounts.example.com',
    PASSKEY_RP_ID: 'example.com',
    PASSKEY_ORIGINS: 'https://app.example.com, https://example.co.uk',
    PASSKEY_ANDROID_APPS: `com.example.app=${FINGERPRINT}`,
    PASSKEY_APPLE_APPS: 'A1B2C3D4E5.com.example.app',
  };
  service = await startService({ env });
  const { database, clock } = service;
  off = await startService({ env: { ...env, PASSKEY_POLICY: 'off' }, database, clock });
  nameless = await startService({ env: { PUBLIC_URL: 'https://192.0.2.7' }, database, clock });
});
afterAll(async () => {
  await nameless.close();
  await off.close();
  await service.close();
});

const passkeyOptions = async (of: TestService) => (await of.graphql(OPTIONS)).body.data.signInOptions.passkeys;

describe('the domain of PASSKEY_RP_ID', () => {
  test('is what passkeys belong to, on each page and in each app that is named', async () => {
    expect(await passkeyOptions(service)).toEqual({ rpId: 'example.com' });
    const { accessToken } = (await signIn(service, '+9779800044301')).tokens;
    for (const origin of ['https://app.example.com', 'https://example.co.uk', APP_ORIGIN, 'https://example.com']) {
      const authenticator = new SoftwareAuthenticator({ origin, synced: true });
      const added = await addPasskey(service, accessToken, { authenticator });
      expect(added).toMatchObject({ __typename: 'FinishPasskeyRegistrationSuccess', passkey: { backedUp: true } });
      expect(await signInByPasskey(service, authenticator)).toMatchObject({ __typename: 'FinishPasskeySignInSuccess' });
      const forged = { origin: 'https://accounts.example.com' };
      expect(await signInByPasskey(service, authenticator, { forged })).toMatchObject({
        __typename: 'InvalidCredentialsError',
      });
    }
  });

  test.each([
    ['/.well-known/webauthn', { origins: ['https://app.example.com', 'https://example.co.uk'] }],
    ['/.well-known/apple-app-site-association', { webcredentials: { apps: ['A1B2C3D4E5.com.example.app'] } }],
    [
      '/.well-known/assetlinks.json',
      [
        {
          relation: ['delegate_permission/common.handle_all_urls', 'delegate_permission/common.get_login_creds'],
          target: {
            namespace: 'android_app',
            package_name: 'com.example.app',
            sha256_cert_fingerprints: [FINGERPRINT.toUpperCase()],
          },
        },
      ],
    ],
  ])('names them in %s', async (path, content) => {
    const answer = await fetch(service.url + path);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await answer.json()).toEqual(content);
  });

  test('names no app where none is set', async () => {
    const paths = ['assetlinks.json', 'apple-app-site-association', 'webauthn'];
    const answers = await Promise.all(paths.map((path) => fetch(`${nameless.url}/.well-known/${path}`)));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });
});

test('PASSKEY_POLICY=off adds none, and those that people have still sign them in', async () => {
  const { accessToken } = (await signIn(service, '+9779800044302')).tokens;
  const authenticator = newAuthenticator({ origin: 'https://app.example.com' });
  await addPasskey(service, accessToken, { authenticator });
  expect(await passkeyOptions(off)).toBeNull();
  const refused = { __typename: 'InvalidInputError', fields: [{ code: 'NOT_OFFERED' }] };
  expect(await startRegistration(off, accessToken)).toMatchObject(refused);
  expect(await signInByPasskey(off, authenticator)).toMatchObject({ __typename: 'FinishPasskeySignInSuccess' });
});

test('a service that is reached by an address has none', async () => {
  expect(await passkeyOptions(nameless)).toBeNull();
  const refused = { __typename: 'InvalidInputError', fields: [{ code: 'NOT_OFFERED' }] };
  expect(await startPasskeySignIn(nameless)).toMatchObject(refused);
});

test.each([
  ['PASSKEY_RP_ID', 'https://example.com', 'must be a domain'],
  ['PASSKEY_ORIGINS', 'http://app.example.com', 'Write origins with https'],
  ['PASSKEY_ORIGINS', 'https://app.example.com/path', 'Write origins with https'],
  ['PASSKEY_ANDROID_APPS', 'com.example.app=AB:CD', 'SHA-256 fingerprint'],
  ['PASSKEY_APPLE_APPS', 'com.example.app', 'A1B2C3D4E5.com.example.app'],
])('%s=%s is refused', (name, value, words) => {
  const reading = readConfig({ NODE_ENV: 'test', [name]: value });
  expect(reading.kind === 'problems' ? reading.problems : []).toEqual([expect.stringContaining(words)]);
});
