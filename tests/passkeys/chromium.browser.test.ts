import { decodeJwt } from 'jose';
import type { Browser, CDPSession, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../support/browser/chromium.js';
import { signIn } from '../support/operations/operations.js';
import {
  finishPasskeySignIn,
  finishRegistration,
  startPasskeySignIn,
  startRegistration,
} from '../support/passkeys/operations.js';
import { startService, type TestService } from '../support/service.js';

/** A real browser with an authenticator of its own: what it makes of our options, and we of its answers. */

let browser: Browser;
let service: TestService;
let page: Page;
let authenticator: CDPSession;

beforeAll(async () => {
  service = await startService({ env: { PASSKEY_RP_ID: 'localhost' } });
  browser = await launchChromium();
  page = await browser.newPage();
  await page.goto(Object.assign(new URL('/healthz', service.url), { hostname: 'localhost' }).href);
  authenticator = await page.createCDPSession();
  await authenticator.send('WebAuthn.enable');
  const person = { hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
  const options = { ...person, protocol: 'ctap2', transport: 'internal', hasResidentKey: true } as const;
  await authenticator.send('WebAuthn.addVirtualAuthenticator', { options });
});

afterAll(async () => {
  await browser.close();
  await service.close();
});

const create = (options: object) =>
  page.evaluate(`(async () => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(${JSON.stringify(options)});
    return (await navigator.credentials.create({ publicKey })).toJSON();
  })()`);

const get = (options: object) =>
  page.evaluate(`(async () => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(${JSON.stringify(options)});
    return (await navigator.credentials.get({ publicKey })).toJSON();
  })()`);

test('Chromium makes a passkey, and signs in with it without a number', async () => {
  const { user, tokens } = await signIn(service, '+9779800044601');
  const { options } = await startRegistration(service, tokens.accessToken);
  const added = await finishRegistration(service, tokens.accessToken, { response: await create(options) });
  expect(added).toMatchObject({ __typename: 'FinishPasskeyRegistrationSuccess', user: { id: user.id } });
  for (let round = 0; round < 2; round += 1) {
    const { options: asked } = await startPasskeySignIn(service);
    const signedIn = await finishPasskeySignIn(service, { response: await get(asked) });
    expect(signedIn).toMatchObject({ __typename: 'FinishPasskeySignInSuccess', user: { id: user.id } });
    expect(decodeJwt(signedIn.tokens.accessToken)['amr']).toEqual(['hwk', 'user', 'mfa']);
  }
});

test('Chromium makes no second passkey of the account on the same authenticator', async () => {
  const { tokens } = await signIn(service, '+9779800044602');
  const { options } = await startRegistration(service, tokens.accessToken);
  await finishRegistration(service, tokens.accessToken, { response: await create(options) });
  const { options: again } = await startRegistration(service, tokens.accessToken);
  await expect(create(again)).rejects.toThrow(/previously registered|InvalidStateError/);
});
