import { Browser, type Exchange, type Page } from './browser.js';
import { obtainCode } from '../operations/operations.js';
import { startService, type TestService } from '../service.js';
import { loadWebApp, type WebApp } from './web-app.js';

export const ACCOUNTS = 'https://accounts.example.com';
export const GRAPHQL = `${ACCOUNTS}/graphql`;
export const APP = 'https://app.example.com';
export const COOKIE = '__Host-Http-refresh-token';
/** Beyond REFRESH_GRACE, and beyond the life of an access token. */
export const AFTER_GRACE = 31;
export const AFTER_ACCESS_TOKEN = 901;

export const REFRESH = `mutation Refresh($token: String) {
  refreshSession(refreshToken: $token) {
    __typename
    ... on RefreshSessionSuccess { tokens { accessToken refreshToken refreshTokenExpiresAt } }
    ... on UserError { message }
  }
}`;

export function startCookieService(env: Record<string, string> = {}): Promise<TestService> {
  return startService({ env: { SESSION_COOKIES: 'on', PUBLIC_URL: ACCOUNTS, CORS_ORIGINS: APP, ...env } });
}

export function newBrowser(service: TestService, origin: string = ACCOUNTS): Browser {
  return new Browser({ clock: service.clock, servers: { [origin]: service.url } });
}

let numbers = 0;

/** A phone number that no other test of the file uses. */
export function newPhoneNumber(): string {
  numbers += 1;
  return `+25567919${String(numbers).padStart(4, '0')}`;
}

export interface Visitor {
  readonly browser: Browser;
  readonly page: Page;
  readonly app: WebApp;
  readonly phoneNumber: string;
}

/** Somebody who has just signed in on the app's page, in a browser of their own. */
export async function signedInVisitor(service: TestService, browser = newBrowser(service)): Promise<Visitor> {
  const phoneNumber = newPhoneNumber();
  const page = browser.open(APP);
  const app = loadWebApp(page);
  const answer = await app.signIn(phoneNumber, await obtainCode(service, phoneNumber));
  if (answer.__typename !== 'VerifyOtpSuccess') throw new Error(`Not signed in: ${JSON.stringify(answer)}`);
  return { browser, page, app, phoneNumber };
}

/** The refresh token as the browser keeps it, out of reach of pages. */
export function refreshTokenIn(browser: Browser): string | undefined {
  return browser.jar.all.find(({ name }) => name === COOKIE)?.value;
}

/** A request in cookie mode that no browser stands behind: every header is the attacker's choice. */
export function forge(
  browser: Browser,
  request: { query: string; variables?: object; cookie?: string; headers?: Record<string, string> },
): Promise<Exchange> {
  const { query, variables, cookie, headers = { origin: APP } } = request;
  return browser.send({
    method: 'POST',
    url: new URL(GRAPHQL),
    headers: {
      'content-type': 'application/json',
      'session-mode': 'cookie',
      ...(cookie !== undefined && { cookie }),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
}
