import { readFileSync } from 'node:fs';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { launchChromium } from '../support/browser/chromium.js';
import { buildClientWhenNeeded } from '../support/examples/built-client.js';
import { ExamplePage } from '../support/examples/example-page.js';
import { ExampleServer, exampleAddress } from '../support/examples/example-server.js';
import { startService, type TestService } from '../support/service.js';

const FILE = new URL('../../examples/web/index.html', import.meta.url);
const PHONE = '+255679190720';

let service: TestService;
let example: ExampleServer;
let browser: Browser;
beforeAll(async () => {
  await buildClientWhenNeeded();
  const url = await exampleAddress();
  const cookies = { SESSION_COOKIES: 'on', PUBLIC_URL: 'http://localhost', CORS_ORIGINS: url };
  [service, browser] = await Promise.all([startService({ env: cookies }), launchChromium()]);
  const ACCOUNTS_URL = `http://localhost:${new URL(service.url).port}`;
  example = await ExampleServer.start('web', url, { ACCOUNTS_URL });
});
afterAll(() => Promise.all([example?.stop(), browser?.close(), service?.close()]));

async function open(): Promise<ExamplePage> {
  const page = await ExamplePage.open(browser, example.url);
  onTestFinished(() => page.close());
  return page;
}

test('the whole script of the page, sign-in with refresh, has ten lines with one statement each', () => {
  const [, script = ''] = /<script type="module">\n(.*?)<\/script>/s.exec(readFileSync(FILE, 'utf8')) ?? [];
  const lines = script.split('\n').filter((line) => line.trim() !== '');
  expect(lines.length).toBeLessThanOrEqual(10);
  expect(script).toContain('createAccounts(');
  expect(lines.filter((line) => line.length > 120 || /;./.test(line))).toEqual([]);
});

test('a person signs in, is still signed in when the access token is over and the page new, and signs out', async () => {
  const example = await open();
  await example.fill('Phone number', PHONE);
  await example.press('Send code');
  await example.shows('The code is on its way.');
  await example.fill('Code', '000000');
  await example.press('Sign in');
  await example.shows('Invalid OTP');
  await example.fill('Code', service.phone.code(PHONE));
  await example.press('Sign in');
  await example.shows(`Signed in as ${PHONE}`);

  service.clock.advance(16 * 60);
  await example.page.reload();
  await example.shows(`Signed in as ${PHONE}`);
  expect(await example.page.evaluate(() => JSON.stringify(localStorage))).not.toContain('efreshToken');

  await example.press('Sign out');
  await example.shows('Send code');
  await example.page.reload();
  await example.shows('Send code');
  expect(example.errors).toEqual([]);
});

test('the page says what is wrong with a number', async () => {
  const example = await open();
  await example.fill('Phone number', '12345');
  await example.press('Send code');
  await example.shows('Start with the country code');
  expect(example.errors).toEqual([]);
});

test('the server of the page gives no other file away', async () => {
  const paths = ['/client/../package.json', '/client/%2e%2e/package.json', '/server.js', '/client/..%2fsrc%2findex.js'];
  const statuses = await Promise.all(paths.map(async (path) => (await fetch(example.url + path)).status));
  expect(statuses).toEqual([404, 404, 404, 404]);
});
