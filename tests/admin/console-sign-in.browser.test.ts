import { sql } from 'drizzle-orm';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { addAuthenticator } from '../support/browser/authenticator.js';
import { axeFindings } from '../support/browser/axe.js';
import { launchChromium } from '../support/browser/chromium.js';
import { ConsolePage, makeMember, makeStaff, type Member } from '../support/browser/console-page.js';
import { finishRegistration, startRegistration } from '../support/passkeys/operations.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';

/** How people get into the console, and who does not, in a real browser. */

const NAME = '<img src=x onerror=alert(1)>';

let browser: Browser;
let service: TestService & { localUrl: string };
let admin: Member;

beforeAll(async () => {
  const started = await startService({ env: { ...MANY_TEXTS, PASSKEY_RP_ID: 'localhost' } });
  service = { ...started, localUrl: Object.assign(new URL(started.url), { hostname: 'localhost' }).origin };
  admin = await makeStaff(service, 'ADMIN', { phoneNumber: '+9779841000001', firstName: NAME });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  await service.close();
});

async function open(prepare?: (page: Page) => Promise<void>): Promise<ConsolePage> {
  const opened = await ConsolePage.open(browser, service.localUrl, prepare);
  onTestFinished(() => opened.close());
  // The next code to the same number.
  onTestFinished(() => service.clock.advance(61));
  return opened;
}

const storage = (page: Page) =>
  page.evaluate(() => JSON.stringify([{ ...sessionStorage }, Object.keys(localStorage), document.cookie]));

describe('an administrator', () => {
  test('signs in by a code and a password, and signs out; nothing of it is in an address, and the session has ended', async () => {
    const opened = await open();
    await opened.signIn(service, admin);
    const { refreshToken } = await opened.page.evaluate(() =>
      JSON.parse(sessionStorage.getItem('admin.session') ?? ''),
    );
    // The page does not wait for the answer.
    const answered = opened.page.waitForResponse((response) => !!response.request().postData()?.includes('logout'));
    await opened.press('Sign out');
    await opened.heading('Administration');
    await answered;

    const refresh = await service.graphql(
      'mutation ($token: String) { refreshSession(refreshToken: $token) { __typename } }',
      { token: refreshToken },
    );
    expect(refresh.body.data.refreshSession.__typename).toBe('InvalidTokenError');
    expect(await storage(opened.page)).toBe('[{},["admin.device"],""]');
    const foreign = opened.addresses.filter((address) => !address.startsWith(`${service.localUrl}/`));
    expect(foreign).toEqual([]);
    expect(opened.addresses.join('\n')).not.toMatch(/97798|token|eyJ|%2B/i);
    expect(opened.complaints).toEqual([]);
  });

  test('with a name that is markup sees the name', async () => {
    const opened = await open();
    await opened.signIn(service, admin);

    expect(await opened.text('.who-name')).toContain(NAME);
    expect(await opened.page.$$eval('img', (images) => images.length)).toBe(0);
    expect(opened.complaints).toEqual([]);
  });

  test('reloads the page and is still signed in; a duplicated tab does not share the session', async () => {
    const opened = await open();
    await opened.signIn(service, admin);
    await opened.page.reload();
    await opened.heading('People');

    const kept = await opened.page.evaluate(() => sessionStorage.getItem('admin.session') ?? '');
    const duplicate = await opened.context.newPage();
    await duplicate.evaluateOnNewDocument((value) => sessionStorage.setItem('admin.session', value), kept);
    await duplicate.goto(`${service.localUrl}/admin`);
    await duplicate.waitForSelector('[name="phoneNumber"]');
    expect(await duplicate.evaluate(() => sessionStorage.getItem('admin.session'))).toBeNull();

    await opened.page.bringToFront();
    await opened.page.reload();
    await opened.heading('People');
  });

  test('shows a passkey in place of the password, and again before a role changes', async () => {
    const owner = await makeStaff(service, 'ADMIN', { phoneNumber: '+9779841000009' });
    const member = await makeMember(service, { phoneNumber: '+9779841000010' });
    const opened = await open(async (page) => void (await addAuthenticator(page)));
    const { accessToken } = owner.tokens;
    const { options } = await startRegistration(service, accessToken);
    const response = await opened.page.evaluate(async (json) => {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(json);
      return ((await navigator.credentials.create({ publicKey })) as PublicKeyCredential).toJSON();
    }, options);
    await finishRegistration(service, accessToken, { response });

    await opened.typeCode(service, owner.phoneNumber);
    await opened.heading('One more proof');
    await opened.page.click('[value="PASSKEY"]');
    await opened.press('Sign in');
    await opened.heading('People');

    service.clock.advance(301);
    await opened.go(`#/people/${member.id}`);
    await opened.page.waitForSelector('.columns');
    await opened.settled();
    const change = await opened.page.$$('.columns .acts button');
    await change[2]?.click();
    await opened.select('role', 'SUPPORT', 'dialog');
    await opened.press('Change');
    await opened.shows('Prove that it is you', 'dialog');
    await opened.page.click('dialog [value="PASSKEY"]');
    await opened.press('Go on');
    await opened.told('Saved.');
    expect(opened.complaints).toEqual([]);
  });

  test('in a browser that the account knows needs the code alone', async () => {
    const opened = await open();
    await opened.signIn(service, admin);
    await opened.press('Sign out');
    await opened.heading('Administration');
    service.clock.advance(61);

    await opened.typeCode(service, admin.phoneNumber);
    await opened.heading('People');
  });

  test('mistypes number and code: the page says so beside the field, and reads it out', async () => {
    const opened = await open();
    await opened.type('phoneNumber', 'Asha');
    await opened.press('Send a code');
    await opened.page.waitForSelector('[name="phoneNumber"][aria-invalid="true"]:focus');
    const problem = await opened.page.$eval('[name="phoneNumber"]', (input) =>
      (input.getAttribute('aria-describedby') ?? '')
        .split(' ')
        .map((id) => document.getElementById(id)?.textContent)
        .join(''),
    );
    expect(problem).not.toBe('');

    await opened.type('phoneNumber', admin.phoneNumber);
    await opened.press('Send a code');
    const wrong = service.phone.code(admin.phoneNumber) === '000000' ? '111111' : '000000';
    await opened.type('otp', wrong);
    await opened.press('Sign in');
    await opened.shows('Attempts left: 2.', '[role="alert"]');
  });

  test('whose role was taken away is told when the page asks for new tokens', async () => {
    const former = await makeStaff(service, 'SUPPORT', { phoneNumber: '+9779841000002' });
    const opened = await open();
    await opened.signIn(service, former);
    await service.db.execute(sql`UPDATE users SET role = 'USER' WHERE id = ${former.id}`);
    await opened.page.reload();

    await opened.shows('Your role was taken away.');
    expect(await storage(opened.page)).toContain('[{},');
  });

  test('whose session was ended elsewhere signs in again', async () => {
    const opened = await open();
    await opened.signIn(service, admin);
    // A call that is under way would notice it, and the page that is loaded anew would have no session to miss.
    await opened.settled();
    await service.db.execute(sql`DELETE FROM sessions WHERE user_id = ${admin.id}`);
    await opened.page.reload();

    await opened.shows('Your session has ended. Sign in again.');
  });

  test('finds the service away: the page says so, and goes on with the session later', async () => {
    const opened = await open();
    await opened.signIn(service, admin);
    await opened.page.setRequestInterception(true);
    let away = true;
    opened.page.on('request', (request) =>
      away && request.url().endsWith('/graphql') ? request.abort() : request.continue(),
    );
    await opened.page.reload();
    await opened.shows('The service does not answer.');

    away = false;
    await opened.press('Try again');
    await opened.heading('People');
  });
});

