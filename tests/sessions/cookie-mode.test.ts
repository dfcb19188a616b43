import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser, type Exchange } from '../support/browser/browser.js';
import {
  ACCOUNTS,
  AFTER_ACCESS_TOKEN,
  AFTER_GRACE,
  APP,
  COOKIE,
  forge,
  newBrowser,
  newPhoneNumber,
  REFRESH,
  refreshTokenIn,
  signedInVisitor,
  startCookieService,
} from '../support/browser/cookie-mode.js';
import { ManualClock } from '../support/manual-clock.js';
import { form, obtainCode, signIn } from '../support/operations/operations.js';
import type { TestService } from '../support/service.js';
import { LOGOUT } from '../support/operations/session-operations.js';
import { loadWebApp } from '../support/browser/web-app.js';

const ME = '{ me { phoneNumber } }';
const TTL = 1_000_000;
let service: TestService;

beforeAll(async () => {
  service = await startCookieService({ REFRESH_TOKEN_TTL: String(TTL), SESSION_MAX_AGE: String(10 * TTL) });
});

afterAll(() => service.close());

function answersWithCookies({ exchanges }: Browser): Exchange[] {
  return exchanges.filter(({ answerHeaders }) => answerHeaders['set-cookie']);
}

describe('a web client in cookie mode', () => {
  test('signs in, and its refresh token is where no script sees it', async () => {
    const { browser, page, app } = await signedInVisitor(service);
    const accountsPage = browser.open(ACCOUNTS);
    const first = refreshTokenIn(browser);
    const { refreshSession } = await app.accounts(REFRESH);
    const second = refreshTokenIn(browser);

    expect(first).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(second).not.toBe(first);
    expect(refreshSession.tokens.refreshToken).toBeNull();
    expect(page.cookie + accountsPage.cookie).toBe('');
    for (const token of [first, second]) {
      expect(page.seen.join()).not.toContain(token);
      expect(service.logs.join()).not.toContain(token);
    }
    expect(page.seen.join()).not.toContain('set-cookie');
  });

  test('has the token in a cookie that goes to this host only, by TLS only, until the token ends', async () => {
    const { browser } = await signedInVisitor(service);
    const end = new Date(service.clock.now().getTime() + TTL * 1000);
    end.setMilliseconds(0);

    expect(browser.exchanges.at(-1)?.answerHeaders['set-cookie']).toEqual([
      `${COOKIE}=${refreshTokenIn(browser)}; Max-Age=${TTL}; Path=/; Expires=${end.toUTCString()}; HttpOnly; Secure; SameSite=Strict`,
    ]);
    service.clock.advance(TTL);
    expect(browser.jar.all).toEqual([]);
  });

  test('stays signed in on a device whose clock is years ahead, and gets rid of the cookie there', async () => {
    const clock = new ManualClock(new Date(service.clock.now().getTime() + 100_000_000_000));
    const browser = new Browser({ clock, servers: { [ACCOUNTS]: service.url } });
    const { app } = await signedInVisitor(service, browser);

    expect(await app.resume()).toBe(true);
    await app.signOut();
    expect(browser.jar.all).toEqual([]);
  });

  test('signs in with a password or registers, and gets the cookie too', async () => {
    const browser = newBrowser(service);
    const app = loadWebApp(browser.open(APP));
    const input = form({ phoneNumber: newPhoneNumber(), email: 'cookie@example.com' });
    const REGISTER = `mutation ($input: RegisterInput!) {
      register(input: $input) { ... on RegisterSuccess { tokens { refreshToken } } }
    }`;
    const LOGIN = `mutation ($input: LoginInput!) {
      login(input: $input) { ... on LoginSuccess { tokens { refreshToken } } }
    }`;

    const registered = await app.accounts(REGISTER, { input });
    const first = refreshTokenIn(browser);
    const { email: identifier, password } = input;
    const loggedIn = await app.accounts(LOGIN, { input: { identifier, password } });

    expect(registered.register.tokens.refreshToken).toBeNull();
    expect(loggedIn.login.tokens.refreshToken).toBeNull();
    expect(first).toBeDefined();
    expect(refreshTokenIn(browser)).not.toBe(first);
  });

  test('is signed in again after a reload, with nothing but the cookie', async () => {
    const { browser, page, phoneNumber } = await signedInVisitor(service);
    const reloaded = loadWebApp(page);

    await expect(reloaded.accounts(ME)).rejects.toThrow('Sign in first');
    expect(await reloaded.resume()).toBe(true);
    expect(await reloaded.accounts(ME)).toMatchObject({ me: { phoneNumber } });
    expect(page.seen.join()).not.toContain(refreshTokenIn(browser));
  });

  test('leaves no copy of the cookie in a cache on the way', async () => {
    const { browser, app } = await signedInVisitor(service);
    await app.resume();
    await app.signOut();
    const answers = answersWithCookies(browser);

    expect(answers).toHaveLength(3);
    expect(answers.map(({ answerHeaders }) => answerHeaders['cache-control'])).toEqual(Array(3).fill('no-store'));
  });

  test('is signed in again by a page of the service itself', async () => {
    const { browser, phoneNumber } = await signedInVisitor(service);
    const app = loadWebApp(browser.open(ACCOUNTS));

    expect(await app.resume()).toBe(true);
    expect(await app.accounts(ME)).toMatchObject({ me: { phoneNumber } });
  });

  test('is not signed in by a page load before anybody signed in', async () => {
    const app = loadWebApp(newBrowser(service).open(APP));

    expect(await app.resume()).toBe(false);
  });

  test('goes on for longer than any one refresh token', async () => {
    const { app } = await signedInVisitor(service);

    for (let refreshes = 0; refreshes < 3; refreshes += 1) {
      service.clock.advance(TTL - 1);
      expect(await app.resume()).toBe(true);
    }
    service.clock.advance(TTL + 1);
    expect(await app.resume()).toBe(false);
  });

  test('refreshes in two tabs at once, and both go on', async () => {
    const { browser, page, phoneNumber } = await signedInVisitor(service);
    const tabs = [loadWebApp(page), loadWebApp(browser.open(APP))];

    expect(await Promise.all(tabs.map((tab) => tab.resume()))).toEqual([true, true]);
    const [one, other] = answersWithCookies(browser)
      .slice(-2)
      .map(({ answerHeaders }) => answerHeaders['set-cookie']);
    expect(one).toEqual(other);
    for (const tab of tabs) expect(await tab.accounts(ME)).toMatchObject({ me: { phoneNumber } });
    service.clock.advance(AFTER_GRACE);
    expect(await tabs[0]?.resume()).toBe(true);
  });
});

