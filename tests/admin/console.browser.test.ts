import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cityTable } from '../../src/cities/city.table.js';
import { axeFindings } from '../support/browser/axe.js';
import { launchChromium } from '../support/browser/chromium.js';
import { ConsolePage, makeMember, makeStaff, type Member, PASSWORD } from '../support/browser/console-page.js';
import { me, requestOtp } from '../support/operations/operations.js';
import { addPasskey, newAuthenticator, signInByPasskey } from '../support/passkeys/operations.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';

/** What administrators and support do with the console, in a real browser on the real service. */

const MARKUP = '<img src=x onerror=alert(1)>';

let browser: Browser;
let service: TestService;
let localUrl: string;
let admin: Member;
/** The console of an administrator, signed in. */
let desk: ConsolePage;

beforeAll(async () => {
  service = await startService({ env: { ...MANY_TEXTS } });
  localUrl = Object.assign(new URL(service.url), { hostname: 'localhost' }).origin;
  admin = await makeStaff(service, 'ADMIN', { phoneNumber: '+9779841100001', firstName: 'Asha', lastName: 'Rai' });
  const city = { id: 1282898, name: 'Pokhara', countryCode: 'NP', population: 1, searchName: 'pokhara' };
  await service.db.insert(cityTable).values(city);
  browser = await launchChromium();
  desk = await ConsolePage.open(browser, localUrl);
  await desk.signIn(service, admin);
});

afterAll(async () => {
  await browser.close();
  await service.close();
});

let members = 0;

function newMember(changes: Record<string, unknown> = {}): Promise<Member> {
  members += 1;
  return makeMember(service, { phoneNumber: `+97798412000${String(members).padStart(2, '0')}`, ...changes });
}

async function openPerson({ id }: Member, console = desk): Promise<void> {
  await console.go('#/audit');
  await console.go(`#/people/${id}`);
  await console.page.waitForSelector('.columns');
  await console.settled();
}

