import type { Browser, BrowserContext, ElementHandle, Page } from 'puppeteer-core';
import { sql } from 'drizzle-orm';
import { form, obtainCode, register } from '../operations/operations.js';
import type { TestService } from '../service.js';

export const PASSWORD = 'SecurePassword123!';
/** Until "Resend" works again. */
const RESEND = 61;

export interface Member {
  readonly id: string;
  readonly phoneNumber: string;
  readonly tokens: { readonly accessToken: string; readonly refreshToken: string };
  readonly deviceToken: string;
}

/** An account with a verified number and a password. */
export async function makeMember(service: TestService, changes: Record<string, unknown>): Promise<Member> {
  const { phoneNumber } = changes as { phoneNumber: string };
  const verificationCode = await obtainCode(service, phoneNumber);
  const answer = await register(service, form({ email: `${phoneNumber}@example.com`, verificationCode, ...changes }));
  if (answer.__typename !== 'RegisterSuccess') throw new Error(JSON.stringify(answer));
  service.clock.advance(RESEND);
  return { ...answer, id: answer.user.id, phoneNumber };
}

/** The same with a role, as the first administrator gets it on the machine. */
export async function makeStaff(
  service: TestService,
  role: 'ADMIN' | 'SUPPORT',
  changes: Record<string, unknown>,
): Promise<Member> {
  const member = await makeMember(service, changes);
  await service.db.execute(sql`UPDATE users SET role = ${role} WHERE id = ${member.id}`);
  return member;
}

/** The console in a tab of a browser profile of its own. */
export class ConsolePage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Every address that the page asked for, and those that it showed. */
  readonly addresses: string[] = [];
  /** What the browser complained about: errors, and what the policy of the page forbade. */
  readonly complaints: string[] = [];
  readonly #url: string;

  private constructor(page: Page, context: BrowserContext, url: string) {
    this.page = page;
    this.context = context;
    this.#url = url;
    // Less than a test may take, so that a failure says what was waited for.
    page.setDefaultTimeout(15_000);
    page.on('request', (request) => this.addresses.push(request.url()));
    page.on('framenavigated', (frame) => this.addresses.push(frame.url()));
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => this.complaints.push(message.text()));
    page.on('dialog', (dialog) => {
      this.complaints.push(`a dialog of a script: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  /** @param url of the service */
  static async open(browser: Browser, url: string, prepare?: (page: Page) => Promise<void>): Promise<ConsolePage> {
    const context = await browser.createBrowserContext();
    const opened = new ConsolePage(await context.newPage(), context, url);
    await opened.page.setViewport({ width: 1280, height: 800 });
    await prepare?.(opened.page);
    await opened.go('');
    await opened.page.waitForSelector('h1');
    return opened;
  }

  /** @param fragment e.g. `#/audit` */
  async go(fragment: string): Promise<void> {
    await this.page.goto(`${this.#url}/admin${fragment}`);
  }

  async type(name: string, text: string, within = ''): Promise<void> {
    const field = await this.page.waitForSelector(`${within} [name="${name}"]`);
    await field?.evaluate((input) => (input as HTMLInputElement).select?.());
    await field?.type(text);
  }

  async select(name: string, value: string, within = ''): Promise<void> {
    await this.page.waitForSelector(`${within} [name="${name}"]`);
    await this.page.select(`${within} [name="${name}"]`, value);
  }

  /** Presses the button or link with this text; in a dialog, if one is open, and not in the navigation. */
  async press(text: string): Promise<void> {
    // A page that is drawn anew while it is looked at has another button of that text a moment later.
    for (let turn = 1; !(await this.#pressed(text)); turn += 1) {
      if (turn === 5) throw new Error(`"${text}" can't be pressed.`);
    }
  }

  async #pressed(text: string): Promise<boolean> {
    const found = await this.page.waitForFunction(
      (wanted) => {
        const dialog = [...document.querySelectorAll('dialog[open]')].at(-1);
        const places = dialog ? [dialog] : [...document.querySelectorAll('main, header')];
        const all = places.flatMap((place) => [...place.querySelectorAll<HTMLElement>('button, a, summary')]);
        const named = (each: HTMLElement) => each.getAttribute('aria-label') ?? each.textContent?.trim();
        return all.find((each) => named(each) === wanted && each.checkVisibility());
      },
      {},
      text,
    );
    const button = found.asElement() as ElementHandle<HTMLElement> | null;
    // Not below the bar of a narrow screen.
    await button?.evaluate((each) => each.scrollIntoView({ block: 'center' }));
    return (
      button?.click().then(
        () => true,
        (error: Error) => {
          if (/not clickable|detached/i.test(error.message)) return false;
          throw error;
        },
      ) ?? false
    );
  }

  async heading(text: string): Promise<void> {
    await this.page.waitForFunction((wanted) => document.querySelector('h1')?.textContent === wanted, {}, text);
  }

  /** Resolves once the page, or its part, shows this text. */
  async shows(text: string, selector = '.app'): Promise<void> {
    await this.page.waitForFunction(
      (wanted, place) =>
        [...document.querySelectorAll<HTMLElement>(place)].some((each) => each.innerText.includes(wanted)),
      {},
      text,
      selector,
    );
  }

  /** What the page tells, to everyone and to screen readers. Each is told once. */
  async told(text: string): Promise<void> {
    await this.page.waitForFunction(
      (wanted) => document.querySelector('.news')?.textContent?.includes(wanted),
      {},
      text,
    );
    await this.page.$eval('.news', (news) => {
      news.textContent = '';
    });
  }

  async text(selector = 'main'): Promise<string> {
    return this.page.$eval(selector, (element) => (element as HTMLElement).innerText);
  }

  /** Nothing is being loaded any more. */
  async settled(): Promise<void> {
    await this.page.waitForFunction(
      () =>
        !document.querySelector('main [aria-busy="true"]') &&
        !document.querySelector('main')?.innerText.includes('Loading…'),
    );
  }

  /** By a code, and the password where the account does not know the browser. */
  async signIn(service: TestService, { phoneNumber }: Pick<Member, 'phoneNumber'>): Promise<void> {
    await this.typeCode(service, phoneNumber);
    await this.type('password', PASSWORD);
    await this.press('Sign in');
    await this.heading('People');
  }

  async typeCode(service: TestService, phoneNumber: string): Promise<void> {
    await this.type('phoneNumber', phoneNumber);
    await this.press('Send a code');
    await this.page.waitForSelector('[name="otp"]');
    await this.type('otp', service.phone.code(phoneNumber));
    await this.press('Sign in');
  }

  close(): Promise<void> {
    return this.context.close();
  }
}
