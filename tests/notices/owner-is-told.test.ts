import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockedDestinationTable } from '../../src/blocks/blocked-destination.table.js';
import { guessWrongly, obtainCode, requestOtp, verifyOtp } from '../support/operations/operations.js';
import { noticesTo, type Owner, owner, settleNotices } from '../support/notices.js';
import { startService, type TestService } from '../support/service.js';
import { changePassword, login } from '../support/operations/session-operations.js';

/** What owners are told of their accounts, and what nobody is told. */

const NEW = 'an even better passphrase';
const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36';

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: { NOTICES: 'text,email', SERVICE_NAME: 'Acme', OTP_RESEND_COOLDOWN: '1' } });
});
afterAll(() => service.close());

function nextOwner(given: { locale?: string; verifiedEmail?: boolean } = {}): Promise<Owner> {
  serial += 1;
  return owner(service, { phoneNumber: `+97798000391${String(serial).padStart(2, '0')}`, ...given });
}

function withNew(token: string, currentPassword: string) {
  const input = { currentPassword, newPassword: NEW, newPasswordConfirm: NEW };
  const document = `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }`;
  return service.graphql(document, { input }, { token, headers: { 'user-agent': CHROME } });
}

describe('after a change of the password', () => {
  test('the owner is told by text and by email, with the device and what to do', async () => {
    const { token, password, phoneNumber, email } = await nextOwner();
    await withNew(token, password);
    await settleNotices(service);
    expect(noticesTo(service, phoneNumber)).toMatchObject([
      {
        channel: 'SMS',
        notice: 'password_changed',
        code: null,
        text: 'Acme: Your password was changed (Chrome, Windows). Not you? Sign in with a code and set a new password.',
      },
    ]);
    const [mail, ...others] = noticesTo(service, email);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      channel: 'EMAIL',
      notice: 'password_changed',
      subject: 'Acme: Your password was changed',
    });
    expect(mail?.text).toContain('Chrome, Windows, 2026-');
  });

  test('in the language of the owner', async () => {
    const { token, password, phoneNumber } = await nextOwner({ locale: 'ne' });
    await changePassword(service, token, { currentPassword: password, newPassword: NEW });
    await settleNotices(service);
    expect(noticesTo(service, phoneNumber)).toMatchObject([
      { locale: 'ne', text: expect.stringContaining('पासवर्ड बदलियो') },
    ]);
  });

  test('an address that nobody has verified gets nothing', async () => {
    const { token, password, phoneNumber, email } = await nextOwner({ verifiedEmail: false });
    await changePassword(service, token, { currentPassword: password, newPassword: NEW });
    await settleNotices(service);
    expect(noticesTo(service, phoneNumber)).toHaveLength(1);
    expect(noticesTo(service, email)).toEqual([]);
  });

  test('a number that an administrator has blocked gets no text, and the email goes all the same', async () => {
    const { token, password, phoneNumber, email } = await nextOwner();
    const block = { id: randomUUID(), key: phoneNumber, reason: 'A complaint.', createdAt: service.clock.now() };
    await service.db.insert(blockedDestinationTable).values(block);
    await changePassword(service, token, { currentPassword: password, newPassword: NEW });
    await settleNotices(service);
    expect(noticesTo(service, phoneNumber)).toEqual([]);
    expect(noticesTo(service, email)).toHaveLength(1);
  });

  test('that is refused nobody is told', async () => {
    const { token, phoneNumber, email } = await nextOwner();
    service.clock.advance(400);
    expect(
      await changePassword(service, token, { currentPassword: 'not the password', newPassword: NEW }),
    ).toMatchObject({
      __typename: expect.stringMatching(/Error$/),
    });
    await settleNotices(service);
    expect([...noticesTo(service, phoneNumber), ...noticesTo(service, email)]).toEqual([]);
  });

  test('the notice has nothing that the new owner of a number should not read', async () => {
    const { token, password, phoneNumber, username, email } = await nextOwner();
    await withNew(token, password);
    await settleNotices(service);
    const [notice] = noticesTo(service, phoneNumber);
    for (const secret of [username, email, 'Rishi', 'Khatri', password, NEW, '127.0.0.1']) {
      expect(notice?.text.toLowerCase()).not.toContain(secret.toLowerCase());
    }
  });

  test('the log has neither the number nor the address', async () => {
    const { token, password, phoneNumber, email } = await nextOwner();
    const before = service.logs.length;
    await withNew(token, password);
    await settleNotices(service);
    const lines = service.logs.slice(before).join('');
    expect(lines).toContain('message sent');
    expect(lines).not.toContain(phoneNumber.slice(1));
    expect(lines).not.toContain(email);
  });
});

describe('after wrong guesses that lock', () => {
  test('the codes of a number, its owner is told once', async () => {
    const { phoneNumber, email } = await nextOwner();
    await requestOtp(service, { phoneNumber });
    expect(await guessWrongly(service, phoneNumber, 12)).toMatchObject({ __typename: 'AccountLockedError' });
    await settleNotices(service);
    expect(noticesTo(service, phoneNumber)).toMatchObject([
      {
        notice: 'account_locked',
        text: 'Acme: Too many wrong codes or passwords: your account is locked for a while. Not you? Never give anyone a code.',
      },
    ]);
    expect(noticesTo(service, email)).toMatchObject([{ notice: 'account_locked' }]);
  });

  test('the password, its owner is told once, and once more of the next lock', async () => {
    const { phoneNumber, username } = await nextOwner();
    const guess = () => login(service, { identifier: username, password: 'not the password' });
    for (let guesses = 0; guesses < 9; guesses += 1) await guess();
    await settleNotices(service);
    expect(noticesTo(service, phoneNumber)).toHaveLength(1);
    service.clock.advance(901);
    for (let guesses = 0; guesses < 9; guesses += 1) await guess();
    await settleNotices(service);
    expect(noticesTo(service, phoneNumber)).toHaveLength(2);
  });

  test('nobody is told of a number that has no account', async () => {
    const phoneNumber = '+9779800039199';
    expect(await guessWrongly(service, phoneNumber, 12)).toMatchObject({ __typename: 'AccountLockedError' });
    await settleNotices(service);
    expect(noticesTo(service, phoneNumber)).toEqual([]);
  });

  test('nobody is told where the guess that would have locked was right', async () => {
    const { phoneNumber } = await nextOwner();
    await obtainCode(service, phoneNumber);
    await guessWrongly(service, phoneNumber, 3);
    service.clock.advance(601);
    const otp = await obtainCode(service, phoneNumber);
    await guessWrongly(service, phoneNumber, 2);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
    await settleNotices(service);
    expect(noticesTo(service, phoneNumber).map(({ notice }) => notice)).not.toContain('account_locked');
  });
});