test('a user without a role is told, and gets no session', async () => {
  const user = await makeMember(service, { phoneNumber: '+9779841000003' });
  const opened = await open();
  await opened.typeCode(service, user.phoneNumber);

  await opened.shows('This account has no role here.');
  expect(await storage(opened.page)).toContain('[{},');
  const { accessToken: token } = user.tokens;
  const { body } = await service.graphql('{ me { id sessions { current } } }', {}, { token });
  // That of the registration is left.
  expect(body.data.me).toEqual({ id: user.id, sessions: [{ current: true }] });
});

test('somebody with a keyboard alone signs in', async () => {
  const opened = await open();
  const { keyboard } = opened.page;
  await opened.page.waitForSelector('[name="phoneNumber"]:focus');
  await keyboard.type(admin.phoneNumber);
  await keyboard.press('Enter');
  await opened.page.waitForSelector('[name="otp"]:focus');
  await keyboard.type(service.phone.code(admin.phoneNumber));
  await keyboard.press('Enter');
  await opened.page.waitForSelector('[name="password"]:focus');
  await keyboard.type('SecurePassword123!');
  await keyboard.press('Enter');
  await opened.page.waitForFunction(() => document.activeElement?.textContent === 'People');
});

test.each(['light', 'dark'] as const)(
  'axe finds nothing at the door, and nothing is cut off at 360 pixels: %s',
  async (scheme) => {
    const opened = await open(async (page) => {
      await page.setViewport({ width: 360, height: 640 });
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    });
    await opened.page.waitForSelector('[name="phoneNumber"]');
    expect(await axeFindings(opened.page)).toEqual([]);
    await opened.type('phoneNumber', admin.phoneNumber);
    await opened.press('Send a code');
    await opened.page.waitForSelector('[name="otp"]');
    expect(await axeFindings(opened.page)).toEqual([]);
    await opened.type('otp', service.phone.code(admin.phoneNumber));
    await opened.press('Sign in');
    await opened.page.waitForSelector('[name="password"]');
    expect(await axeFindings(opened.page)).toEqual([]);
    expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  },
);
