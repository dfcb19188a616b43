import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../support/browser/chromium.js';
import { startService, type TestService } from '../support/service.js';

/** In a real browser that reaches nothing but this machine. */

let browser: Browser;
let service: TestService;
beforeAll(async () => {
  [browser, service] = await Promise.all([launchChromium(), startService({ env: { NODE_ENV: 'development' } })]);
});
afterAll(() => Promise.all([browser.close(), service.close()]));

async function open(path: string): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('requestfailed', (request) => complaints.push(request.url()));
  await page.goto(service.url + path);
  return { page, complaints };
}

test('the start page says that the service is ready', async () => {
  const { page, complaints } = await open('/');
  await page.waitForSelector('[data-status="ready"]');
  await page.setViewport({ width: 320, height: 640 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  expect(complaints).toEqual([]);
});

test('GraphiQL sends the example and knows the schema, without the internet', async () => {
  const { page, complaints } = await open('/graphiql');
  await page.click('.graphiql-execute-button');
  await page.waitForFunction(() =>
    document.querySelector('.result-window')?.textContent?.includes('RequestOtpSuccess'),
  );
  await page.click('[aria-label="Show Documentation Explorer"]');
  await page.waitForFunction(() => document.querySelector('.graphiql-plugin')?.textContent?.includes('Mutation'));
  expect(service.phone.messages).toHaveLength(1);
  expect(complaints).toEqual([]);
});
