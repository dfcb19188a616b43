import { readFileSync } from 'node:fs';
import type { BrowserContext, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askedUserOf, type ClientStage, openClientStage, signInOn, userOf } from '../support/client/tabs.js';

/** Tabs of one browser share a session: what one of them does must not surprise the others. */

const ALICE = '+255679190721';
const BOB = '+255679190722';
const AFTER_ACCESS_TOKEN = 901;
const AFTER_GRACE = 31;
let stage: ClientStage;
let context: BrowserContext;

beforeAll(async () => {
  stage = await openClientStage({ OTP_SENDS_PER_HOUR: '1000', OTP_SENDS_PER_DAY: '1000' });
});
afterAll(() => stage.close());
beforeEach(async () => {
  context = await stage.browser.createBrowserContext();
  stage.service.clock.advance(120);
});
afterEach(() => context.close());

/** Resolves once a tab has this user, as its application is told. */
const becomes = (page: Page, phoneNumber: string | null) =>
  page.waitForFunction(
    (number) => window.accounts.session !== undefined && (window.accounts.session?.user.phoneNumber ?? null) === number,
    // A tab in the background draws nothing.
    { timeout: 10_000, polling: 50 },
    phoneNumber,
  );

const withoutLocks = (page: Page) =>
  page.evaluateOnNewDocument(() => Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined }));

test('the other tabs are signed in and out with one', async () => {
  const [first, second] = [await stage.open(context), await stage.open(context)];
  await becomes(second, null);
  await signInOn(first, stage.service, ALICE);
  await becomes(second, ALICE);
  expect(await askedUserOf(second)).toBe(ALICE);

  await second.evaluate(() => window.accounts.logout());
  await becomes(first, null);
  await first.reload();
  await becomes(first, null);
});

test('the lines of the guide sign somebody in and out', async () => {
  const guide = readFileSync(new URL('../../docs/cookie-mode.md', import.meta.url), 'utf8');
  const lines = /```ts\nimport [^\n]*\n([\s\S]*?)```/.exec(guide)?.[1] ?? '';
  const page = await stage.open(context);
  const code = lines
    .replace('https://accounts.example.com', stage.proxy.url)
    .replaceAll('https://api.example.com', new URL(page.url()).origin)
    .replace('accounts.session;', 'seen.push(accounts.session.user.phoneNumber);')
    .replace('otp }', 'otp: await readText() }');
  await page.exposeFunction('readText', () => stage.service.phone.code(ALICE));
  const seen = await page.evaluate(
    async (source, phoneNumber) => {
      const Run = Object.getPrototypeOf(async () => undefined).constructor;
      const names: string[] = [];
      await new Run('createAccounts', 'phoneNumber', 'seen', source)(window.client.createAccounts, phoneNumber, names);
      return names;
    },
    ...([code, ALICE] as const),
  );

  expect(seen).toEqual([ALICE]);
  await becomes(page, null);
});

test('a page that is loaded again is signed in, and no script finds a refresh token', async () => {
  const page = await stage.open(context);
  await signInOn(page, stage.service, ALICE);
  await page.reload();
  await becomes(page, ALICE);
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie);
  const cookies = await context.cookies();
  const token = cookies.find(({ name }) => name === '__Host-Http-refresh-token')?.value;
  expect(token).toBeDefined();
  expect(kept).not.toContain(token);
  expect(kept).not.toContain('accessToken');
});

test('tabs that keep the refresh token in localStorage share it, and no call of many is signed out', async () => {
  const { service, proxy } = stage;
  const open = () => stage.open(context, undefined, '#storage');
  const tabs = [await open(), await open()];
  const [first, second] = tabs as [Page, Page];
  await signInOn(first, service, ALICE);
  await becomes(second, ALICE);
  await tokenOf(second);
  service.clock.advance(AFTER_ACCESS_TOKEN);
  const refreshes = proxy.countOf('refreshSession');
  const calls = tabs.flatMap((tab) => [tab, tab, tab, tab, tab].map(askedUserOf));
  expect(new Set(await Promise.all(calls))).toEqual(new Set([ALICE]));
  // A busy browser may bring the news of one tab's refresh too late for the other.
  expect(proxy.countOf('refreshSession') - refreshes).toBeLessThanOrEqual(tabs.length);

  await second.evaluate(() => window.accounts.logout());
  await becomes(first, null);
  expect(await first.evaluate(() => JSON.stringify(localStorage))).not.toContain('refreshToken');
});

test('a page asks how the service signs people in, before anybody has', async () => {
  const page = await stage.open(context);
  const options = await page.evaluate(() => window.accounts.signInOptions());
  expect(options).toMatchObject({ codeLength: 6, unknownPhone: 'SIGN_UP', captcha: null });
});

