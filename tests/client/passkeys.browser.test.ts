import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAuthenticator } from '../support/browser/authenticator.js';
import { launchChromium } from '../support/browser/chromium.js';
import { plainFetch } from '../support/client/passkeys-by-fetch.js';
import { textOf } from '../support/documented-example.js';
import { startService, type TestService } from '../support/service.js';

/** People with passkeys, in a real browser with an authenticator, through the package. */

const ENTRY = fileURLToPath(new URL('../support/client/passkeys-page.ts', import.meta.url));

declare global {
  interface Window {
    /** Gives the field a new challenge. */
    renew?: () => void;
    codeFor(phoneNumber: string): Promise<string>;
  }
}

let service: TestService;
let browser: Browser;
let app: { readonly url: string; close(): Promise<void> };
beforeAll(async () => {
  [browser, app] = await Promise.all([launchChromium(), serve()]);
  const env = { SESSION_COOKIES: 'on', PUBLIC_URL: 'http://localhost', CORS_ORIGINS: app.url };
  service = await startService({ env });
});
afterAll(async () => {
  await browser.close();
  await app.close();
  await service.close();
});

async function serve() {
  const define = { 'process.env.NODE_ENV': '"production"' };
  const { outputFiles } = await build({ entryPoints: [ENTRY], bundle: true, format: 'esm', write: false, define });
  const script = outputFiles[0]?.text ?? '';
  const server = createServer(({ url = '' }, response) => {
    const isScript = url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(
      isScript ? script : '<!doctype html><title>Passkeys</title><body><script type="module" src="/page.js"></script>',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, close };
}

/** A domain, as passkeys need one. */
const graphqlUrl = () => Object.assign(new URL('/graphql', service.url), { hostname: 'localhost' }).href;

interface Visit {
  readonly page: Page;
  /** Whether the user agrees to what the authenticator asks. */
  readonly agree: (agrees: boolean) => Promise<void>;
}

/** A page in a browser of its own, with an authenticator that answers for its user. */
async function open(
  mode: 'cookie' | 'storage',
  fragment = '',
  prepare: (page: Page) => Promise<unknown> = async () => undefined,
): Promise<Visit> {
  const page = await (await browser.createBrowserContext()).newPage();
  await prepare(page);
  const agree = await addAuthenticator(page);
  await page.goto(`${app.url}/?${mode}&${graphqlUrl()}${fragment}`);
  await session(page, 'nobody');
  return { page, agree };
}

const session = (page: Page, value: string) => page.waitForSelector(`main[data-session="${value}"]`);
const keys = (page: Page, names: string) => page.waitForSelector(`section[data-keys="${names}"]`);
const press = (page: Page, id: string) => page.locator(`#${id}`).click();
const told = (page: Page, text: string) =>
  page.waitForFunction((expected) => document.querySelector('output')?.textContent === expected, {}, text);

async function typeCode(page: Page, phoneNumber: string): Promise<void> {
  await page.locator('input').fill(phoneNumber);
  await press(page, 'go');
  await page.waitForSelector('form[data-step="code"]');
  await page.locator('input').fill(service.phone.code(phoneNumber));
  await press(page, 'go');
}

async function signUp(page: Page, phoneNumber: string): Promise<void> {
  await typeCode(page, phoneNumber);
  await session(page, phoneNumber);
}

test.each([
  ['cookie', '+255679190801'],
  ['storage', '+255679190802'],
] as const)(
  '%s mode: somebody signs up by code, adds a passkey, signs in by it, and removes it',
  async (mode, phoneNumber) => {
    const { page } = await open(mode);
    await signUp(page, phoneNumber);
    await page.waitForSelector('section[data-suggested="true"]');
    await press(page, 'add');
    await keys(page, 'Test key');
    await press(page, 'add');
    await told(page, 'This device already has a passkey for your account.');
    await press(page, 'leave');
    await session(page, 'nobody');

    await press(page, 'passkey');
    await session(page, phoneNumber);
    await keys(page, 'Test key');
    await press(page, 'prove');
    await page.waitForSelector('body[data-proof="ReauthenticateSuccess"]');
    await press(page, 'rename');
    await keys(page, 'Other name');
    await press(page, 'remove');
    await keys(page, '');
    await press(page, 'leave');
    await session(page, 'nobody');

    await press(page, 'passkey');
    await told(page, 'This passkey is not accepted here. Sign in another way.');
    await page.browserContext().close();
  },
);

test('the field for the number offers a passkey, and the user types nothing', async () => {
  const { page, agree } = await open('storage', '#autofill');
  await agree(false);
  await signUp(page, '+255679190803');
  await agree(true);
  await press(page, 'add');
  await keys(page, 'Test key');
  await press(page, 'leave');
  await session(page, '+255679190803');
  await keys(page, 'Test key');
  await press(page, 'remove');
  await keys(page, '');
  await press(page, 'leave');
  await told(page, 'This passkey is not accepted here. Sign in another way.');
  await page.browserContext().close();
});

test('a page that is open for long still takes the passkey that its field offers', async () => {
  const { page, agree } = await open('storage', '#autofill', (tab) =>
    tab.evaluateOnNewDocument((renewAfter) => {
      const later = globalThis.setTimeout;
      globalThis.setTimeout = ((run: () => void, milliseconds?: number) => {
        if (milliseconds === renewAfter) window.renew = run;
        return later(run, milliseconds);
      }) as typeof setTimeout;
    }, 240_000),
  );
  await agree(false);
  await signUp(page, '+255679190805');
  await agree(true);
  await press(page, 'add');
  await keys(page, 'Test key');
  await agree(false);
  await press(page, 'leave');
  await session(page, 'nobody');
  await page.waitForFunction(() => window.renew !== undefined);
  service.clock.advance(301);
  await agree(true);
  await page.evaluate(() => window.renew?.());
  await session(page, '+255679190805');
  await page.browserContext().close();
});

test('the lines of docs/passkeys.md, with fetch alone: sign up, add, sign in, remove', async () => {
  const [add = '', get = ''] = [...textOf('passkeys.md').matchAll(/^ *```js\n(.*?)^ *```$/gms)].map(([, code]) => code);
  const { page } = await open('storage');
  await page.exposeFunction('codeFor', (phoneNumber: string) => service.phone.code(phoneNumber));
  // With conditional mediation, the browser would wait for its user to touch the field.
  const told = await page.evaluate(plainFetch, {
    ...{ url: graphqlUrl(), phoneNumber: '+255679190806', add },
    get: get.replace(", mediation: 'conditional'", ''),
  });
  expect(told).toEqual([
    'VerifyOtpSuccess true',
    'FinishPasskeyRegistrationSuccess',
    'LogoutSuccess',
    'FinishPasskeySignInSuccess',
    'RemovePasskeySuccess',
    'InvalidCredentialsError',
  ]);
  await page.browserContext().close();
});

test('on a device that the account does not know, the passkey is the further proof after the code', async () => {
  const { page } = await open('storage');
  const phoneNumber = '+255679190807';
  await signUp(page, phoneNumber);
  await press(page, 'add');
  await keys(page, 'Test key');
  await press(page, 'leave');
  await session(page, 'nobody');
  await page.evaluate(() => localStorage.clear());
  await page.reload();
  await session(page, 'nobody');
  service.clock.advance(61);
  await typeCode(page, phoneNumber);
  await page.waitForSelector('form[data-step="proof"]');
  await press(page, 'passkey');
  await session(page, phoneNumber);
  await page.browserContext().close();
});

test('somebody who has no passkey is told so, and signs in by code', async () => {
  const { page } = await open('storage');
  await press(page, 'passkey');
  await told(page, 'No passkey was used. Try again, or choose another way.');
  await signUp(page, '+255679190804');
  await page.browserContext().close();
});
