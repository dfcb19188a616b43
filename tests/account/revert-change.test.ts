import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { failureCountTable } from '../../src/budgets/failure-count.table.js';
import { type Device, deviceIdOf, devicesOf, signInOn } from '../support/devices.js';
import { eventually } from '../support/eventually.js';
import { requestOtp, verifyOtp } from '../support/operations/operations.js';
import {
  accountRow,
  codeInNotice,
  moveTo,
  openCode,
  revertChange,
  verifyAddress,
} from '../support/operations/number-changes.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import {
  auditOf,
  changePassword,
  isSignedIn,
  login,
  logoutEverywhere,
} from '../support/operations/session-operations.js';

/** N8: a change of number is taken back by the notice, and not by a thief of the old SIM. */

const REVERTED = { __typename: 'RevertChangeSuccess' };
const REFUSED = { __typename: 'InvalidTokenError' };
const PASSWORD = 'an even better passphrase';
const DAY = 86_400;

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: { ...MANY_TEXTS, NOTICES: 'text' } });
});
beforeEach(() => service.clock.advance(60));
afterAll(() => service.close());

interface Account extends Device {
  readonly phoneNumber: string;
}

function nextNumber(): string {
  serial += 1;
  return `+97798000052${String(serial).padStart(2, '0')}`;
}

async function account(): Promise<Account> {
  const phoneNumber = nextNumber();
  return { phoneNumber, ...(await signInOn(service, phoneNumber)) };
}

/** A thief reads one code of the owner, and moves the account to a number of theirs. */
async function stolen(owner: Account) {
  const thief = await signInOn(service, owner.phoneNumber);
  const phoneNumber = nextNumber();
  expect(await moveTo(service, thief, phoneNumber)).toMatchObject({ __typename: 'ChangePhoneNumberSuccess' });
  return { ...thief, phoneNumber };
}

describe('the owner objects to a change that a thief made', () => {
  test('with the code in the text, also after the thief signed everybody out', async () => {
    const owner = await account();
    const thief = await stolen(owner);
    await logoutEverywhere(service, thief.accessToken, true);
    const token = await codeInNotice(service, owner.userId, 'number');
    expect(await revertChange(service, token)).toMatchObject(REVERTED);
    expect(await isSignedIn(service, thief.accessToken)).toBe(false);
    expect((await signInOn(service, owner.phoneNumber)).userId).toBe(owner.userId);
    expect((await signInOn(service, thief.phoneNumber)).userId).not.toBe(owner.userId);
  });

  test('with the code that the text to the old number holds', async () => {
    const owner = await account();
    await stolen(owner);
    const token = await codeInNotice(service, owner.userId, 'number');
    await eventually(async () => service.phone.to(owner.phoneNumber).find(({ text }) => text.includes(token)));
  });

  test('however it is typed, and once', async () => {
    const owner = await account();
    await stolen(owner);
    const token = await codeInNotice(service, owner.userId, 'number');
    const typed = ` ${token.toLowerCase().replaceAll('-', ' ').replaceAll('o', '0')} `;
    expect(await revertChange(service, typed)).toMatchObject(REVERTED);
    expect(await revertChange(service, token)).toMatchObject(REFUSED);
  });

  test('and what the thief went on to do goes, too: another number, a password, an email address', async () => {
    const owner = await account();
    const thief = await stolen(owner);
    const token = await codeInNotice(service, owner.userId, 'number');
    await changePassword(service, thief.accessToken, { newPassword: PASSWORD });
    service.clock.advance(1);
    await verifyAddress(service, owner.userId, `thief${serial}@example.com`);
    const again = await signInOn(service, thief.phoneNumber, thief.deviceToken);
    await service.db.execute(sql`UPDATE sessions SET proofs = proofs || jsonb_build_object('EMAIL_OTP', proofs->'PHONE_OTP')
      WHERE id = ${again.sessionId}`);
    expect(await moveTo(service, again, nextNumber())).toMatchObject({ __typename: 'ChangePhoneNumberSuccess' });
    const ofThief = await codeInNotice(service, owner.userId, 'email');
    expect(await revertChange(service, token)).toMatchObject(REVERTED);
    expect(await accountRow(service, owner.userId)).toMatchObject({
      ...{ phone_number: owner.phoneNumber, email: null, email_verified_at: null, password_hash: null },
    });
    expect(await revertChange(service, ofThief)).toMatchObject(REFUSED);
  });

  test('what the account had before the change stays', async () => {
    const owner = await account();
    await changePassword(service, owner.accessToken, { newPassword: PASSWORD });
    await stolen(owner);
    const token = await codeInNotice(service, owner.userId, 'number');
    expect(await revertChange(service, token)).toMatchObject(REVERTED);
    expect((await accountRow(service, owner.userId)).password_hash).not.toBeNull();
  });

  test('devices that the account has known for seven days stay known, the thief’s does not', async () => {
    const owner = await account();
    service.clock.advance(8 * DAY);
    const thief = await stolen(owner);
    const token = await codeInNotice(service, owner.userId, 'number');
    await revertChange(service, token);
    expect(await devicesOf(service, owner.userId)).toEqual([deviceIdOf(owner.deviceToken)]);
    expect(await knows(owner.phoneNumber, owner.deviceToken)).toBe(true);
    expect(await knows(owner.phoneNumber, thief.deviceToken)).toBe(false);
  });

  test('codes under way for the number of the thief die', async () => {
    const owner = await account();
    const thief = await stolen(owner);
    const otp = await openCode(service, thief.phoneNumber, 'SIGN_IN');
    await revertChange(service, await codeInNotice(service, owner.userId, 'number'));
    expect(await verifyOtp(service, { phoneNumber: thief.phoneNumber, otp })).toMatchObject({
      __typename: 'InvalidOtpError',
    });
  });

  test('within 72 hours, and not later', async () => {
    const [first, second] = [await account(), await account()];
    for (const owner of [first, second]) await stolen(owner);
    const [inTime, late] = [
      await codeInNotice(service, first.userId, 'number'),
      await codeInNotice(service, second.userId, 'number'),
    ];
    service.clock.advance(72 * 3600 - 3700);
    expect(await revertChange(service, inTime)).toMatchObject(REVERTED);
    service.clock.advance(3700);
    expect(await revertChange(service, late)).toMatchObject(REFUSED);
    // Kept as long as messages to the former number.
    service.clock.advance(30 * 86_400);
    await service.background.housekeeper.run();
    const [{ count }] = (await service.db.execute(
      sql`SELECT count(*)::int AS count FROM number_changes WHERE user_id = ${second.userId}`,
    )) as unknown as [{ count: number }];
    expect(count).toBe(0);
  });

  test('which is written down', async () => {
    const owner = await account();
    await stolen(owner);
    await revertChange(service, await codeInNotice(service, owner.userId, 'number'));
    const kinds = (await auditOf(service, owner.userId)).map(({ kind }) => kind);
    expect(kinds).toContain('phone_change_reverted');
  });
});

