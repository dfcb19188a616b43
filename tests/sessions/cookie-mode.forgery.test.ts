import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Exchange } from '../support/browser/browser.js';
import {
  ACCOUNTS,
  AFTER_GRACE,
  APP,
  COOKIE,
  forge,
  GRAPHQL,
  newBrowser,
  newPhoneNumber,
  REFRESH,
  refreshTokenIn,
  signedInVisitor,
  startCookieService,
  type Visitor,
} from '../support/browser/cookie-mode.js';
import { obtainCode } from '../support/operations/operations.js';
import type { TestService } from '../support/service.js';
import { loadWebApp } from '../support/browser/web-app.js';

const EVIL = 'https://evil.test';
const SIBLING = 'https://blog.example.com';
const LOGOUT = 'mutation { logout { __typename } }';
const VERIFY_OTP = `mutation ($input: VerifyOtpInput!) {
  verifyOtp(input: $input) { __typename ... on VerifyOtpSuccess { tokens { refreshToken } } }
}`;
let service: TestService;

beforeAll(async () => {
  service = await startCookieService();
});

afterAll(() => service.close());

/** Everything that a page can send without being the app, as one request for each way. */
async function attack({ browser }: Visitor, origin: string, body: object): Promise<void> {
  const page = browser.open(origin);
  const text = JSON.stringify(body);
  const asked = { method: 'POST', credentials: 'include', body: text } as const;
  const json = { 'content-type': 'application/json', 'session-mode': 'cookie' };
  const plain = { 'content-type': 'text/plain' };
  await expect(page.fetch(GRAPHQL, { ...asked, headers: json })).rejects.toThrow('Failed to fetch');
  await expect(page.fetch(GRAPHQL, { ...asked, headers: plain })).rejects.toThrow('Failed to fetch');
  await page.fetch(GRAPHQL, { ...asked, headers: { ...json, ...plain }, mode: 'no-cors' });
  await page.submit(GRAPHQL, { type: 'text/plain', body: text });
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) form.set(name, name === 'query' ? value : JSON.stringify(value));
  await page.submit(GRAPHQL, { type: 'application/x-www-form-urlencoded', body: form.toString() });
  await page.submit(`${GRAPHQL}?${form}`, { type: 'multipart/form-data', body: '' });
  expect(page.seen).toEqual([]);
}

/** Nothing was rotated, ended or cleared: the cookie of before is still the latest one, beyond all grace. */
async function expectUntouched({ browser, page }: Visitor, refreshToken: string | undefined): Promise<void> {
  expect(refreshTokenIn(browser)).toBe(refreshToken);
  service.clock.advance(AFTER_GRACE);
  expect(await loadWebApp(page).resume()).toBe(true);
}

function expectRefused({ status, answer, answerHeaders }: Exchange): void {
  expect(status).toBe(403);
  expect(JSON.parse(answer)).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  expect(answerHeaders['set-cookie']).toBeUndefined();
}

describe.each([
  ['another site', EVIL],
  ['a sibling of the same site', SIBLING],
])('a page of %s', (_where, origin) => {
  test('cannot refresh the session of a visitor, nor log them out', async () => {
    const visitor = await signedInVisitor(service);
    const refreshToken = refreshTokenIn(visitor.browser);

    await attack(visitor, origin, { query: REFRESH });
    await attack(visitor, origin, { query: LOGOUT });

    await expectUntouched(visitor, refreshToken);
  });

  test('cannot sign a visitor in to an account of its own', async () => {
    const visitor = await signedInVisitor(service);
    const refreshToken = refreshTokenIn(visitor.browser);
    const phoneNumber = newPhoneNumber();
    const input = { phoneNumber, otp: await obtainCode(service, phoneNumber) };

    await attack(visitor, origin, { query: VERIFY_OTP, variables: { input } });

    await expectUntouched(visitor, refreshToken);
  });

  test('is refused even by a browser that asks for no leave before it sends', async () => {
    const visitor = await signedInVisitor(service);
    const refreshToken = refreshTokenIn(visitor.browser);
    const cookie = `${COOKIE}=${refreshToken}`;

    for (const query of [REFRESH, LOGOUT, 'mutation { logoutEverywhere { __typename } }']) {
      expectRefused(await forge(visitor.browser, { query, cookie, headers: { origin } }));
    }

    await expectUntouched(visitor, refreshToken);
  });

  test('cannot use up a code while it is refused', async () => {
    const phoneNumber = newPhoneNumber();
    const otp = await obtainCode(service, phoneNumber);
    const browser = newBrowser(service);

    const variables = { input: { phoneNumber, otp } };
    expectRefused(await forge(browser, { query: VERIFY_OTP, variables, headers: { origin } }));

    expect(await loadWebApp(browser.open(APP)).signIn(phoneNumber, otp)).toMatchObject({ newMember: true });
  });
});

