import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  APP,
  COOKIE,
  forge,
  REFRESH,
  refreshTokenIn,
  signedInVisitor,
  startCookieService,
  type Visitor,
} from '../support/browser/cookie-mode.js';
import { loadWebApp } from '../support/browser/web-app.js';
import type { TestService } from '../support/service.js';
import { LOGOUT } from '../support/operations/session-operations.js';

/** A browser obeys an answer when it comes, and it may have signed in anew since the request. */

const LOGOUT_EVERYWHERE = 'mutation { logoutEverywhere { __typename } }';
let service: TestService;

beforeAll(async () => {
  service = await startCookieService();
});

afterAll(() => service.close());

const cookieOf = ({ browser }: Visitor) => `${COOKIE}=${refreshTokenIn(browser)}`;

describe('an answer that comes after a new sign-in', () => {
  test.each(['ended', 'unreadable', 'missing'])('leaves its cookie alone: the one before was %s', async (what) => {
    const first = await signedInVisitor(service);
    const cookie = { ended: cookieOf(first), unreadable: `${COOKIE}=a.b.c`, missing: '' }[what] ?? '';
    await first.app.signOut();
    const late = await forge(first.browser, { query: REFRESH, cookie });
    const second = await signedInVisitor(service, first.browser);

    expect(late.answer).toContain('InvalidTokenError');
    expect(late.answerHeaders['set-cookie']).toBeUndefined();
    expect(await second.app.resume()).toBe(true);
  });
});

describe('logging out', () => {
  test('takes no cookie away that the service cannot read', async () => {
    const { browser } = await signedInVisitor(service);
    const { answer, answerHeaders } = await forge(browser, { query: LOGOUT, cookie: `${COOKIE}=a.b.c` });

    expect(answer).toContain('InvalidTokenError');
    expect(answerHeaders['set-cookie']).toBeUndefined();
  });

  test('with an access token beside an unreadable cookie ends the session and takes nothing away', async () => {
    const visitor = await signedInVisitor(service);
    const { data } = await accessTokenOf(visitor);
    const headers = { origin: APP, authorization: `Bearer ${data.refreshSession.tokens.accessToken}` };
    const { answer, answerHeaders } = await forge(visitor.browser, { query: LOGOUT, cookie: `${COOKIE}=x`, headers });

    expect(JSON.parse(answer).data.logout).toMatchObject({ endedSessions: 1 });
    expect(answerHeaders['set-cookie']).toBeUndefined();
  });

  test('everywhere leaves another user signed in who came in another tab', async () => {
    const first = await signedInVisitor(service);
    const second = await signedInVisitor(service, first.browser);
    const kept = refreshTokenIn(second.browser);

    await first.app.accounts(LOGOUT_EVERYWHERE);

    expect(refreshTokenIn(second.browser)).toBe(kept);
    expect(await loadWebApp(second.page).resume()).toBe(true);
  });
});

async function accessTokenOf(visitor: Visitor) {
  return JSON.parse((await forge(visitor.browser, { query: REFRESH, cookie: cookieOf(visitor) })).answer);
}