describe('logging out', () => {
  test('ends the session and takes the cookie away', async () => {
    const { browser, app } = await signedInVisitor(service);
    const cookie = `${COOKIE}=${refreshTokenIn(browser)}`;

    await app.signOut();

    expect(browser.jar.all).toEqual([]);
    expect(await app.resume()).toBe(false);
    expect((await forge(browser, { query: REFRESH, cookie })).answer).toContain('InvalidTokenError');
  });

  test('works when the access token has expired, and ends the session, not only the cookie', async () => {
    const { browser, app } = await signedInVisitor(service);
    const cookie = `${COOKIE}=${refreshTokenIn(browser)}`;
    service.clock.advance(AFTER_ACCESS_TOKEN);

    await app.signOut();

    expect(browser.jar.all).toEqual([]);
    expect((await forge(browser, { query: REFRESH, cookie })).answer).toContain('InvalidTokenError');
  });

  test('leaves nobody signed in where two tabs had signed in as different users', async () => {
    const first = await signedInVisitor(service);
    const second = await signedInVisitor(service, first.browser);

    await first.app.signOut();

    expect(first.browser.jar.all).toEqual([]);
    await expect(first.app.accounts(ME)).rejects.toThrow('Sign in first');
    await expect(second.app.accounts(ME)).rejects.toThrow('Sign in first');
  });

  test('a second time says that no token is left', async () => {
    const { app } = await signedInVisitor(service);
    await app.signOut();

    expect(await app.accounts(LOGOUT)).toMatchObject({ logout: { __typename: 'InvalidTokenError' } });
  });

  test('with a refresh token in the argument ends its session, and the one of the cookie too', async () => {
    const { browser, app } = await signedInVisitor(service);
    const phone = await signIn(service, newPhoneNumber());

    const { logout } = await app.accounts(LOGOUT, { refreshToken: phone.tokens.refreshToken });

    expect(logout).toEqual({ __typename: 'LogoutSuccess', endedSessions: 2 });
    expect(browser.jar.all).toEqual([]);
  });

  test('everywhere takes the cookie away, unless the current session is kept', async () => {
    const { browser, app } = await signedInVisitor(service);

    await app.accounts('mutation { logoutEverywhere(keepCurrent: true) { __typename } }');
    expect(await app.resume()).toBe(true);
    await app.accounts('mutation { logoutEverywhere { __typename } }');
    expect(browser.jar.all).toEqual([]);
  });
});

describe('a bearer client beside it', () => {
  test('gets its refresh token in the answer and no cookie', async () => {
    const { tokens } = await signIn(service, newPhoneNumber());
    const refreshed = await service.graphql(REFRESH, { token: tokens.refreshToken });
    const loggedOut = await service.graphql(LOGOUT, {}, { token: tokens.accessToken });

    expect(refreshed.body.data.refreshSession.tokens.refreshToken).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(refreshed.headers.get('set-cookie')).toBeNull();
    expect(loggedOut.body.data.logout).toEqual({ __typename: 'LogoutSuccess', endedSessions: 1 });
    expect(loggedOut.headers.get('set-cookie')).toBeNull();
  });

  test('has a cookie that happens to be there neither read nor taken away', async () => {
    const { browser, app } = await signedInVisitor(service);
    const headers = { cookie: `${COOKIE}=${refreshTokenIn(browser)}` };

    const refreshed = await service.graphql(REFRESH, {}, { headers });
    const loggedOut = await service.graphql(LOGOUT, {}, { headers });

    expect(refreshed.body.data.refreshSession.__typename).toBe('InvalidTokenError');
    expect(refreshed.headers.get('set-cookie')).toBeNull();
    expect(loggedOut.body.data.logout.__typename).toBe('InvalidTokenError');
    expect(loggedOut.headers.get('set-cookie')).toBeNull();
    expect(await app.resume()).toBe(true);
  });

  test('may be a page that uses no cookies', async () => {
    const page = newBrowser(service).open(APP);
    const phoneNumber = newPhoneNumber();
    const input = { phoneNumber, otp: await obtainCode(service, phoneNumber) };
    const query = `mutation ($input: VerifyOtpInput!) {
      verifyOtp(input: $input) { ... on VerifyOtpSuccess { tokens { refreshToken } } }
    }`;
    const response = await page.fetch(`${ACCOUNTS}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { input } }),
    });

    expect(await response.json()).toMatchObject({
      data: { verifyOtp: { tokens: { refreshToken: expect.any(String) } } },
    });
  });
});
