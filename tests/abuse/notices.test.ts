import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashOf } from '../support/hashed-subject.js';
import { inParallel, obtainCode, verifyOtp, wrongCode } from '../support/operations/operations.js';
import { noticesTo, type Owner, owner, settleNotices } from '../support/notices.js';
import { startService, type TestService } from '../support/service.js';
import { changePassword, login } from '../support/operations/session-operations.js';

/** N6, M1: notices that strangers would suppress, multiply, or have paid for. */

const ONE_AFTER_THE_OTHER = { OTP_RESEND_COOLDOWN: '1', NOTICES: 'text,email' };
const HOUR = 3600;

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: ONE_AFTER_THE_OTHER });
});
afterAll(() => service.close());

function nextOwner(at: TestService = service): Promise<Owner> {
  serial += 1;
  return owner(at, { phoneNumber: `+97798000393${String(serial).padStart(2, '0')}` });
}

/** Locks the password of somebody, from a device that the account does not know. */
async function lockPassword(at: TestService, { username }: Owner): Promise<void> {
  for (let guesses = 0; guesses < 7; guesses += 1) await login(at, { identifier: username, password: 'wrong' });
  await settleNotices(at);
}

async function change(at: TestService, { token, password }: Owner, to: string): Promise<string> {
  const answer = await changePassword(at, token, { currentPassword: password, newPassword: to });
  await settleNotices(at);
  return answer.__typename;
}

/** What was spent of the budgets that codes are paid from. */
function spentOnCodes(at: TestService) {
  return at.db.execute(sql`SELECT key, counts FROM rate_budgets WHERE key NOT LIKE 'sends:notices:%' ORDER BY key`);
}

const kinds = (at: TestService, to: string) => noticesTo(at, to).map(({ notice }) => notice);

describe('somebody who wants the owner to be told too much', () => {
  test('causes three notices of a kind in a day, and does not use up those of other kinds', async () => {
    const person = await nextOwner();
    for (let locks = 0; locks < 5; locks += 1) {
      await lockPassword(service, person);
      // The locks last longer and longer.
      service.clock.advance(2 ** locks * 900 + 1);
    }
    expect(kinds(service, person.phoneNumber)).toEqual(Array(3).fill('account_locked'));
    expect(kinds(service, person.email)).toEqual(Array(3).fill('account_locked'));
    const { phoneNumber } = person;
    service.clock.advance(1);
    const otp = await obtainCode(service, phoneNumber);
    const { tokens } = await verifyOtp(service, { phoneNumber, otp, deviceToken: person.deviceToken });
    const again = { ...person, token: tokens.accessToken };
    expect(await change(service, again, 'an even better passphrase')).toBe('ChangePasswordSuccess');
    expect(kinds(service, phoneNumber)).toEqual([...Array(3).fill('account_locked'), 'password_changed']);
  });

  test('can cause the same again on the next day', async () => {
    const person = await nextOwner();
    for (let locks = 0; locks < 4; locks += 1) {
      await lockPassword(service, person);
      service.clock.advance(2 ** locks * 900 + 1);
    }
    expect(kinds(service, person.phoneNumber)).toHaveLength(3);
    service.clock.advance(25 * HOUR);
    await lockPassword(service, person);
    expect(kinds(service, person.phoneNumber)).toHaveLength(4);
  });

  test('with forty wrong guesses at the same moment causes one', async () => {
    const { phoneNumber } = await nextOwner();
    const otp = wrongCode(await obtainCode(service, phoneNumber));
    await inParallel(40, () => verifyOtp(service, { phoneNumber, otp }));
    await settleNotices(service);
    expect(kinds(service, phoneNumber)).toEqual(['account_locked']);
  });

  test('gets nothing sent to a number that has opted out', async () => {
    const person = await nextOwner();
    const until = new Date(service.clock.now().getTime() + HOUR * 1000).toISOString();
    await service.db.execute(sql`
      INSERT INTO refused_numbers (phone_number, channel, refusal, expires_at)
      VALUES (${hashOf(person.phoneNumber)}, 'SMS', 'opted_out', ${until}::timestamptz)`);
    await lockPassword(service, person);
    expect(kinds(service, person.phoneNumber)).toEqual([]);
    expect(kinds(service, person.email)).toEqual(['account_locked']);
  });
});

describe('a flood of locks', () => {
  // Ten codes in five minutes: five notices, of which two may tell of new devices and locks.
  const FEW = { ...ONE_AFTER_THE_OTHER, SENDS_PER_DAY: '480', NOTICES: 'text' };

  test('leaves a reserve for notices of changes, and all codes', async () => {
    const few = await startService({ env: FEW });
    const people: Owner[] = [];
    for (let count = 0; count < 4; count += 1) {
      // One network has a quarter of the codes of five minutes.
      few.clock.advance(360);
      people.push(await nextOwner(few));
    }
    const [victim, ...others] = people.toReversed();
    if (!victim) throw new Error('Nobody is there.');
    const before = await spentOnCodes(few);
    for (const person of others) await lockPassword(few, person);
    expect(others.flatMap(({ phoneNumber }) => kinds(few, phoneNumber))).toEqual(Array(2).fill('account_locked'));
    expect(await change(few, victim, 'an even better passphrase')).toBe('ChangePasswordSuccess');
    expect(kinds(few, victim.phoneNumber)).toEqual(['password_changed']);
    expect(await spentOnCodes(few)).toEqual(before);
    const withheld = await few.db.execute(sql`
      SELECT count(*)::int AS count FROM messages WHERE notice IS NOT NULL AND failure = 'withheld'`);
    expect(withheld).toMatchObject([{ count: 1 }]);
    await few.close();
  });
});

describe('who is told nothing', () => {
  test('with NOTICES=off: nobody, and no row is written', async () => {
    const off = await startService({ env: { NOTICES: 'off' } });
    const person = await nextOwner(off);
    await lockPassword(off, person);
    await change(off, person, 'an even better passphrase');
    expect(await off.db.execute(sql`SELECT 1 FROM messages WHERE notice IS NOT NULL`)).toHaveLength(0);
    await off.close();
  });

  test('with NOTICES=email: the number', async () => {
    const byEmail = await startService({ env: { NOTICES: 'email' } });
    const person = await nextOwner(byEmail);
    await change(byEmail, person, 'an even better passphrase');
    expect(kinds(byEmail, person.phoneNumber)).toEqual([]);
    expect(kinds(byEmail, person.email)).toEqual(['password_changed']);
    await byEmail.close();
  });

  test('a test number', async () => {
    const phoneNumber = '+15005550006';
    const testing = await startService({
      env: { NOTICES: 'text', TEST_PHONES: `${phoneNumber}=123456`, TEST_PHONES_UNTIL: '2099-01-01' },
    });
    const { tokens } = await verifyOtp(testing, { phoneNumber, otp: '123456' });
    const changed = await changePassword(testing, tokens.accessToken, { newPassword: 'an even better passphrase' });
    expect(changed).toMatchObject({ __typename: 'ChangePasswordSuccess' });
    await settleNotices(testing);
    expect(kinds(testing, phoneNumber)).toEqual([]);
    await testing.close();
  });
});
