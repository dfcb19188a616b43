import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { FOREIGN_HOST, launchChromium, PUBLIC_HOST } from '../support/browser/chromium.js';
import { eventually } from '../support/eventually.js';
import { InboxPage } from '../support/browser/inbox-page.js';
import { type InboxService, startInboxService } from '../support/browser/inbox-service.js';
import { ManualClock } from '../support/manual-clock.js';
import { me, requestOtp, verifyOtp } from '../support/operations/operations.js';
import { freePort } from '../support/process/free-port.js';
import { ProcessPlace } from '../support/process/process-place.js';
import type { TestServiceOptions } from '../support/service.js';

/** What a developer does with the inbox, and what other web pages try, in a real browser. */

const BUILD = new URL('../../scripts/build.js', import.meta.url).href;
const PHONE_NUMBER = '+255679190720';

let browser: Browser;

beforeAll(async () => {
  // Here, where there is time for it, and not when the service is started.
  const { buildWhenNeeded }: { buildWhenNeeded(): Promise<void> } = await import(BUILD);
  await buildWhenNeeded();
  browser = await launchChromium();
});

afterAll(() => browser.close());

async function start(options: TestServiceOptions = {}): Promise<InboxService & { localUrl: string }> {
  const service = await startInboxService(options);
  onTestFinished(() => service.close());
  return { ...service, localUrl: named(service.url, 'localhost') };
}

/** The same server by another name of this machine. */
function named(url: string, hostname: string): string {
  return Object.assign(new URL(url), { hostname }).origin;
}

async function open(url: string, prepare?: Parameters<typeof InboxPage.open>[2]): Promise<InboxPage> {
  const inbox = await InboxPage.open(browser, url, prepare);
  onTestFinished(() => inbox.close());
  return inbox;
}

