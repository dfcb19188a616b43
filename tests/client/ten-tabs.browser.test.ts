import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClientStage, openClientStage, signInOn } from '../support/client/tabs.js';

/**
 * Ten tabs of one session, and ten calls in each at the moment when its access token has expired. In every other session
 * the tabs know that it has; in the others the service refuses it. The full measurement is `npm run bench:client`.
 */

const SESSIONS = Number(process.env['CLIENT_SESSIONS'] ?? 2);
const TABS = 10;
const CALLS = 10;
const AFTER_ACCESS_TOKEN = 901;
let stage: ClientStage;

beforeAll(async () => {
  stage = await openClientStage();
});
afterAll(() => stage.close());

declare global {
  interface Window {
    /** Milliseconds that have passed for this page beside those that have. */
    passed: number;
  }
}

function withTimeToPass(page: Page): Promise<unknown> {
  return page.evaluateOnNewDocument(() => {
    const now = performance.now.bind(performance);
    window.passed = 0;
    performance.now = () => now() + window.passed;
  });
}

/** How many of the calls of a tab were answered as this user. */
function answered(page: Page, phoneNumber: string, seconds: number): Promise<number> {
  return page.evaluate(
    async (calls, number, passed) => {
      window.passed += passed * 1000;
      const asked = Array.from({ length: calls }, () => window.accounts.me().catch(() => null));
      const users = await Promise.all(asked);
      return users.filter((user) => user?.phoneNumber === number).length;
    },
    ...([CALLS, phoneNumber, seconds] as const),
  );
}

test(
  `no call of ten tabs is lost, and no session of ${SESSIONS}`,
  async () => {
    const { service, proxy, browser } = stage;
    const context = await browser.createBrowserContext();
    const tabs: Page[] = [];
    for (let index = 0; index < TABS; index += 1) tabs.push(await stage.open(context, withTimeToPass));
    const [first] = tabs as [Page];
    const lost: string[] = [];
    let refreshes = 0;
    const began = performance.now();
    for (let session = 0; session < SESSIONS; session += 1) {
      const phoneNumber = `+25567${String(9_000_000 + session)}`;
      await signInOn(first, service, phoneNumber);
      await Promise.all(tabs.map((tab) => tab.waitForFunction(hasUser, { polling: 20 }, phoneNumber)));
      const before = proxy.countOf('refreshSession');
      service.clock.advance(AFTER_ACCESS_TOKEN);
      const passed = session % 2 === 0 ? AFTER_ACCESS_TOKEN : 0;
      const counts = await Promise.all(tabs.map((tab) => answered(tab, phoneNumber, passed)));
      if (counts.some((count) => count < CALLS)) lost.push(`${phoneNumber}: ${counts}`);
      refreshes += proxy.countOf('refreshSession') - before;
      proxy.operations.length = 0;
      if (session % 100 === 99) tell({ sessions: session + 1, lost: lost.length, refreshes, began });
    }
    await context.close();

    expect(lost).toEqual([]);
    // One for all tabs. A tab whose message comes late makes one more.
    expect(refreshes / SESSIONS).toBeLessThanOrEqual(2);
  },
  60_000 + 20_000 * SESSIONS,
);

function tell({ began, ...counts }: { sessions: number; lost: number; refreshes: number; began: number }): void {
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(`${JSON.stringify({ ...counts, seconds })}\n`);
}

function hasUser(phoneNumber: string): boolean {
  return window.accounts.session?.user.phoneNumber === phoneNumber;
}
