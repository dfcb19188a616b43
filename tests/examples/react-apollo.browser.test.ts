import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { addAuthenticator } from '../support/browser/authenticator.js';
import { axeFindings } from '../support/browser/axe.js';
import { givenChromium, launchChromium } from '../support/browser/chromium.js';
import { expectScreenshot } from '../support/browser/screenshot.js';
import { type CaptchaService, startCaptchaService } from '../support/captcha/captcha-service.js';
import { buildClientWhenNeeded } from '../support/examples/built-client.js';
import { ExamplePage } from '../support/examples/example-page.js';
import { ExampleServer, exampleAddress } from '../support/examples/example-server.js';
import { form, register, requestOtp, verifyOtp } from '../support/operations/operations.js';
import type { TestService } from '../support/service.js';
import { DAY } from '../support/sleepers.js';

/** What the script of a provider does, as far as a page sees it. */
const WIDGETS = `globalThis.turnstile = {
  render(place, { sitekey, callback }) {
    const button = document.createElement('button');
    button.textContent = 'I am human';
    button.onclick = async () => callback(await solve(sitekey));
    place.append(button);
    this.remove = () => button.remove();
    return 'widget';
  },
};`;

let captcha: CaptchaService;
let service: TestService;
let example: ExampleServer;
let browser: Browser;
beforeAll(async () => {
  await buildClientWhenNeeded();
  const url = await exampleAddress();
  const cookies = { SESSION_COOKIES: 'on', PUBLIC_URL: 'http://localhost', CORS_ORIGINS: url, DEFAULT_REGION: 'TZ' };
  [captcha, browser] = await Promise.all([startCaptchaService('on-suspicion', { env: cookies }), launchChromium()]);
  service = captcha.service;
  const ACCOUNTS_URL = `http://localhost:${new URL(service.url).port}`;
  example = await ExampleServer.start('react-apollo', url, { ACCOUNTS_URL });
});
afterAll(() => Promise.all([example?.stop(), browser?.close(), captcha?.close()]));

async function open(
  scheme: 'light' | 'dark' = 'light',
  prepare: (tab: Page) => Promise<unknown> = async () => undefined,
): Promise<ExamplePage> {
  const page = await ExamplePage.open(browser, example.url, async (tab) => {
    await prepare(tab);
    await tab.setViewport({ width: 480, height: 600 });
    await tab.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    // Countdowns stand still, so that pictures are alike.
    await tab.evaluateOnNewDocument(() => {
      performance.now = () => 1000;
    });
  });
  onTestFinished(() => page.close());
  return page;
}

test('a person chooses a country, signs in, gets a name, stays signed in and signs out', async () => {
  const example = await open();
  await example.fill('Phone number', '679 190 721');
  await example.press('Send code');
  await example.shows('We have sent a code to +255679190721.');
  await example.shows('Send again in 60 s');
  await example.fill('Code', '000000');
  await example.press('Sign in');
  await example.shows('2 attempts left.');
  await example.fill('Code', service.phone.code('+255679190721'));
  await example.press('Sign in');
  await example.shows('Signed in as +255679190721');
  await example.fill('First name', 'Asha');
  await example.press('Save');
  await example.shows('Hello, Asha');

  service.clock.advance(16 * 60);
  await example.fill('First name', 'Rishi');
  await example.press('Save');
  await example.shows('Hello, Rishi');
  await example.page.reload();
  await example.shows('Hello, Rishi');
  await example.press('Sign out');
  await example.shows('Send code');
  expect(example.errors).toEqual([]);
});

test('the message of a failure is beside the form, in the words of the client', async () => {
  const example = await open();
  await example.fill('Phone number', '12');
  await example.press('Send code');
  await example.shows('This is too short.');
  expect(example.errors).toEqual([]);
});

test('a person whose network fails when the page opens tries again, without a reload', async () => {
  let down = true;
  const page = await ExamplePage.open(browser, example.url, async (tab) => {
    await tab.setRequestInterception(true);
    tab.on('request', (request) =>
      down && request.url().includes('/graphql') ? request.abort('connectionfailed') : request.continue(),
    );
  });
  onTestFinished(() => page.close());
  await page.shows('No connection');
  down = false;
  await page.press('Try again');
  await page.shows('Send code');
  expect(page.errors).toEqual([]);
});