describe.each([
  ['Web Locks', async () => undefined],
  ['a note in localStorage, where there are no Web Locks', withoutLocks],
])('with %s', (_what, prepare) => {
  test('a sign-in as somebody else waits for a late refresh of another tab, and both tabs are theirs', async () => {
    const { service, proxy } = stage;
    const [first, second] = [await stage.open(context, prepare), await stage.open(context, prepare)];
    await signInOn(first, service, ALICE);
    await becomes(second, ALICE);
    service.clock.advance(AFTER_ACCESS_TOKEN);

    const held = proxy.hold('refreshSession');
    const late = askedUserOf(first);
    await held.answered;
    const verified = proxy.countOf('verifyOtp');
    const signedIn = signInOn(second, service, BOB);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(proxy.countOf('verifyOtp')).toBe(verified);
    held.release();
    expect(await late).toBe(ALICE);
    await signedIn;

    await Promise.all([becomes(first, BOB), becomes(second, BOB)]);
    service.clock.advance(AFTER_GRACE);
    expect(await Promise.all([askedUserOf(first), askedUserOf(second)])).toEqual([BOB, BOB]);
    await first.reload();
    await becomes(first, BOB);
  });
});

test('a late refusal, of a client that takes no lock, leaves the newer session its cookie', async () => {
  const { service, proxy } = stage;
  const [first, second] = [await stage.open(context), await stage.open(context)];
  await signInOn(first, service, ALICE);
  await becomes(second, ALICE);
  await service.graphql('mutation { logoutEverywhere { __typename } }', {}, { token: await tokenOf(first) });

  const held = proxy.hold('late');
  const late = first.evaluate(async (url) => {
    const headers = { 'content-type': 'application/json', 'session-mode': 'cookie' };
    const body = JSON.stringify({ query: 'mutation late { refreshSession { __typename } }' });
    const answer = await fetch(`${url}/graphql`, { method: 'POST', credentials: 'include', headers, body });
    return (await answer.json()).data.refreshSession.__typename;
  }, proxy.url);
  await held.answered;
  await signInOn(second, service, BOB);
  held.release();

  expect(await late).toBe('InvalidTokenError');
  await second.reload();
  await becomes(second, BOB);
});

test('what one user began is not sent for another one', async () => {
  const { service, proxy } = stage;
  const [first, second] = [await stage.open(context), await stage.open(context)];
  await signInOn(first, service, ALICE);
  await becomes(second, ALICE);
  // The first tab hears of nothing.
  await first.evaluate(() => {
    window.BroadcastChannel.prototype.postMessage = () => {};
  });
  await second.evaluate(() => {
    window.BroadcastChannel.prototype.postMessage = () => {};
  });
  await signInOn(second, service, BOB);
  service.clock.advance(AFTER_ACCESS_TOKEN);
  const asked = proxy.countOf('mine');

  const code = await first.evaluate(() =>
    window.accounts.request('query mine { me { id } }').catch(({ code }) => code),
  );
  expect(code).toBe('SESSION_CHANGED');
  // Once with the token of before, which has expired.
  expect(proxy.countOf('mine')).toBe(asked + 1);
  expect(await userOf(first)).toBe(BOB);
});

test('a proof of one user does not bring them back where another one has signed in meanwhile', async () => {
  const { service, proxy } = stage;
  const [first, second] = [await stage.open(context), await stage.open(context)];
  await signInOn(first, service, ALICE);
  await becomes(second, ALICE);
  service.clock.advance(60);
  await first.evaluate((phoneNumber) => window.accounts.requestOtp({ phoneNumber }), ALICE);

  const held = proxy.hold('verifyOtp');
  const signedIn = signInOn(second, service, BOB);
  await held.answered;
  const proved = first.evaluate(
    (otp) =>
      window.accounts.reauthenticate({ otp }).then(
        ({ __typename }) => __typename,
        ({ code }) => code,
      ),
    service.phone.code(ALICE),
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  held.release();
  await signedIn;

  expect(await proved).toBe('SESSION_CHANGED');
  expect(proxy.countOf('reauthenticate')).toBe(0);
  await Promise.all([becomes(first, BOB), becomes(second, BOB)]);
});

test('a device whose clock is a year off, and is set meanwhile, counts down and stays signed in', async () => {
  const { service, proxy } = stage;
  const page = await stage.open(context, (opened) =>
    opened.evaluateOnNewDocument((year) => {
      const now = Date.now.bind(Date);
      let years = 1;
      Date.now = () => now() + years * year;
      window.addEventListener('clock-is-set', () => {
        years = -1;
      });
    }, 365 * 86_400_000),
  );
  await signInOn(page, service, ALICE);
  service.clock.advance(120);
  const refreshes = proxy.countOf('refreshSession');
  const left = await page.evaluate(async (phoneNumber) => {
    const sent = await window.accounts.requestOtp({ phoneNumber });
    window.dispatchEvent(new Event('clock-is-set'));
    return 'resendAfterSeconds' in sent ? sent.resendAfterSeconds : null;
  }, BOB);

  expect(left).toBeGreaterThan(50);
  expect(left).toBeLessThan(61);
  expect(await askedUserOf(page)).toBe(ALICE);
  expect(proxy.countOf('refreshSession')).toBe(refreshes);
});

function tokenOf(page: Page): Promise<string> {
  return page.evaluate(async () => (await window.accounts.accessToken()) ?? '');
}