describe('a developer', () => {
  test('signs in with a code that appears on the open page and is copied from it', async () => {
    const service = await start();
    const inbox = await open(service.localUrl);
    expect(await inbox.page.$eval('.empty', (empty) => (empty as HTMLElement).innerText)).toContain(
      'Ask for a code with requestOtp, and it shows up here.',
    );

    await requestOtp(service, { phoneNumber: PHONE_NUMBER });
    await inbox.page.waitForSelector('.code');
    await inbox.page.click('.copy');
    await inbox.page.waitForFunction(() => document.querySelector('.copied')?.textContent.trim() === 'Copied');
    const otp = await inbox.pasted();
    const signedIn = await verifyOtp(service, { phoneNumber: PHONE_NUMBER, otp });

    expect(await inbox.messages()).toEqual([
      {
        number: PHONE_NUMBER,
        channel: 'SMS',
        subject: '',
        text: `${otp} is your verification code. It expires in 10 minutes. Do not share it with anyone.`,
        code: otp,
      },
    ]);
    expect(await inbox.page.$('.empty:not([hidden])')).toBeNull();
    expect(signedIn).toMatchObject({ __typename: 'VerifyOtpSuccess', newMember: true });
    const { body } = await me(service, signedIn.tokens.accessToken);
    expect(body.data.me).toMatchObject({ phoneNumber: PHONE_NUMBER, phoneVerified: true });
    expect(inbox.requested.filter((address) => !address.startsWith(service.localUrl))).toEqual([]);
    expect(inbox.complaints).toEqual([]);
  });

  test('tells two numbers apart, the newest message first, and each button copies its own code', async () => {
    const service = await start();
    const inbox = await open(service.localUrl);

    await requestOtp(service, { phoneNumber: PHONE_NUMBER });
    await inbox.count(1);
    await requestOtp(service, { phoneNumber: '+9779812345678' });
    await inbox.count(2);

    const messages = await inbox.messages();
    expect(messages.map(({ number }) => number)).toEqual(['+9779812345678', PHONE_NUMBER]);
    for (const [index, button] of (await inbox.page.$$('.copy')).entries()) {
      await button.click();
      expect(await inbox.pasted()).toBe(messages[index]?.code);
    }
  });

  test('opens the page later, and finds what came before', async () => {
    const service = await start();
    await requestOtp(service, { phoneNumber: PHONE_NUMBER });
    await eventually(async () => service.inbox.after(undefined)[0]);

    const inbox = await open(service.localUrl);
    await inbox.count(1);

    expect((await inbox.messages())[0]?.number).toBe(PHONE_NUMBER);
    expect(await inbox.announcement()).toBe('');
  });

  test('restarts the service: the page says so, comes back by itself, and keeps what it had', async () => {
    const place = await ProcessPlace.makeSetUp();
    onTestFinished(() => place.end());
    const env = { PORT: String(await freePort()) };
    const first = await place.startReady({ env });
    expect(first.stdout).toContain(`shown at http://localhost:${env.PORT}/inbox.`);
    const inbox = await open(`http://localhost:${env.PORT}`);
    await requestOtp(first.client, { phoneNumber: PHONE_NUMBER });
    await inbox.count(1);

    const began = performance.now();
    const { code } = await first.stop();
    const took = performance.now() - began;
    await inbox.connection('lost');
    const second = await place.startReady({ env });
    await inbox.connection('live');
    await requestOtp(second.client, { phoneNumber: '+9779812345678' });
    await inbox.count(2);

    expect(code).toBe(0);
    expect(took).toBeLessThan(4_000);
    const [latest, before] = await inbox.messages();
    expect([latest?.number, latest?.code]).toEqual(['+9779812345678', await second.printedCode('+9779812345678')]);
    expect([before?.number, before?.code]).toEqual([PHONE_NUMBER, await first.printedCode(PHONE_NUMBER)]);
  });

  test('receives more than a hundred messages: the page keeps the latest hundred', async () => {
    const service = await start();
    const inbox = await open(service.localUrl);

    for (let count = 1; count <= 105; count += 1) service.receive({ code: String(100_000 + count) });
    await inbox.page.waitForFunction(() => document.querySelector('.code')?.textContent === '100105');

    const codes = (await inbox.messages()).map(({ code }) => code);
    expect(codes).toHaveLength(100);
    expect(codes.at(-1)).toBe('100006');
  });

  test('reads an Arabic text from right to left, with a code that still reads from left to right', async () => {
    const service = await start({ env: { SERVICE_NAME: 'Acme' } });
    const inbox = await open(service.localUrl);

    await requestOtp(service, { phoneNumber: PHONE_NUMBER, locale: 'ar' });
    await inbox.count(1);

    const [message] = await inbox.messages();
    expect(message?.text).toMatch(/^\d{6} هو رمز/);
    expect(message?.code).toBe(message?.text.slice(0, 6));
    const directions = await inbox.page.$$eval('.text, .code, .number', (elements) =>
      elements.map((element) => [element.className, getComputedStyle(element).direction]),
    );
    expect(directions).toEqual([
      ['number', 'ltr'],
      ['text', 'rtl'],
      ['code', 'ltr'],
    ]);
  });

  test('sees markup in a text as it was sent, and none of it is run', async () => {
    const service = await start({ env: { SERVICE_NAME: '<b>Acme</b>' } });
    const inbox = await open(service.localUrl);

    await requestOtp(service, { phoneNumber: PHONE_NUMBER });
    const attack = '<img src=x onerror="document.title=1"><script>document.title=1</script>';
    service.receive({ to: attack, subject: attack, text: attack, code: attack });
    await inbox.count(2);

    const [attacked, named] = await inbox.messages();
    expect(attacked).toEqual({ number: attack, subject: attack, text: attack, channel: 'SMS', code: attack });
    expect(named?.text).toContain('is your <b>Acme</b> code.');
    expect(await inbox.page.$$('.message b, .message img, .message script')).toEqual([]);
    expect(await inbox.page.title()).toBe('Inbox');
    expect(inbox.requested.filter((address) => address.endsWith('/x'))).toEqual([]);
  });

  test('sees by which channel a message came, and its lines as they were sent', async () => {
    const service = await start({ env: { WEB_OTP_DOMAIN: 'app.example.com' } });
    const inbox = await open(service.localUrl);

    await requestOtp(service, { phoneNumber: PHONE_NUMBER });
    await inbox.count(1);
    service.receive({ channel: 'WHATSAPP' });
    service.receive({ channel: 'VOICE', text: 'Your code is: 5, 7, 5, 7, 8, 4. Once more: 5, 7, 5, 7, 8, 4.' });
    service.receive({ channel: 'EMAIL', to: 'asha@example.com', subject: 'Your Acme code' });
    await inbox.count(4);

    const messages = await inbox.messages();
    expect(messages.map(({ channel }) => channel)).toEqual(['Email', 'Voice call', 'WhatsApp', 'SMS']);
    expect(messages.map(({ code }) => code).slice(0, 3)).toEqual(['575784', '575784', '575784']);
    expect([messages[0]?.number, messages[0]?.subject]).toEqual(['asha@example.com', 'Your Acme code']);
    expect(messages[3]?.text.split('\n').at(-1)).toBe(`@app.example.com #${messages[3]?.code}`);
    const heights = await inbox.page.$$eval('.text', (texts) => texts.map((text) => text.clientHeight));
    expect(heights[3]).toBeGreaterThan((heights[2] ?? 0) + 40);
  });

  test('reads a notice, which has no code, or one that is longer', async () => {
    const service = await start();
    const inbox = await open(service.localUrl);

    service.receive({ code: null, text: 'Your password was changed.' });
    service.receive({ code: 'ABCD-EFGH-IJKL-MNOP', text: 'Your phone number was changed.' });
    await inbox.count(2);

    const bubbles = await inbox.page.$$eval('.bubble', (found) =>
      found.map((each) => [each.querySelector('.text')?.textContent, each.querySelector('.code')?.textContent ?? null]),
    );
    expect(bubbles).toEqual([
      ['Your phone number was changed.', 'ABCD-EFGH-IJKL-MNOP'],
      ['Your password was changed.', null],
    ]);
  });

  test('reads beside a code why production would not send it', async () => {
    const service = await start();
    const inbox = await open(service.localUrl);
    const note = 'Production would not send this code: hardly any code to this number range was typed.';

    service.receive({ note });
    service.receive({ code: '111111' });
    await inbox.count(2);

    const notes = await inbox.page.$$eval('.note', (found) =>
      found.map((each) => ({ text: each.textContent, shown: each.checkVisibility() })),
    );
    expect(notes).toEqual([
      { text: '', shown: false },
      { text: note, shown: true },
    ]);
  });

  test('copies through the clipboard of scripts where the browser lets it', async () => {
    const service = await start();
    const inbox = await open(service.localUrl, async (page) => {
      await page.browserContext().overridePermissions(service.localUrl, ['clipboard-sanitized-write']);
      await page.evaluateOnNewDocument(() => {
        document.execCommand = () => false;
      });
    });

    service.receive({});
    await inbox.page.waitForSelector('.code');
    await inbox.page.click('.copy');
    await inbox.page.waitForSelector('.copy.copied');

    expect(await inbox.pasted()).toBe('575784');
  });

  test('copies where scripts may not use the clipboard: forbidden, or on a page that came by http from elsewhere', async () => {
    const service = await start({ env: { PUBLIC_URL: `http://${PUBLIC_HOST}` } });
    const forbidden = await open(service.localUrl, async (page) => {
      await page.evaluateOnNewDocument(() => {
        navigator.clipboard.writeText = () => Promise.reject(new DOMException('No.', 'NotAllowedError'));
      });
    });
    const insecure = await open(named(service.url, PUBLIC_HOST));
    const clipboard = await insecure.page.evaluate(() => [window.isSecureContext, typeof navigator.clipboard]);
    expect(clipboard).toEqual([false, 'undefined']);

    for (const [inbox, code] of [[forbidden, '575784'] as const, [insecure, '048213'] as const]) {
      service.receive({ code });
      await inbox.page.waitForFunction((text) => document.querySelector('.code')?.textContent === text, {}, code);
      await inbox.page.click('.copy');
      await inbox.page.waitForSelector('.copy.copied');
      expect(await inbox.pasted()).toBe(code);
    }
  });

  test('finds the code selected where nothing may be copied for her, and is told what to press', async () => {
    const service = await start();
    const inbox = await open(service.localUrl, async (page) => {
      await page.evaluateOnNewDocument(() => {
        navigator.clipboard.writeText = () => Promise.reject(new DOMException('No.', 'NotAllowedError'));
        document.execCommand = () => false;
      });
    });

    service.receive({});
    await inbox.page.waitForSelector('.code');
    await inbox.page.click('.copy');
    await inbox.page.waitForFunction(() => document.querySelector('.news')?.textContent.includes('Ctrl+C'));

    expect(await inbox.page.$eval('.copy', (button) => button.textContent.trim())).toBe('Press Ctrl+C');
    expect(await inbox.page.evaluate(() => getSelection()?.toString().replaceAll(/\s/g, ''))).toBe('575784');
    expect(await inbox.page.$('.copied')).toBeNull();
  });

  test('with a keyboard and a screen reader hears of new codes digit by digit, and copies them', async () => {
    const service = await start();
    const inbox = await open(service.localUrl);

    service.receive({});
    await inbox.count(1);
    expect(await inbox.announcement()).toBe(`New message to ${PHONE_NUMBER}, SMS, code 5 7 5 7 8 4`);
    expect(await inbox.page.$eval('.news', (news) => news.getAttribute('aria-live'))).toBe('polite');
    // Past the filter and "Clear all".
    for (let stop = 1; stop <= 3; stop += 1) await inbox.page.keyboard.press('Tab');
    const read = await inbox.page.accessibility.snapshot();
    const outline = await inbox.page.$eval('.copy:focus-visible', (button) => getComputedStyle(button).outlineStyle);
    await inbox.page.keyboard.press('Enter');
    await inbox.page.waitForSelector('.copy.copied');

    const main = read?.children?.find(({ role }) => role === 'main');
    expect(main?.children?.find(({ role }) => role === 'button')).toMatchObject({
      name: `Copy 575784, the code for ${PHONE_NUMBER}`,
      focused: true,
    });
    expect(outline).toBe('solid');
    expect(await inbox.pasted()).toBe('575784');
    expect(await inbox.announcement()).toBe('Code copied');
  });

  test('who wants no motion is shown none', async () => {
    const service = await start();
    const running = async (preference: string) => {
      const inbox = await open(service.localUrl, (page) =>
        page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: preference }]),
      );
      const before = (await inbox.messages()).length;
      service.receive({});
      await inbox.count(before + 1);
      return inbox.page.evaluate(() => document.getAnimations().length);
    };

    expect(await running('reduce')).toBe(0);
    expect(await running('no-preference')).toBeGreaterThan(0);
  });

  test('reads it on a narrow screen, with nothing cut off at its side', async () => {
    const service = await start();
    const inbox = await open(service.localUrl, (page) => page.setViewport({ width: 320, height: 568 }));

    service.receive({ to: '+4915112345678', text: `575784 ${'unbreakable'.repeat(20)}`, channel: 'WHATSAPP' });
    await inbox.count(1);

    const cut = await inbox.page.$$eval('html, main, .message *', (elements) =>
      elements
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth && clientWidth > 0)
        .map(({ tagName, className }) => `${tagName} ${className}`),
    );
    expect(cut).toEqual([]);
  });

  test.each(['SMS', 'WHATSAPP', 'TELEGRAM', 'VOICE', 'EMAIL'] as const)(
    'reads the whole number at 320 pixels, also of an older message: %s',
    async (channel) => {
      const service = await start();
      const inbox = await open(service.localUrl, (page) => page.setViewport({ width: 320, height: 568 }));
      const sentAt = new Date('2024-11-28T22:41:00Z');
      const numbers = ['+881812345678901', '+9779812345678', 'a.very.long.name.of.a.person@mail.example.com'];

      for (const to of numbers) service.receive({ to, channel, sentAt });
      await inbox.count(3);

      const cut = await inbox.page.$$eval('.number', (elements) =>
        elements
          .filter((element) => {
            const text = document.createRange();
            text.selectNodeContents(element);
            const [shown, screen] = [text.getBoundingClientRect(), document.documentElement.clientWidth];
            const clipped =
              element.scrollWidth > element.clientWidth && getComputedStyle(element).overflow !== 'visible';
            return clipped || shown.left < 0 || shown.right > screen;
          })
          .map(({ textContent }) => textContent),
      );
      expect(cut).toEqual([]);
      // The phone numbers stay on one line.
      const heights = await inbox.page.$$eval('.number', (numbers) => numbers.map((number) => number.clientHeight));
      expect(heights[1]).toBe(heights[2]);
      expect(heights[1]).toBeLessThan(30);
      expect(await inbox.page.$eval('main', (main) => main.scrollWidth - main.clientWidth)).toBe(0);
    },
  );

  test('filters by a number in any spelling: other messages are hidden, also new ones, until the filter is empty', async () => {
    const service = await start();
    const inbox = await open(service.localUrl);
    expect(await inbox.page.$('.tools:not([hidden])')).toBeNull();
    service.receive({});
    service.receive({ to: '+9779812345678' });
    service.receive({ to: 'asha@example.com', channel: 'EMAIL' });
    await inbox.count(3);
    const shown = () =>
      inbox.page.$$eval('.message:not([hidden]) .number', (numbers) => numbers.map((each) => each.textContent));
    const type = async (text: string) => {
      await inbox.page.$eval('.filter', (input) => (input as HTMLInputElement).select());
      await inbox.page.keyboard.press('Backspace');
      await inbox.page.type('.filter', text);
    };

    for (const spelling of ['+977 981-234', '00977981234', '0981 234', '5678']) {
      await type(spelling);
      expect(await shown(), spelling).toEqual(['+9779812345678']);
    }
    await type('ASHA');
    expect(await shown()).toEqual(['asha@example.com']);
    await type('+49');
    expect(await shown()).toEqual([]);
    expect(await inbox.page.$eval('.no-match:not([hidden])', ({ textContent }) => textContent)).toContain('No message');
    service.receive({ to: '+4915112345678' });
    service.receive({ to: '+255679190721' });
    await inbox.count(5);
    expect(await shown()).toEqual(['+4915112345678']);
    expect(await inbox.announcement()).toContain('+4915112345678');
    await type('');
    expect(await shown()).toHaveLength(5);
  });

  test('clears it: on every page, and for pages that are opened later', async () => {
    const service = await start();
    const [inbox, other] = [await open(service.localUrl), await open(service.localUrl)];
    service.receive({});
    service.receive({ to: '+9779812345678' });
    await Promise.all([inbox.count(2), other.count(2)]);

    await inbox.page.click('.clear');

    for (const each of [inbox, other]) await each.page.waitForSelector('.empty:not([hidden])');
    await inbox.page.waitForFunction(() => document.querySelector('.news')?.textContent.includes('removed'));
    expect([await inbox.messages(), await other.messages()]).toEqual([[], []]);
    const later = await open(service.localUrl);
    expect(await later.messages()).toEqual([]);
    service.receive({ code: '048213' });
    for (const each of [inbox, other, later]) {
      await each.count(1);
      expect((await each.messages()).map(({ code }) => code)).toEqual(['048213']);
    }
    expect(inbox.complaints).toEqual([]);
  });
});

