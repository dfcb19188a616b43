import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { launchChromium } from '../support/browser/chromium.js';
import { buildClientWhenNeeded } from '../support/examples/built-client.js';
import { ExamplePage } from '../support/examples/example-page.js';
import { ExampleServer, exampleAddress } from '../support/examples/example-server.js';
import { startService, type TestService } from '../support/service.js';

const PHONE = '+255679190720';
const OTHER_PHONE = '+255679190721';

let service: TestService;
let example: ExampleServer;
let browser: Browser;
beforeAll(async () => {
  await buildClientWhenNeeded();
  const url = await exampleAddress();
  const cookies = { SESSION_COOKIES: 'on', PUBLIC_URL: 'http://localhost', CORS_ORIGINS: url };
  [service, browser] = await Promise.all([startService({ env: cookies }), launchChromium()]);
  const ACCOUNTS_URL = `http://localhost:${new URL(service.url).port}`;
  // It builds the application first.
  example = await ExampleServer.start('nextjs', url, { ACCOUNTS_URL, ISSUER: 'http://localhost' }, 240);
});
afterAll(() => Promise.all([example?.stop(), browser?.close(), service?.close()]));

/** What the server makes of a page without any script. */
async function html(cookie = ''): Promise<string> {
  return (await fetch(example.url, { headers: { cookie } })).text();
}

test('the server knows who is signed in before the page is in the browser, until they sign out', async () => {
  const page = await ExamplePage.open(browser, example.url);
  onTestFinished(() => page.close());
  await page.shows('The server knows no user.');
  await page.fill('Phone number', PHONE);
  await page.press('Send code');
  await page.shows('Code');
  await page.fill('Code', service.phone.code(PHONE));
  await page.press('Sign in');
  await page.shows(`Signed in as ${PHONE}`);
  await page.shows('The server knows user');

  const [kept] = (await page.page.cookies()).filter(({ name }) => name === 'access-token');
  expect(kept).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
  const known = await html(`access-token=${kept?.value}`);
  expect(known).toMatch(/The server knows user [\da-f-]{36} with the role USER/);
  service.clock.advance(16 * 60);
  await page.page.reload();
  await page.shows(`Signed in as ${PHONE}`);

  await page.press('Sign out');
  await page.shows('The server knows no user.');
  await page.page.reload();
  await page.shows('Send code');
  expect((await page.page.cookies()).filter(({ name }) => name === 'access-token')).toEqual([]);
  expect(page.errors).toEqual([]);
});

test('with a forged token the server knows no user, and takes none into the cookie', async () => {
  expect(await html('access-token=eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.')).toContain('The server knows no user.');
  const headers = { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.', origin: example.url };
  const answer = await fetch(`${example.url}/session`, { method: 'POST', headers });
  expect(answer.status).toBe(401);
  expect(answer.headers.get('set-cookie') ?? '').not.toContain('eyJ');
});

test.each(['https://evil.test', 'null', ''])(
  'a page of another site (%s) does not sign a visitor out',
  async (origin) => {
    const headers = { cookie: 'access-token=x', ...(origin && { origin }) };
    const answer = await fetch(`${example.url}/session`, { method: 'POST', headers });
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null]);
  },
);

test('a sign-out without network says so, and one that the server of the page missed reaches it later', async () => {
  const failing = new Set<string>();
  const page = await ExamplePage.open(browser, example.url, async (tab) => {
    await tab.setRequestInterception(true);
    tab.on('request', (request) =>
      failing.has(new URL(request.url()).pathname) ? request.abort('connectionfailed') : request.continue(),
    );
  });
  onTestFinished(() => page.close());
  await page.fill('Phone number', OTHER_PHONE);
  await page.press('Send code');
  await page.shows('Code');
  await page.fill('Code', service.phone.code(OTHER_PHONE));
  await page.press('Sign in');
  await page.shows('The server knows user');

  failing.add('/graphql');
  await page.press('Sign out');
  await page.shows('You are still signed in.');
  failing.delete('/graphql');
  failing.add('/session');
  await page.press('Sign out');
  await page.shows('Send code');
  await page.shows('The server knows user');
  failing.delete('/session');
  await page.shows('The server knows no user.');
  expect(page.errors).toEqual([]);
});