describe('somebody else has verified the old number since', () => {
  test('the account is left without a number, and reachable by its password', async () => {
    const owner = await account();
    const username = `left${serial}`;
    await service.db.execute(sql`UPDATE users SET username = ${username} WHERE id = ${owner.userId}`);
    await changePassword(service, owner.accessToken, { newPassword: PASSWORD });
    const thief = await stolen(owner);
    const newcomer = await signInOn(service, owner.phoneNumber);
    const token = await codeInNotice(service, owner.userId, 'number');
    const answer = await revertChange(service, token);
    expect(answer).toMatchObject(REVERTED);
    expect(answer.message).toContain('no phone number');
    expect(await accountRow(service, owner.userId)).toMatchObject({ phone_number: null, phone_verified_at: null });
    expect(await isSignedIn(service, newcomer.accessToken)).toBe(true);
    expect(await isSignedIn(service, thief.accessToken)).toBe(false);
    expect(await login(service, { identifier: username, password: PASSWORD })).toMatchObject({
      __typename: 'LoginSuccess',
      user: { id: owner.userId },
    });
    service.clock.advance(8 * DAY);
    await service.background.housekeeper.run();
    expect(await accountRow(service, owner.userId)).toMatchObject({ username });
  });
});

describe('a thief who holds the old SIM objects to a change that the owner made', () => {
  test('on a settled device: the code in the text does nothing', async () => {
    const { owner, token } = await movedOnSettledDevice();
    expect(await revertChange(service, token)).toMatchObject(REFUSED);
    expect(await isSignedIn(service, owner.accessToken)).toBe(true);
  });

  test('… nor with a device that signed in by the old SIM a day before', async () => {
    const first = await account();
    service.clock.advance(8 * DAY);
    const thief = await signInOn(service, first.phoneNumber);
    service.clock.advance(DAY);
    const owner = await signInOn(service, first.phoneNumber, first.deviceToken);
    await moveTo(service, owner, nextNumber());
    const token = await codeInNotice(service, owner.userId, 'number');
    const { deviceToken, accessToken } = thief;
    expect(await revertChange(service, token, { deviceToken, accessToken })).toMatchObject(REFUSED);
  });

  test('… nor signed in to an account of their own', async () => {
    const { token } = await movedOnSettledDevice();
    const { accessToken, deviceToken } = await account();
    expect(await revertChange(service, token, { accessToken, deviceToken })).toMatchObject(REFUSED);
  });

  test('with two kinds of proofs on a new device: nothing either', async () => {
    const owner = await account();
    await service.db.execute(sql`UPDATE sessions SET proofs = proofs || jsonb_build_object('PASSWORD', proofs->'PHONE_OTP')
      WHERE id = ${owner.sessionId}`);
    await moveTo(service, owner, nextNumber());
    expect(await revertChange(service, await codeInNotice(service, owner.userId, 'number'))).toMatchObject(REFUSED);
  });

  test('but the code in the email, a session and a device that the account knows do', async () => {
    const proofs: ((moved: Awaited<ReturnType<typeof movedOnSettledDevice>>) => object)[] = [
      ({ owner: { accessToken } }) => ({ accessToken }),
      ({ tablet: { deviceToken } }) => ({ deviceToken }),
    ];
    for (const proof of proofs) {
      const moved = await movedOnSettledDevice();
      expect(await revertChange(service, moved.token, proof(moved))).toMatchObject(REVERTED);
    }
    const { owner } = await movedOnSettledDevice();
    expect(await revertChange(service, await codeInNotice(service, owner.userId, 'email'))).toMatchObject(REVERTED);
  });
});