describe('a session of the attacker', () => {
  test.each([
    ['for all of the domain', '; Path=/; Domain=example.com; Secure; HttpOnly; SameSite=Strict'],
    ['without TLS', '; Path=/; Domain=example.com; HttpOnly'],
  ])('is not planted by the server of a sibling, %s', async (_how, attributes) => {
    const attacker = await signedInVisitor(service);
    const browser = newBrowser(service);

    const line = `${COOKIE}=${refreshTokenIn(attacker.browser)}${attributes}`;
    browser.jar.store(line, { url: new URL(SIBLING), sameSite: true });

    expect(await loadWebApp(browser.open(APP)).resume()).toBe(false);
  });

  test('is not planted by a script that runs on the service itself', async () => {
    const attacker = await signedInVisitor(service);
    const browser = newBrowser(service);

    browser.open(ACCOUNTS).cookie = `${COOKIE}=${refreshTokenIn(attacker.browser)}; Path=/; Secure`;

    expect(await loadWebApp(browser.open(APP)).resume()).toBe(false);
  });
});

describe('a request that no browser would send', () => {
  test.each([
    ['no origin', {}],
    ['the origin of sandboxed frames', { origin: 'null' }],
    ['an origin that only begins like ours', { origin: `${APP}.evil.test` }],
    ['our origin without TLS', { origin: APP.replace('https', 'http') }],
    ['our origin on another port', { origin: `${APP}:8443` }],
    ['a referrer instead of an origin', { referer: `${APP}/` }],
    ['our origin, from another site', { origin: APP, 'sec-fetch-site': 'cross-site' }],
    ['our origin, typed into the address bar', { origin: APP, 'sec-fetch-site': 'none' }],
  ])('is refused: %s', async (_what, headers) => {
    const visitor = await signedInVisitor(service);
    const refreshToken = refreshTokenIn(visitor.browser);
    const cookie = `${COOKIE}=${refreshToken}`;

    for (const query of [REFRESH, LOGOUT, '{ me { id } }']) {
      expectRefused(await forge(visitor.browser, { query, cookie, headers: Object.assign({}, headers) }));
    }

    await expectUntouched(visitor, refreshToken);
  });

  test.each(['Cookie', 'cookies', 'cookie, cookie', 'bearer', ''])(
    'is refused: the mode "%s", rather than hand a token to scripts',
    async (mode) => {
      const phoneNumber = newPhoneNumber();
      const variables = { input: { phoneNumber, otp: await obtainCode(service, phoneNumber) } };
      const headers = { origin: APP, 'session-mode': mode };
      const { status, answer } = await forge(newBrowser(service), { query: VERIFY_OTP, variables, headers });

      expect(status).toBe(400);
      expect(JSON.parse(answer)).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    },
  );
});

describe('a thief with a copy of the cookie', () => {
  test('ends the session for both when the copy is used after the original', async () => {
    const { browser, app } = await signedInVisitor(service);
    const cookie = `${COOKIE}=${refreshTokenIn(browser)}`;
    await app.resume();
    service.clock.advance(AFTER_GRACE);

    const stolen = await forge(browser, { query: REFRESH, cookie });

    expect(stolen.answer).toContain('InvalidTokenError');
    expect(stolen.answerHeaders['set-cookie']).toBeUndefined();
    expect(await app.resume()).toBe(false);
  });

  test('is locked out when the user logs out, whichever generation the copy is of', async () => {
    const { browser, app } = await signedInVisitor(service);
    const first = `${COOKIE}=${refreshTokenIn(browser)}`;
    await app.resume();
    const second = `${COOKIE}=${refreshTokenIn(browser)}`;
    await app.signOut();

    for (const cookie of [first, second]) {
      expect((await forge(browser, { query: REFRESH, cookie })).answer).toContain('InvalidTokenError');
    }
  });
});

describe('a cookie that the service never set', () => {
  const big = 'a'.repeat(10_000);
  test.each([
    ['empty', () => `${COOKIE}=`],
    ['no value', () => COOKIE],
    ['no name', (token: string) => `=${token}`],
    ['nonsense', () => `${COOKIE}=%E0%A4%A; ;;=;"`],
    ['huge', () => `${COOKIE}=${big}`],
    ['the token and much more', (token: string) => `${COOKIE}=${token}.${big}`],
    ['twice', (token: string) => `${COOKIE}=${token}; ${COOKIE}=${token}`],
    ['a second one behind', (token: string) => `${COOKIE}=${token}; a=b; ${COOKIE}=x`],
    ['another case', (token: string) => `${COOKIE.toLowerCase()}=${token}`],
    ['quoted', (token: string) => `${COOKIE}="${token}"`],
    ['another name', (token: string) => `x${COOKIE}=${token}; refresh-token=${token}`],
  ])('counts as none: %s', async (_what, make) => {
    const visitor = await signedInVisitor(service);
    const cookie = make(refreshTokenIn(visitor.browser) ?? '');

    const { status, answer } = await forge(visitor.browser, { query: REFRESH, cookie });

    expect(status).toBe(200);
    expect(JSON.parse(answer).data.refreshSession.__typename).toBe('InvalidTokenError');
    expect(await visitor.app.resume()).toBe(true);
  });

  test('is left alone beside the one that counts', async () => {
    const { browser } = await signedInVisitor(service);
    const cookie = `theme=dark; ${COOKIE}=${refreshTokenIn(browser)}; =; x`;

    expect((await forge(browser, { query: REFRESH, cookie })).answer).toContain('RefreshSessionSuccess');
  });
});
