import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { givenChromium, launchChromium } from '../support/browser/chromium.js';
import { InboxPage } from '../support/browser/inbox-page.js';
import { type InboxService, startInboxService } from '../support/browser/inbox-service.js';
import { ManualClock } from '../support/manual-clock.js';
import { compareScreenshot, expectScreenshot } from '../support/browser/screenshot.js';

/**
 * What the inbox looks like: with the browser and the fonts that come with the packages, for others draw differently.
 * After a change that is meant: UPDATE_SCREENSHOTS=1 npx vitest run tests/inbox/screenshots.browser.test.ts
 */

const NOW = new Date('2026-11-21T09:41:00Z');
const DESKTOP = { width: 560, height: 880, deviceScaleFactor: 1 };
const NARROW = { width: 320, height: 568, deviceScaleFactor: 1 };

let browser: Browser;
let service: InboxService;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(() => browser.close());

beforeEach(async () => {
  service = await startInboxService({ clock: new ManualClock(NOW) });
});

interface Look {
  readonly scheme: 'light' | 'dark';
  readonly viewport?: typeof DESKTOP;
}

async function open({ scheme, viewport = DESKTOP }: Look): Promise<InboxPage> {
  const inbox = await InboxPage.open(browser, service.url, async (page) => {
    await page.setViewport(viewport);
    await page.emulateTimezone('UTC');
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    await page.evaluateOnNewDocument((now) => {
      globalThis.Date = class extends Date {
        constructor(...given: [] | [number]) {
          super(given.length === 0 ? now : given[0]);
        }
      } as DateConstructor;
    }, NOW.getTime());
  });
  onTestFinished(() => inbox.close());
  await inbox.page.evaluate(() => document.fonts.ready.then(() => null));
  return inbox;
}

async function expectLook(inbox: InboxPage, name: string): Promise<void> {
  await expectScreenshot(name, await inbox.page.screenshot());
}

function receiveMessages(): void {
  const yesterday = new Date(NOW.getTime() - 86_400_000);
  const lines =
    '048213 is your Acme code. It expires in 10 minutes. Do not share it with anyone.\n\n@acme.example #048213';
  service.receive({ to: '+4915112345678', code: '300720', text: '300720 ist Ihr Code.', sentAt: yesterday });
  service.receive({ to: '+9779812345678', channel: 'WHATSAPP', code: '048213', text: lines });
  const email = { to: 'asha@example.com', subject: 'Your Acme code', code: '901126', text: '901126 is your code.' };
  service.receive({ ...email, channel: 'EMAIL' });
  service.receive({});
}

describe.skipIf(givenChromium !== null)('the inbox', () => {
  test.each(['light', 'dark'] as const)('without messages, %s', async (scheme) => {
    const inbox = await open({ scheme });
    onTestFinished(() => service.close());

    await inbox.page.waitForSelector('.empty:not([hidden])');

    await expectLook(inbox, `inbox-empty-${scheme}`);
  });

  test.each(['light', 'dark'] as const)('with messages, %s', async (scheme) => {
    const inbox = await open({ scheme });
    onTestFinished(() => service.close());

    receiveMessages();
    await inbox.count(4);

    await expectLook(inbox, `inbox-messages-${scheme}`);
  });

  test('after copying, with a keyboard', async () => {
    const inbox = await open({ scheme: 'light' });
    onTestFinished(() => service.close());

    receiveMessages();
    await inbox.count(4);
    for (let stop = 1; stop <= 3; stop += 1) await inbox.page.keyboard.press('Tab');
    await inbox.page.keyboard.press('Enter');
    // From the moment of "Copied" on, time stands still.
    await inbox.page.waitForFunction(() => {
      const copied = document.querySelector('.copied') !== null;
      for (let timer = copied ? Number(setTimeout(() => {})) : 0; timer > 0; timer -= 1) clearTimeout(timer);
      return copied;
    });

    await expectLook(inbox, 'inbox-copied-light');
  });

  test('while the service is away', async () => {
    const inbox = await open({ scheme: 'light' });

    receiveMessages();
    await inbox.count(4);
    await service.close();
    await inbox.connection('lost');

    await expectLook(inbox, 'inbox-lost-light');
  });

  test('on a narrow screen', async () => {
    const inbox = await open({ scheme: 'dark', viewport: NARROW });
    onTestFinished(() => service.close());

    receiveMessages();
    await inbox.count(4);

    await expectLook(inbox, 'inbox-narrow-dark');
  });

  test.each(['light', 'dark'] as const)('on a narrow screen and filtered, %s', async (scheme) => {
    const inbox = await open({ scheme, viewport: NARROW });
    onTestFinished(() => service.close());

    receiveMessages();
    await inbox.count(4);
    await inbox.page.type('.filter', '+49 151');

    await expectLook(inbox, `inbox-filtered-${scheme}`);
  });

  test('without its buttons is noticed, and the message says where to look', async () => {
    const inbox = await open({ scheme: 'light' });
    onTestFinished(() => service.close());

    receiveMessages();
    await inbox.count(4);
    await inbox.page.$eval('.copy', (button) => button.remove());

    const folder = await mkdtemp(join(tmpdir(), 'phone-accounts-screenshot-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const comparison = compareScreenshot('inbox-messages-light', await inbox.page.screenshot(), folder);
    await expect(comparison).rejects.toThrow(
      /^\d{4,} pixels differ from tests\/inbox\/screenshots\/inbox-messages-light\.png: /,
    );
    expect((await readdir(folder)).sort()).toEqual(['inbox-messages-light.difference.png', 'inbox-messages-light.png']);
  });
});
