import type { Browser, BrowserContext, Page } from 'puppeteer-core';

/** What somebody sees of a message. */
export interface ShownMessage {
  readonly number: string;
  readonly channel: string;
  /** Empty where there is none. */
  readonly subject: string;
  readonly text: string;
  readonly code: string;
}

/** The inbox in a tab of a browser profile of its own. */
export class InboxPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Every address that the page asked for. */
  readonly requested: string[] = [];
  /** What the browser complained about: errors, and what the policy of the page forbade. */
  readonly complaints: string[] = [];

  private constructor(page: Page, context: BrowserContext) {
    this.page = page;
    this.context = context;
    page.on('request', (request) => this.requested.push(request.url()));
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => this.complaints.push(message.text()));
  }

  /** @param url of the service */
  static async open(browser: Browser, url: string, prepare?: (page: Page) => Promise<void>): Promise<InboxPage> {
    const context = await browser.createBrowserContext();
    const inbox = new InboxPage(await context.newPage(), context);
    await prepare?.(inbox.page);
    await inbox.page.goto(`${url}/inbox`);
    await inbox.connection('live');
    return inbox;
  }

  async connection(state: 'live' | 'lost'): Promise<void> {
    await this.page.waitForSelector(`[data-connection="${state}"]`);
  }

  /** Resolves once so many messages are there, or more. */
  async count(least: number): Promise<void> {
    await this.page.waitForFunction((most) => document.querySelectorAll('.message').length >= most, {}, least);
  }

  /** The newest first. */
  async messages(): Promise<ShownMessage[]> {
    return this.page.$$eval('.message', (messages) =>
      messages.map((message) => {
        const textOf = (selector: string) => message.querySelector(selector)?.textContent ?? '';
        return {
          number: textOf('.number'),
          channel: textOf('.channel'),
          subject: textOf('.subject'),
          text: textOf('.text'),
          code: textOf('.code'),
        };
      }),
    );
  }

  /** What a screen reader is told beside what it reads by itself. */
  async announcement(): Promise<string> {
    return this.page.$eval('.news', (news) => news.textContent);
  }

  /** What a paste gives, on a page where that needs no script. */
  async pasted(): Promise<string> {
    const page = await this.context.newPage();
    await page.setContent('<textarea autofocus></textarea>');
    await page.focus('textarea');
    await page.keyboard.down('Control');
    await page.keyboard.press('v', { commands: ['Paste'] });
    await page.keyboard.up('Control');
    const text = await page.$eval('textarea', (area) => area.value);
    await page.close();
    await this.page.bringToFront();
    return text;
  }

  close(): Promise<void> {
    return this.context.close();
  }
}
