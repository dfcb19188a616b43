import type { Browser, BrowserContext, Page } from 'puppeteer-core';

/** The page of an example, in a browser profile of its own. */
export class ExamplePage {
  readonly page: Page;
  readonly #context: BrowserContext;
  /** Uncaught errors of the page. */
  readonly errors: string[] = [];

  private constructor(page: Page, context: BrowserContext) {
    this.page = page;
    this.#context = context;
    // Less than a test may take, so that a failure says what was waited for.
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => this.errors.push(String(error)));
  }

  static async open(browser: Browser, url: string, prepare?: (page: Page) => Promise<void>): Promise<ExamplePage> {
    const context = await browser.createBrowserContext();
    const opened = new ExamplePage(await context.newPage(), context);
    await prepare?.(opened.page);
    await opened.page.goto(url);
    return opened;
  }

  /** Types into the box with this label. */
  async fill(label: string, value: string): Promise<void> {
    await this.page.locator(`::-p-aria([name="${label}"][role="textbox"])`).fill(value);
  }

  async press(button: string): Promise<void> {
    await this.page.locator(`::-p-aria([name="${button}"][role="button"])`).click();
  }

  /** Waits until the page shows the text. */
  async shows(text: string): Promise<void> {
    const isShown = (wanted: string) => document.body.innerText.includes(wanted);
    await this.page.waitForFunction(isShown, {}, text).catch(async (error) => {
      const shown = await this.page.evaluate(() => document.body.innerText);
      throw new Error(`"${text}" is not shown, but: ${shown}`, { cause: error });
    });
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}