describe('somebody guesses at the code', () => {
  test('wrong ones are refused and counted, and stop no right one', async () => {
    const owner = await account();
    await stolen(owner);
    const before = await failures();
    for (let guess = 0; guess < 20; guess += 1) {
      expect(await revertChange(service, 'AAAA-BBBB-CCCC-DDDD')).toMatchObject(REFUSED);
    }
    expect((await failures()) - before).toBe(20);
    expect(await revertChange(service, await codeInNotice(service, owner.userId, 'number'))).toMatchObject(REVERTED);
  });

  test.each(['', 'x', 'A'.repeat(16_000), 'AAAA-BBBB-CCCC-DDDÄ'])(
    'what is no such code costs the database nothing',
    async (token) => {
      const before = await failures();
      expect(await revertChange(service, token)).toMatchObject(REFUSED);
      expect(await failures()).toBe(before);
    },
  );

  test('the database holds no code', async () => {
    const owner = await account();
    await stolen(owner);
    const [row] = await service.db.execute(
      sql`SELECT to_jsonb(c)::text AS text FROM number_changes c WHERE user_id = ${owner.userId}`,
    );
    for (const via of ['number', 'email'] as const) {
      const code = await codeInNotice(service, owner.userId, via);
      expect(String(row?.['text'])).not.toContain(code.replaceAll('-', ''));
      expect(service.logs.join()).not.toContain(code);
    }
  });
});

/** An owner with a phone and a tablet, known for more than a week, who gets a new number on the phone. */
async function movedOnSettledDevice() {
  const first = await account();
  const tablet = await signInOn(service, first.phoneNumber);
  service.clock.advance(8 * DAY);
  const owner = await signInOn(service, first.phoneNumber, first.deviceToken);
  await moveTo(service, owner, nextNumber());
  return { owner, tablet, token: await codeInNotice(service, owner.userId, 'number') };
}

/** Whether the account of a number knows a device: then its wrong guesses are counted at the device. */
async function knows(phoneNumber: string, deviceToken: string): Promise<boolean> {
  service.clock.advance(60);
  const count = async () => {
    const [row] =
      await service.db.execute(sql`SELECT coalesce(sum(device_attempts), 0)::int AS count FROM otp_challenges
      WHERE phone_number = ${phoneNumber}`);
    return Number(row?.['count']);
  };
  await requestOtp(service, { phoneNumber, deviceToken });
  const before = await count();
  await verifyOtp(service, { phoneNumber, otp: '000000', deviceToken });
  return (await count()) > before;
}

async function failures(): Promise<number> {
  const rows = await service.db.select().from(failureCountTable);
  return rows.filter(({ key }) => key === 'all').reduce((sum, { failures: count }) => sum + count, 0);
}