describe('a web page of somebody else', () => {
  /** A server of the attacker's at another port. Returns its address by a name. */
  async function attacker(page: string, hostname: string): Promise<string> {
    const answer: RequestListener = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    };
    const server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.closeAllConnections());
    onTestFinished(() => void server.close());
    const address = server.address();
    return `http://${hostname}:${typeof address === 'object' && address ? address.port : 0}/`;
  }

  test('that made its name lead to the service is shown no message', async () => {
    const service = await start();
    const page = await browser.newPage();
    onTestFinished(() => page.close());

    const answer = await page.goto(`${named(service.url, FOREIGN_HOST)}/inbox`);

    expect(answer?.status()).toBe(403);
    expect(await page.$('.message, script')).toBeNull();
  });

  test.each(['localhost', FOREIGN_HOST])('at %s and another port reads no code in any way', async (hostname) => {
    const service = await start();
    service.receive({});
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await page.goto(await attacker('<!doctype html><p>Hello</p>', hostname));

    const got = await page.evaluate(async (inbox) => {
      const outcome = (promise: Promise<unknown>) => promise.then(String, () => 'nothing');
      const loaded = (tag: 'script' | 'iframe' | 'img', address: string) =>
        new Promise((resolve, reject) => {
          const element = Object.assign(document.createElement(tag), { src: address, onload: resolve });
          element.onerror = reject;
          document.body.append(element);
        });
      const frame = document.createElement('iframe');
      frame.src = `${inbox}/inbox`;
      document.body.append(frame);
      await new Promise((resolve) => frame.addEventListener('load', resolve));
      return {
        stream: await outcome(fetch(`${inbox}/inbox/events`).then((response) => response.text())),
        unasked: await outcome(fetch(`${inbox}/inbox`, { mode: 'no-cors' }).then((response) => response.text())),
        script: await outcome(loaded('script', `${inbox}/inbox/events`)),
        image: await outcome(loaded('img', `${inbox}/inbox/icon.svg`)),
        events: await outcome(
          new Promise((resolve, reject) => {
            const events = new EventSource(`${inbox}/inbox/events`);
            events.onmessage = resolve;
            events.onerror = reject;
          }),
        ),
        frame: (() => {
          try {
            return frame.contentDocument?.body.innerText ?? 'nothing';
          } catch {
            return 'nothing';
          }
        })(),
      };
    }, service.localUrl);

    expect(new Set(Object.values(got))).toEqual(new Set(['nothing']));
    const answers = service.logs.flatMap(
      (line) => /"path":"(\/inbox[^"]*)","status":(\d+)/.exec(line)?.slice(1).join() ?? [],
    );
    expect([...new Set(answers)].sort()).toEqual(['/inbox,403', '/inbox/events,403', '/inbox/icon.svg,403']);
    expect(answers.length).toBeGreaterThanOrEqual(6);
  });

  test.each(['localhost', FOREIGN_HOST])('at %s and another port cannot clear it', async (hostname) => {
    const service = await start();
    service.receive({});
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await page.goto(await attacker('<!doctype html><p>Hello</p>', hostname));

    const outcomes = await page.evaluate(async (address) => {
      const modes = ['cors', 'no-cors'] as const;
      const tries = modes.map((mode) => fetch(address, { method: 'DELETE', mode }).then(String, () => 'refused'));
      return Promise.all(tries);
    }, `${service.localUrl}/inbox/messages`);

    expect(outcomes).toEqual(['refused', 'refused']);
    expect(service.inbox.after(undefined)).toHaveLength(1);
  });

  test('may link to it: the link opens the page', async () => {
    const service = await start();
    service.receive({});
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await page.goto(await attacker(`<a href="${service.localUrl}/inbox">codes</a>`, FOREIGN_HOST));

    await page.click('a');
    await page.waitForSelector('.code');

    expect(await page.$eval('.code', (code) => code.textContent)).toBe('575784');
  });
});

test('a message of another day shows its day', async () => {
  const clock = new ManualClock(new Date('2024-02-03T04:05:06Z'));
  const service = await start({ clock });
  const inbox = await open(service.localUrl, (page) => page.emulateTimezone('UTC'));

  service.receive({});
  await inbox.count(1);

  expect(await inbox.page.$eval('time', (time) => [time.textContent, time.dateTime])).toEqual([
    expect.stringMatching(/^Feb 3, 4:05\sAM$/),
    '2024-02-03T04:05:06.000Z',
  ]);
});