describe('an administrator', () => {
  test('finds a person by number, email address and name, and opens the page about them', async () => {
    const found = await newMember({ firstName: 'Prakriti', lastName: 'Gurung', email: 'prakriti@example.com' });
    await desk.go('#/people');
    const spelt = found.phoneNumber.replace(/^\+977(\d{3})/, '+977 $1-');
    for (const text of [spelt, 'PRAKRITI@example.com', 'prak', found.id]) {
      await desk.type('search', text);
      await desk.press('Search');
      await desk.page.waitForFunction(() => {
        const names = [...document.querySelectorAll('.person .name')].map((each) => each.textContent);
        return names.length === 1 && names[0] === 'Prakriti Gurung';
      });
    }

    await desk.page.click('.person');
    await desk.heading('Prakriti Gurung');
    await desk.settled();

    const shown = await desk.text();
    expect(shown).toContain(found.phoneNumber);
    expect(shown).toContain('prakriti@example.com');
    expect(shown).toContain(found.id);
    expect(await desk.page.title()).toBe('People · Administration');
    await desk.press('All people');
    await desk.heading('People');
    expect(await desk.page.$eval('[name="search"]', (input) => (input as HTMLInputElement).value)).toBe(found.id);
    await desk.press('Clear');
  });

  test('narrows the list by filters, and reads on beyond the first page', async () => {
    await desk.go('#/people');
    await desk.press('Filters and order');
    await desk.select('role', 'ADMIN');
    await desk.press('Search');
    await desk.page.waitForFunction(() => document.querySelectorAll('.person').length === 1);
    expect(await desk.text('.people')).toContain('Asha Rai');
    await desk.select('locked', 'yes');
    await desk.press('Search');
    await desk.shows('Nobody is like this.');
    await desk.press('Clear');
    await desk.heading('People');
  });

  test('locks an account with a reason: its tokens are dead, and unlocks it', async () => {
    const member = await newMember();
    const { accessToken } = member.tokens;
    await openPerson(member);
    await desk.press('Lock');
    await desk.type('reason', 'Chargebacks', 'dialog');
    await desk.press('Lock');
    await desk.told('Locked. 1 session ended.');
    await desk.shows('Chargebacks');

    expect((await me(service, accessToken)).body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    await desk.press('Unlock');
    await desk.press('Unlock');
    await desk.told('Unlocked.');
    await desk.shows('Not locked.');
  });

  test('sees the passkeys of a person, with names and dates', async () => {
    const member = await newMember();
    await openPerson(member);
    await desk.shows('No passkey.');
    const key = { authenticator: newAuthenticator(), name: MARKUP };
    await addPasskey(service, member.tokens.accessToken, key);
    await openPerson(member);
    await desk.shows(MARKUP);
    expect(await desk.text()).toMatch(/On one device\s+added .* · never used/);
    await signInByPasskey(service, key.authenticator);
    await openPerson(member);
    await desk.shows(MARKUP);
    expect(await desk.text()).toMatch(/added .* · used /);
  });

  test('sees what people wrote as they wrote it, also where it is markup', async () => {
    const member = await newMember({ firstName: MARKUP, lastName: '"><script>alert(2)</script>' });
    await openPerson(member);
    await desk.press('Lock');
    await desk.type('reason', `${MARKUP}{{constructor}}`, 'dialog');
    await desk.press('Lock');
    await desk.shows(`${MARKUP}{{constructor}}`);
    await desk.settled();

    expect(await desk.text('h1')).toContain(MARKUP);
    await desk.go('#/people');
    await desk.shows(MARKUP);
    await desk.go('#/audit');
    await desk.shows(MARKUP);
    expect(await desk.page.$$eval('img, main script, iframe', (all) => all.length)).toBe(0);
    expect(desk.complaints).toEqual([]);
  });

  test('changes a profile, and is told beside the field what is wrong', async () => {
    await newMember({ username: 'taken.name' });
    const member = await newMember({ firstName: 'Bina' });
    await openPerson(member);
    await desk.press('Edit');
    await desk.type('username', 'taken.name', 'dialog');
    await desk.press('Save');
    await desk.page.waitForSelector('dialog [name="username"][aria-invalid="true"]:focus');
    await desk.type('username', 'bina.rai', 'dialog');
    await desk.type('locationId', 'Pokhara', 'dialog');
    const city = await desk.page.waitForSelector('#cities option');
    await desk.type(
      'locationId',
      (await city?.evaluate((option) => (option as HTMLOptionElement).value)) ?? '',
      'dialog',
    );
    await desk.press('Save');
    await desk.told('Saved.');
    await desk.shows('bina.rai');

    const { body } = await service.graphql(
      '{ me { firstName username location { name } } }',
      {},
      { token: member.tokens.accessToken },
    );
    expect(body.data.me).toEqual({ firstName: 'Bina', username: 'bina.rai', location: { name: 'Pokhara' } });
  });

  test('gives marketplace rights', async () => {
    const member = await newMember();
    await openPerson(member);
    const [, , , change] = await desk.page.$$('.columns .acts button');
    await change?.click();
    await desk.page.waitForSelector('dialog [name="hasAccess"]');
    await desk.page.click('dialog [name="hasAccess"]');
    await desk.type('businessType', 'Retail', 'dialog');
    await desk.press('Save');
    await desk.told('Saved.');

    const { body } = await service.graphql(
      '{ me { marketplace { hasAccess businessType shopId b2bVerified } } }',
      {},
      { token: member.tokens.accessToken },
    );
    expect(body.data.me.marketplace).toEqual({
      hasAccess: true,
      businessType: 'Retail',
      shopId: null,
      b2bVerified: false,
    });
  });

  test('signs somebody out everywhere', async () => {
    const member = await newMember();
    await openPerson(member);
    await desk.press('Sign out everywhere');
    await desk.press('Sign out everywhere');
    await desk.told('1 session ended.');
    expect((await me(service, member.tokens.accessToken)).body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  test('proves again who they are before a role changes, and before an account is deleted', async () => {
    const member = await newMember();
    await openPerson(member);
    // The proofs of the sign-in are old by now.
    service.clock.advance(301);
    const change = await desk.page.$$('.columns .acts button');
    await change[2]?.click();
    await desk.select('role', 'SUPPORT', 'dialog');
    await desk.press('Change');
    await desk.shows('Prove that it is you', 'dialog');
    await desk.page.click('dialog [value="PASSWORD"]');
    await desk.type('password', 'wrong password', 'dialog');
    await desk.press('Go on');
    await desk.shows('Attempts left', 'dialog [role="alert"]');
    await desk.type('password', PASSWORD, 'dialog');
    await desk.press('Go on');
    await desk.told('Saved.');
    await desk.shows('Support: reads');

    await desk.press('Delete the account');
    await desk.type('reason', 'Asked for it', 'dialog');
    await desk.type('word', 'delete', 'dialog');
    await desk.press('Delete');
    await desk.shows('Type DELETE, in capital letters.', 'dialog');
    await desk.type('word', 'DELETE', 'dialog');
    await desk.press('Delete');
    await desk.told('Deleted.');
    await desk.shows('There is no account with this id.');
  });

  test('asks why somebody got no code, from the page about them, and clears what is in the way', async () => {
    const member = await newMember();
    await requestOtp(service, { phoneNumber: member.phoneNumber });
    await requestOtp(service, { phoneNumber: member.phoneNumber });
    await openPerson(member);
    await desk.press('Why no code?');
    await desk.page.waitForSelector('.verdict h2:focus');
    await desk.shows('Asked again too soon', '.verdict');
    await desk.press('Clear limits');
    await desk.press('Clear limits');
    await desk.page.waitForFunction(() => /lear/.test(document.querySelector('.news')?.textContent ?? ''));

    await desk.type('phoneNumber', 'not a number');
    await desk.press('Find out');
    await desk.shows('This is not a phone number', '.verdict');
  });

  test('types on while an answer comes, and the answer does not take the field away', async () => {
    await openPerson(await newMember());
    await desk.press('Why no code?');
    await desk.page.waitForSelector('.verdict h2:focus');
    await desk.page.evaluate(() => {
      const send = window.fetch;
      window.fetch = async (...call) => {
        window.fetch = send;
        await new Promise((go) => window.addEventListener('answer', go, { once: true }));
        return send(...call);
      };
    });
    await desk.press('Look again');
    await desk.page.waitForSelector('.loading[aria-busy]');
    await desk.type('phoneNumber', 'not a');
    await desk.page.evaluate(() => window.dispatchEvent(new Event('answer')));
    await desk.page.waitForSelector('.verdict h2');
    await desk.page.keyboard.type(' number');
    expect(await desk.page.$eval('[name="phoneNumber"]', (field) => (field as HTMLInputElement).value)).toBe(
      'not a number',
    );
  });

  test('blocks a number, and lets it through again', async () => {
    const phoneNumber = '+9779841300001';
    await desk.go('#/sending');
    await desk.shows('Nothing is blocked.');
    await desk.press('Block a destination');
    await desk.type('destination', 'Asha', 'dialog');
    await desk.type('reason', `Spam ${MARKUP}`, 'dialog');
    await desk.press('Block');
    await desk.page.waitForSelector('dialog [name="destination"][aria-invalid="true"]:focus');
    await desk.type('destination', phoneNumber, 'dialog');
    await desk.press('Block');
    await desk.told('Blocked.');
    await desk.shows(`Spam ${MARKUP}`);
    const blocked = await requestOtp(service, { phoneNumber });
    expect([blocked.__typename, blocked.reason]).toEqual(['DestinationNotAllowedError', 'BLOCKED']);

    await desk.press(`Remove the block of ${phoneNumber}`);
    await desk.press('Remove');
    await desk.told('Removed.');
    await desk.shows('Nothing is blocked.');
    expect((await requestOtp(service, { phoneNumber })).__typename).toBe('RequestOtpSuccess');
  });

  test('sees what is spent of the shared limits as plots that say it in words', async () => {
    await desk.go('#/budgets');
    await desk.page.waitForSelector('.bar');
    const bars = await desk.page.$$eval('.bar', (all) => all.map((each) => each.getAttribute('aria-label') ?? ''));
    expect(bars.length).toBeGreaterThan(0);
    for (const said of bars) expect(said).toMatch(/\d+ % spent$/);

    // The first minutes come back.
    service.clock.advance(400);
    await desk.go('#/people');
    await desk.heading('People');
    await desk.go('#/budgets');
    await desk.page.waitForSelector('.course');
    expect(await desk.page.$eval('.course', (plot) => plot.getAttribute('aria-label'))).toMatch(/: from .+ to .+/);
  });

  test('reads which provider sends to a country, and why', async () => {
    await desk.go('#/routes');
    await desk.type('country', 'np');
    await desk.press('Show');
    await desk.shows('SMS to Nepal');
    await desk.shows('The order of the settings.');
    await desk.shows('first for 100 %');
    await desk.type('country', 'zz');
    await desk.press('Show');
    await desk.shows('Nothing is sent there.');
  });

  test('filters the audit trail by kind and by account, and reads on', async () => {
    const member = await newMember();
    for (let round = 0; round < 14; round += 1) {
      await service.graphql(
        'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { __typename } }',
        { input: { firstName: `Name ${round}` } },
        { token: member.tokens.accessToken },
      );
    }
    await desk.go('#/audit');
    await desk.type('userId', member.id);
    await desk.press('Kinds of events');
    await desk.page.click('[name="PROFILE_UPDATED"]');
    await desk.press('Show');
    await desk.page.waitForFunction(() => document.querySelectorAll('.rows > li').length === 14);
    const kinds = await desk.page.$$eval(
      '.rows > li strong',
      (all) => new Set(all.map((each) => each.textContent)).size,
    );
    expect(kinds).toBe(1);

    await desk.press('Clear');
    await desk.page.waitForFunction(() => document.querySelectorAll('.rows > li').length === 25);
    await desk.press('Show more');
    await desk.page.waitForFunction(() => document.querySelectorAll('.rows > li').length > 25);
    // Whoever reads with a keyboard goes on at the first new one.
    expect(
      await desk.page.evaluate(() =>
        [...document.querySelectorAll('.rows > li')].indexOf(document.activeElement as Element),
      ),
    ).toBe(25);
  });

  test('with a keyboard alone goes from page to page, and out of a dialog to where they were', async () => {
    const member = await newMember();
    const { keyboard } = desk.page;
    await openPerson(member);
    await desk.page.focus('h1');
    await keyboard.press('Tab');
    expect(await desk.page.$eval('.back', (link) => link === document.activeElement)).toBe(true);
    const outline = await desk.page.$eval('.back:focus-visible', (link) => getComputedStyle(link).outlineStyle);
    expect(outline).toBe('solid');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await desk.page.waitForSelector('dialog [name="firstName"]:focus');
    await keyboard.press('Escape');
    await desk.page.waitForFunction(
      () => !document.querySelector('dialog') && document.activeElement?.textContent === 'Edit',
    );
    await desk.page.focus('nav a[href="#/budgets"]');
    await keyboard.press('Enter');
    await desk.page.waitForFunction(() => document.activeElement?.textContent === 'Budgets');
    expect(await desk.page.$eval('[aria-current="page"]', (link) => link.getAttribute('href'))).toBe('#/budgets');
  });

  test.each([
    { width: 360, scheme: 'light' },
    { width: 360, scheme: 'dark' },
    { width: 1280, scheme: 'dark' },
  ])('axe finds nothing on any page, and nothing is cut off: $width pixels, $scheme', async ({ width, scheme }) => {
    const long = 'Averyveryverylongfirstnamewithoutanyspace';
    const member = await newMember({ firstName: long, lastName: long });
    await desk.page.setViewport({ width, height: 740 });
    await desk.page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: scheme },
      // A colour that is still changing has another contrast.
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    const wrong: Record<string, string[]> = {};
    const look = async (name: string) => {
      await desk.settled();
      const cut = await desk.page.evaluate(() => {
        const out = (each: Element) => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1;
        return [...document.querySelectorAll('main *, dialog *')]
          .filter(out)
          .map((each) => `cut off: ${each.outerHTML.slice(0, 80)}`);
      });
      const found = [...(await axeFindings(desk.page)), ...cut];
      if (found.length > 0) wrong[name] = found;
    };
    for (const page of ['people', `people/${member.id}`, 'why', 'sending', 'budgets', 'audit']) {
      await desk.go(`#/${page}`);
      await desk.page.waitForSelector('h1:focus');
      await look(page);
    }
    await openPerson(member);
    await desk.press('Edit');
    await desk.page.waitForSelector('dialog');
    await look('a dialog');
    await desk.press('Cancel');
    await desk.go('#/routes');
    await desk.type('country', 'NP');
    await desk.press('Show');
    await desk.shows('SMS to Nepal');
    await look('routes');
    await desk.go('#/why');
    await desk.type('phoneNumber', member.phoneNumber);
    await desk.press('Find out');
    await desk.page.waitForSelector('.verdict');
    await look('a report');

    expect(wrong).toEqual({});
    // Nine pages, each looked at as a whole.
  });

  test('has left no number and no token in any address, and asked nobody else', () => {
    // The browser's own pictures, of date boxes, are data.
    const asked = desk.addresses.filter((address) => !address.startsWith('data:'));
    expect(asked.filter((address) => !address.startsWith(`${localUrl}/`))).toEqual([]);
    // Five digits of the numbers of all these people, which an id may hold, too.
    const withoutIds = asked.join('\n').replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, '');
    expect(withoutIds).not.toMatch(/97798|%2B977|token|eyJ/i);
    // What the browser said of axe and its styles is not the page's.
    expect(desk.complaints.filter((line) => !/style|Failed to load resource/.test(line))).toEqual([]);
  });
});

describe('somebody who helps users', () => {
  test('reads and helps, and is offered nothing that the role does not allow', async () => {
    const support = await makeStaff(service, 'SUPPORT', { phoneNumber: '+9779841100002', firstName: 'Sunita' });
    const help = await ConsolePage.open(browser, localUrl);
    await help.signIn(service, support);
    const member = await newMember();
    const offered = () => help.page.$$eval('main button', (all) => all.map((each) => each.textContent));

    await openPerson(member, help);
    expect(await offered()).toEqual(
      expect.arrayContaining(['Lock', 'Sign out everywhere', 'Why no code?', 'Clear limits']),
    );
    for (const text of ['Edit', 'Change', 'Delete the account']) expect(await offered()).not.toContain(text);
    await help.press('Lock');
    await help.type('reason', 'Stolen phone', 'dialog');
    await help.press('Lock');
    await help.told('Locked.');

    await openPerson(admin, help);
    await help.shows('This account has a role. Only an administrator can act on it.');
    for (const text of ['Lock', 'Unlock', 'Sign out everywhere', 'Clear limits'])
      expect(await offered()).not.toContain(text);

    await help.go('#/sending');
    await help.shows('Nothing is blocked.');
    expect(await offered()).not.toContain('Block a destination');
    expect(help.complaints).toEqual([]);
    await help.close();
  });
});
