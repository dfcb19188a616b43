import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../support/browser/chromium.js';
import { startService, type TestService } from '../support/service.js';

declare global {
  interface Window {
    /** What the page waits for: a code out of a text message (WebOTP). */
    waiting: { readonly signal: AbortSignal; readonly take: (code: string) => void }[];
  }
}

const ENTRY = fileURLToPath(new URL('../support/client/react-page.ts', import.meta.url));
/** By version: under which names its packages are installed. */
const VERSIONS = { 18: {}, 19: { react: 'react19', 'react-dom': 'react-dom19' } } as const;

let service: TestService;
let browser: Browser;
let app: { readonly url: string; close(): Promise<void> };
beforeAll(async () => {
  [browser, app] = await Promise.all([launchChromium(), serve()]);
  service = await startService({ env: { CORS_ORIGINS: app.url } });
});
afterAll(async () => {
  await browser.close();
  await app.close();
  await service.close();
});

/** A page with the form for each version of React. */
async function serve() {
  const builds = Object.entries(VERSIONS).map(async ([version, alias]) => {
    const define = { 'process.env.NODE_ENV': '"development"' };
    const { outputFiles } = await build({
      entryPoints: [ENTRY],
      bundle: true,
      format: 'esm',
      write: false,
      alias,
      define,
    });
    return [`/${version}.js`, outputFiles[0]?.text ?? ''] as [string, string];
  });
  const scripts = new Map(await Promise.all(builds));
  const server = createServer(({ url = '' }, response) => {
    const [path = ''] = url.split('?');
    const script = scripts.get(path);
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(script ?? `<!doctype html><title>React</title><body><script type="module" src="${path}.js"></script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, close };
}

/** @returns the page, and what React complained about */
async function open(version: string): Promise<{ page: Page; complaints: string[] }> {
  const page = await (await browser.createBrowserContext()).newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.evaluateOnNewDocument(() => {
    window.waiting = [];
    const get = ({ signal }: { signal: AbortSignal }) =>
      new Promise((resolve) => window.waiting.push({ signal, take: (code) => resolve({ code }) }));
    Object.assign(window, { OTPCredential: class {} });
    Object.defineProperty(navigator, 'credentials', { value: { get } });
  });
  await page.goto(`${app.url}/${version}?${service.url}/graphql`);
  return { page, complaints };
}

async function enter(page: Page, text: string): Promise<void> {
  await page.locator('input').fill(text);
  await page.locator('#go').click();
}

const session = (page: Page, value: string) => page.waitForSelector(`main[data-session="${value}"]`);
const step = (page: Page, value: string) => page.waitForSelector(`form[data-step="${value}"]`);

test.each(Object.keys(VERSIONS))(
  'React %s in strict mode: somebody mistypes a code, signs in and signs out',
  async (version) => {
    const { page, complaints } = await open(version);
    await session(page, 'nobody');
    const phoneNumber = `+2556791907${version}`;
    await enter(page, phoneNumber);
    await step(page, 'code');
    expect(Number(await page.$eval('time', (element) => element.textContent))).toBeGreaterThan(0);
    const code = service.phone.code(phoneNumber);
    await enter(page, code === '000000' ? '111111' : '000000');
    await page.waitForFunction(() => document.querySelector('output')?.textContent);
    expect(await page.$eval('output', (element) => element.textContent)).toBe(
      'This code is wrong or has expired. 2 attempts left.',
    );
    await enter(page, code);
    await session(page, phoneNumber);
    await step(page, 'done');
    await page.locator('#leave').click();
    await session(page, 'nobody');
    expect(complaints).toEqual([]);
    await page.close();
  },
);

test.each(Object.keys(VERSIONS))(
  'React %s: a form that is closed signs nobody in with a late text message',
  async (version) => {
    const { page, complaints } = await open(version);
    const phoneNumber = `+2556791908${version}`;
    await session(page, 'nobody');
    await enter(page, phoneNumber);
    await step(page, 'code');
    await page.locator('#toggle').click();
    await page.waitForFunction(() => !document.querySelector('form'));
    const code = service.phone.code(phoneNumber);
    const aborted = await page.evaluate((late) => {
      for (const { take } of window.waiting) take(late);
      return window.waiting.map(({ signal }) => signal.aborted);
    }, code);
    expect(aborted).toEqual([true]);
    await page.locator('#toggle').click();
    await step(page, 'idle');
    await session(page, 'nobody');
    // It opens an account only once, and has not done so.
    const verify = 'mutation ($input: VerifyOtpInput!) { verifyOtp(input: $input) { __typename } }';
    const { body } = await service.graphql(verify, { input: { phoneNumber, otp: code } });
    expect(body.data).toEqual({ verifyOtp: { __typename: 'VerifyOtpSuccess' } });
    expect(complaints).toEqual([]);
    await page.close();
  },
);
