import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import type * as client from '../../../client/src/index.js';
import { launchChromium } from '../browser/chromium.js';
import { startService, type TestService } from '../service.js';
import { AccountsProxy } from './accounts-proxy.js';

declare global {
  interface Window {
    client: typeof client;
    accounts: client.Accounts;
  }
}

/** The accounts service in cookie mode, the page of an application on the same site, and a real browser. */
export interface ClientStage {
  readonly service: TestService;
  readonly proxy: AccountsProxy;
  readonly browser: Browser;
  /** A tab with `window.accounts`, which is what the application has: in cookie mode, or with localStorage. */
  open(context: BrowserContext, prepare?: (page: Page) => Promise<unknown>, mode?: '#storage'): Promise<Page>;
  close(): Promise<void>;
}

const ENTRY = fileURLToPath(new URL('../../../client/src/index.ts', import.meta.url));

export async function openClientStage(env: Readonly<Record<string, string>> = {}): Promise<ClientStage> {
  const [proxy, app, browser] = await Promise.all([AccountsProxy.start(), serveApp(), launchChromium()]);
  const cookieMode = { SESSION_COOKIES: 'on', PUBLIC_URL: proxy.url, CORS_ORIGINS: app.url };
  const service = await startService({ env: { ...cookieMode, ...env } });
  proxy.target = service.url;
  return {
    service,
    proxy,
    browser,
    async open(context, prepare, mode) {
      const page = await context.newPage();
      await prepare?.(page);
      await page.goto(`${app.url}/?${proxy.url}/graphql${mode ?? ''}`);
      await page.waitForFunction(() => window.accounts !== undefined);
      return page;
    },
    async close() {
      await browser.close();
      await Promise.all([app.close(), proxy.close()]);
      await service.close();
    },
  };
}

const PAGE = `<!doctype html><title>An application</title><script type="module">
  import * as client from '/client.js';
  window.client = client;
  const storage = location.hash === '#storage' ? { storage: localStorage } : {};
  window.accounts = client.createAccounts({ url: location.search.slice(1), ...storage });
  window.accounts.subscribe(() => {});
</script>`;

async function serveApp() {
  const { outputFiles } = await build({ entryPoints: [ENTRY], bundle: true, format: 'esm', write: false });
  const script = outputFiles[0]?.text ?? '';
  const server = createServer(({ url }, response) => {
    const isScript = url === '/client.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html').end(isScript ? script : PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, close };
}

/** Asks for a code and enters it, in this tab. */
export async function signInOn(page: Page, { phone }: TestService, phoneNumber: string): Promise<void> {
  await page.evaluate((number) => window.accounts.requestOtp({ phoneNumber: number }), phoneNumber);
  const result = await page.evaluate((otp) => window.accounts.verifyOtp({ otp }), phone.code(phoneNumber));
  if (result.__typename !== 'VerifyOtpSuccess') throw new Error(`Not signed in: ${JSON.stringify(result)}`);
}

/** Whose session a tab has; null: nobody's. */
export function userOf(page: Page): Promise<string | null> {
  return page.evaluate(() => window.accounts.session?.user.phoneNumber ?? null);
}

/** Whom the service takes the tab for. */
export function askedUserOf(page: Page): Promise<string | null> {
  return page.evaluate(async () => (await window.accounts.me())?.phoneNumber ?? null);
}
