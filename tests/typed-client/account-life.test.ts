import { afterAll, beforeAll, expect, test } from 'vitest';
import { settleNotices } from '../support/notices.js';
import { startService, type TestService } from '../support/service.js';
import { App } from './app.js';

/** The life of an account, from the first code to the end, by a client that was generated from the schema. */

const DAY = 86_400;
const NUMBER = '+9779841234567';
const NEW_NUMBER = '+9779847654321';
const EMAIL = 'maya@example.com';
const [FORGOTTEN, REMEMBERED] = ['monsoon over the valley', 'kites above the rooftops'];

let service: TestService;
let phone: App;
let laptop: App;
let tablet: App;
let maya: string;
beforeAll(async () => {
  service = await startService({ env: { NOTICES: 'text,email' } });
  const device = () => new App(service.url, service.phone);
  [phone, laptop, tablet] = [device(), device(), device()];
});
afterAll(() => service.close());

/** What the latest message to a number or an address says. */
async function lastMessageTo(to: string): Promise<string> {
  await settleNotices(service);
  return service.phone.to(to).at(-1)?.text ?? '';
}

test('1. Maya signs up on her phone with a code', async () => {
  const { user, newMember } = await phone.signInByCode(NUMBER);
  expect(newMember).toBe(true);
  expect(user).toMatchObject({ phoneNumber: NUMBER, phoneVerified: true, firstName: null, email: null });
  maya = user.id;
});

test('2. she adds her name', async () => {
  const user = await phone.changeProfile({ firstName: 'Maya', lastName: 'Gurung', username: 'maya' });
  expect(user).toMatchObject({ id: maya, firstName: 'Maya', lastName: 'Gurung', username: 'maya' });
});

test('3. she adds her email address, which counts once its code was typed', async () => {
  const user = await phone.verifyEmail(EMAIL);
  expect(user).toMatchObject({ id: maya, email: EMAIL, emailVerified: true });
});

test('4. she sets a password, and is told so by text and by email', async () => {
  expect(await phone.setPassword(FORGOTTEN)).toMatchObject({ id: maya, hasPassword: true });
  expect(await lastMessageTo(NUMBER)).toContain('Your password was changed');
  expect(await lastMessageTo(EMAIL)).toContain('Your password was changed');
});

test('5. days later she has forgotten it', async () => {
  service.clock.advance(8 * DAY);
  expect(await laptop.logIn('maya', 'was it the monsoon?')).toMatchObject({ __typename: 'InvalidCredentialsError' });
});

test('6. she resets it by email on her laptop: all other sessions end, and she is told', async () => {
  const { user } = await laptop.resetPasswordByEmail(EMAIL, REMEMBERED);
  expect(user).toMatchObject({ id: maya, hasPassword: true });
  expect(await laptop.isSignedIn()).toBe(true);
  expect(await phone.isSignedIn()).toBe(false);
  expect(await lastMessageTo(NUMBER)).toContain('Your password was reset');
  expect(await lastMessageTo(EMAIL)).toContain('Your password was reset');
});

test('7. she gets a new number', async () => {
  const { user, revertibleUntil } = await laptop.moveTo(NEW_NUMBER);
  expect(user).toMatchObject({ id: maya, phoneNumber: NEW_NUMBER, phoneVerified: true });
  expect(Date.parse(revertibleUntil)).toBe(service.clock.now().getTime() + 3 * DAY * 1000);
});

test('8. she has second thoughts, and objects with the code that her old number was sent', async () => {
  const notice = await lastMessageTo(NUMBER);
  expect(notice).toContain('The phone number of your account was changed');
  await phone.takeBack(/\b[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}\b/.exec(notice)?.[0] ?? '');
  expect(await laptop.isSignedIn()).toBe(false);
});

test('9. she signs in on a new tablet with her old number, and is told of the new device', async () => {
  service.clock.advance(60);
  const { user, newMember } = await tablet.signInByCode(NUMBER);
  expect(user).toMatchObject({ id: maya, phoneNumber: NUMBER, email: EMAIL, firstName: 'Maya' });
  expect(newMember).toBe(false);
  expect(await lastMessageTo(NUMBER)).toContain('A new device signed in to your account');
  expect(await lastMessageTo(EMAIL)).toContain('A new device signed in to your account');
});

test('10. she takes everything along that is kept about her', async () => {
  const data = JSON.stringify(await tablet.everythingAboutMe());
  for (const known of [maya, NUMBER, NEW_NUMBER, EMAIL, 'Gurung']) expect(data).toContain(known);
});

test('11. she leaves, and whoever has the number next begins anew', async () => {
  const { deletedAt } = await tablet.leave();
  expect(Date.parse(deletedAt)).toBe(service.clock.now().getTime());
  expect(await tablet.isSignedIn()).toBe(false);
  service.clock.advance(60);
  const { user, newMember } = await phone.signInByCode(NUMBER);
  expect(newMember).toBe(true);
  expect(user.id).not.toBe(maya);
  expect(user).toMatchObject({ firstName: null, email: null, hasPassword: false });
});