test('a person whose number was guessed at shows that they are human, and is signed in', async () => {
  const phoneNumber = '+255679190730';
  await requestOtp(service, { phoneNumber });
  for (const otp of ['000001', '000002', '000003']) await verifyOtp(service, { phoneNumber, otp });
  service.clock.advance(61);
  const page = await open('light', async (tab) => {
    await tab.exposeFunction('solve', (siteKey: string) => captcha.provider.solve(siteKey));
    await tab.setRequestInterception(true);
    const answer = { contentType: 'text/javascript', body: WIDGETS };
    tab.on('request', (request) =>
      request.url().startsWith('https://challenges.cloudflare.com/') ? request.respond(answer) : request.continue(),
    );
  });
  await page.fill('Phone number', phoneNumber);
  await page.press('Send code');
  await page.shows('We have sent a code');
  // The first guess of who asked for the code is always checked.
  await page.fill('Code', '000004');
  await page.press('Sign in');
  await page.shows('attempts left');
  await page.fill('Code', service.phone.code(phoneNumber));
  await page.press('Sign in');
  await page.shows('Please confirm that you are human.');
  await page.press('I am human');
  await page.shows(`Signed in as ${phoneNumber}`);
  expect(page.errors).toEqual([]);
});

test('a person who comes back after months proves with a password who they are, or takes another number', async () => {
  const phoneNumber = '+255679190731';
  await requestOtp(service, { phoneNumber });
  const verificationCode = service.phone.code(phoneNumber);
  const { password } = form();
  expect(await register(service, form({ phoneNumber, verificationCode }))).toMatchObject({ user: { phoneNumber } });
  service.clock.advance(90 * DAY);
  const page = await open();
  const showCode = async () => {
    await page.fill('Phone number', phoneNumber);
    await page.press('Send code');
    await page.shows('We have sent a code');
    await page.fill('Code', service.phone.code(phoneNumber));
    await page.press('Sign in');
    await page.shows('I have no account here');
  };
  await showCode();
  await page.press('Other number');
  service.clock.advance(61);
  await showCode();
  await page.fill('Password', 'WrongPassword123!');
  await page.press('Continue');
  await page.shows('attempts left');
  await page.fill('Password', String(password));
  await page.press('Continue');
  await page.shows(`Signed in as ${phoneNumber}`);
  expect(page.errors).toEqual([]);
});

test('a person who signs in by code is offered a passkey, and needs no code the next time', async () => {
  const page = await open('light', addAuthenticator);
  await page.fill('Phone number', '+255679190732');
  await page.press('Send code');
  await page.shows('We have sent a code');
  await page.fill('Code', service.phone.code('+255679190732'));
  await page.press('Sign in');
  await page.press('Add a passkey');
  await page.shows('Passkey “');
  await page.press('Sign out');
  // The field for the number offers it, and this authenticator's user takes it at once.
  await page.shows('Signed in as +255679190732');
  await page.press('Remove');
  await page.page.waitForFunction(() => !document.body.innerText.includes('Passkey “'));
  expect(page.errors).toEqual([]);
});

test.each(['light', 'dark'] as const)('a screen reader finds its way through the form, %s', async (scheme) => {
  const example = await open(scheme);
  await example.shows('Send code');
  const findings = await axeFindings(example.page);
  await example.fill('Phone number', scheme === 'light' ? '679 190 722' : '679 190 723');
  await example.press('Send code');
  await example.shows('We have sent a code');
  expect([...findings, ...(await axeFindings(example.page))]).toEqual([]);
});

describe.skipIf(givenChromium !== null)('what docs/clients.md shows', () => {
  test('the number, light', async () => {
    const example = await open('light');
    await example.shows('Send code');
    await expectScreenshot('docs/pictures/react-number-light', await example.page.screenshot());
  });

  test('the code, dark', async () => {
    const example = await open('dark');
    await example.fill('Phone number', '+255679190720');
    await example.press('Send code');
    await example.shows('Send again in 60 s');
    await example.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await expectScreenshot('docs/pictures/react-code-dark', await example.page.screenshot());
  });
});
