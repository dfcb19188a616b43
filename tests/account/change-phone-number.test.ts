import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { otpChallengeTable } from '../../src/otp/otp-challenge.table.js';
import { deviceIdOf, devicesOf, signInOn } from '../support/devices.js';
import { form, me, obtainCode, signIn, verifyOtp, wrongCode } from '../support/operations/operations.js';
import {
  accountRow,
  CHANGE_PHONE_NUMBER,
  changePhoneNumber,
  moveTo,
  newNumberCode,
  openCode,
  verifyAddress,
} from '../support/operations/number-changes.js';
import { failuresOf } from '../support/postgres/rows.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import {
  auditOf,
  changePassword,
  errorCode,
  isSignedIn,
  registered,
} from '../support/operations/session-operations.js';

const CHANGED = { __typename: 'ChangePhoneNumberSuccess' };
const WRONG = { __typename: 'InvalidOtpError' };
const SIGNED_IN = { __typename: 'VerifyOtpSuccess' };
const DAY = 86_400;

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: { ...MANY_TEXTS, OTP_RESEND_COOLDOWN: '1' } });
});
afterAll(() => service.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000051${String(serial).padStart(2, '0')}`;
}

/** Somebody who signed in by code a moment ago, on a new device. */
async function account() {
  const phoneNumber = nextNumber();
  return { phoneNumber, ...(await signInOn(service, phoneNumber)) };
}

describe('a user gets a new number', () => {
  test('and signs in with it from then on; the old number begins anew', async () => {
    const owner = await account();
    const phoneNumber = nextNumber();
    const answer = await moveTo(service, owner, phoneNumber);
    expect(answer).toMatchObject({ ...CHANGED, user: { id: owner.userId, phoneNumber, phoneVerified: true } });
    expect(Date.parse(answer.revertibleUntil) - service.clock.now().getTime()).toBe(72 * 3_600_000);
    service.clock.advance(60);
    expect((await signIn(service, phoneNumber)).user.id).toBe(owner.userId);
    expect(await signIn(service, owner.phoneNumber)).toMatchObject({ newMember: true });
  });

  test('and stays signed in there, while all other sessions end', async () => {
    const owner = await account();
    const other = await signInOn(service, owner.phoneNumber);
    const answer = await moveTo(service, owner, nextNumber());
    expect(answer.user.sessions).toEqual([{ id: owner.sessionId, current: true }]);
    expect(await isSignedIn(service, owner.accessToken)).toBe(true);
    expect(await isSignedIn(service, other.accessToken)).toBe(false);
    expect(await devicesOf(service, owner.userId)).toEqual([deviceIdOf(owner.deviceToken)]);
  });

  test('which is written down, with the new number', async () => {
    const [owner, phoneNumber] = [await account(), nextNumber()];
    await moveTo(service, owner, phoneNumber);
    const [event] = await auditOf(service, owner.userId);
    expect(event).toMatchObject({ kind: 'phone_changed', sessionId: owner.sessionId, phoneNumber, details: {} });
    expect(event?.deviceId).toBe(deviceIdOf(owner.deviceToken));
  });

  test('after a registration with a number that was never verified, and keeps everything', async () => {
    const [typo, phoneNumber] = [nextNumber(), nextNumber()];
    const names = { username: `mover${serial}`, email: `mover${serial}@example.com` };
    const { user, tokens } = await registered(service, form({ phoneNumber: typo, ...names }));
    const owner = { userId: user.id, accessToken: tokens.accessToken };
    expect(await moveTo(service, owner, phoneNumber)).toMatchObject({
      ...CHANGED,
      user: { phoneNumber, email: names.email },
    });
  });

  test('a registration of it by somebody else loses it', async () => {
    const [owner, phoneNumber] = [await account(), nextNumber()];
    const { user } = await registered(service, form({ phoneNumber, email: `pre${serial}@example.com` }));
    expect(await moveTo(service, owner, phoneNumber)).toMatchObject(CHANGED);
    expect(await accountRow(service, user.id)).toMatchObject({ phone_number: null });
  });
});

describe('who may change it', () => {
  test('nobody who is signed out', async () => {
    const input = { phoneNumber: nextNumber(), otp: '123456' };
    expect(errorCode(await service.graphql(CHANGE_PHONE_NUMBER, { input }))).toBe('UNAUTHENTICATED');
  });

  test('nobody whose proof is older than five minutes: no guess is counted', async () => {
    const [owner, phoneNumber] = [await account(), nextNumber()];
    service.clock.advance(301);
    expect(await moveTo(service, owner, phoneNumber)).toMatchObject({
      __typename: 'ReauthenticationRequiredError',
      maxAgeSeconds: 300,
    });
    expect(await failuresOf(service, phoneNumber)).toBe(0);
  });

  test('N6: not a thief of the number on a new device, where the account has a verified email address', async () => {
    const owner = await account();
    await verifyAddress(service, owner.userId, `n6-${serial}@example.com`);
    const thief = await signInOn(service, owner.phoneNumber);
    const required = { __typename: 'ReauthenticationRequiredError', methods: ['EMAIL_OTP'] };
    expect(await moveTo(service, thief, nextNumber())).toMatchObject(required);
    expect(await accountRow(service, owner.userId)).toMatchObject({ phone_number: owner.phoneNumber });
  });

  test('N6: the owner does, on the device that the account has known for seven days', async () => {
    const first = await account();
    await verifyAddress(service, first.userId, `n6-${serial}@example.com`);
    service.clock.advance(8 * DAY);
    const later = await signInOn(service, first.phoneNumber, first.deviceToken);
    expect(await moveTo(service, later, nextNumber())).toMatchObject(CHANGED);
  });
});

describe('C5: a code for something else changes no number', () => {
  test.each(['SIGN_IN', 'RESET_PASSWORD', 'PROVE_NUMBER shop'] as const)('one for %s', async (purpose) => {
    const [owner, phoneNumber] = [await account(), nextNumber()];
    const otp = await openCode(service, phoneNumber, purpose);
    expect(await changePhoneNumber(service, owner.accessToken, { phoneNumber, otp })).toMatchObject(WRONG);
  });

  test('one that another account asked for', async () => {
    const [owner, other, phoneNumber] = [await account(), await account(), nextNumber()];
    const otp = await newNumberCode(service, phoneNumber, other.userId);
    expect(await changePhoneNumber(service, owner.accessToken, { phoneNumber, otp })).toMatchObject(WRONG);
  });

  test('one for another number; and one for a change signs nobody in', async () => {
    const [owner, phoneNumber] = [await account(), nextNumber()];
    const otp = await newNumberCode(service, phoneNumber, owner.userId);
    const other = { phoneNumber: nextNumber(), otp };
    expect(await changePhoneNumber(service, owner.accessToken, other)).toMatchObject(WRONG);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject(WRONG);
  });
});

describe('C6: codes under way die', () => {
  test('for the old number, for the new one and for the email address; not those of others for their numbers', async () => {
    const [owner, phoneNumber, email] = [await account(), nextNumber(), `c6-${serial}@example.com`];
    await verifyAddress(service, owner.userId, email);
    await service.db.execute(sql`UPDATE sessions SET proofs = proofs || jsonb_build_object('EMAIL_OTP', proofs->'PHONE_OTP')
      WHERE user_id = ${owner.userId}`);
    await openCode(service, owner.phoneNumber, 'SIGN_IN');
    await openCode(service, owner.phoneNumber, 'RESET_PASSWORD');
    await openCode(service, phoneNumber, 'SIGN_IN');
    await openCode(service, email, 'RESET_PASSWORD');
    const others = await openCode(service, nextNumber(), 'SIGN_IN');
    expect(await moveTo(service, owner, phoneNumber)).toMatchObject(CHANGED);
    const alive = await service.db.select().from(otpChallengeTable);
    const mine = alive.filter(({ destination }) => [owner.phoneNumber, phoneNumber, email].includes(destination));
    expect(mine.filter(({ consumedAt }) => consumedAt === null)).toEqual([]);
    expect(await verifyOtp(service, { phoneNumber: `+97798000051${serial}`, otp: others })).toMatchObject(SIGNED_IN);
  });

  test('a change of the password leaves the code for a new number to its own session only', async () => {
    const [owner, phoneNumber] = [await account(), nextNumber()];
    const thief = await signInOn(service, owner.phoneNumber);
    const otp = await newNumberCode(service, phoneNumber, owner.userId);
    await changePassword(service, owner.accessToken, { newPassword: 'an even better passphrase' });
    const input = { phoneNumber, otp };
    expect(errorCode(await service.graphql(CHANGE_PHONE_NUMBER, { input }, { token: thief.accessToken }))).toBe(
      'UNAUTHENTICATED',
    );
  });
});

describe('N4: a number that another account has verified', () => {
  test('is taken, which only a right code tells; nothing merges, and the code is used up', async () => {
    const [owner, holder] = [await account(), await account()];
    const { phoneNumber } = holder;
    const otp = await newNumberCode(service, phoneNumber, owner.userId);
    const wrong = { phoneNumber, otp: wrongCode(otp) };
    const free = { phoneNumber: nextNumber(), otp: wrongCode(otp) };
    expect(await changePhoneNumber(service, owner.accessToken, wrong)).toMatchObject(WRONG);
    expect(await changePhoneNumber(service, owner.accessToken, free)).toMatchObject(WRONG);
    const right = { phoneNumber, otp };
    expect(await changePhoneNumber(service, owner.accessToken, right)).toMatchObject({
      __typename: 'InvalidInputError',
      fields: [{ field: 'phoneNumber', code: 'TAKEN' }],
    });
    expect(await changePhoneNumber(service, owner.accessToken, right)).toMatchObject(WRONG);
    const { body } = await me(service, owner.accessToken);
    expect(body.data.me).toMatchObject({ id: owner.userId, phoneNumber: owner.phoneNumber });
    service.clock.advance(60);
    expect((await signIn(service, phoneNumber)).user.id).toBe(holder.userId);
    expect(await isSignedIn(service, holder.accessToken)).toBe(true);
  });

  test('and one’s own is no new number', async () => {
    const owner = await account();
    expect(await moveTo(service, owner, owner.phoneNumber)).toMatchObject({
      __typename: 'InvalidInputError',
      fields: [{ field: 'phoneNumber', code: 'TAKEN' }],
    });
  });
});

describe('G3: guesses at the code', () => {
  test('are counted at the number, and lock it', async () => {
    const [owner, phoneNumber] = [await account(), nextNumber()];
    const otp = await newNumberCode(service, phoneNumber, owner.userId);
    const wrong = { phoneNumber, otp: wrongCode(otp) };
    for (const attemptsRemaining of [2, 1, 0]) {
      expect(await changePhoneNumber(service, owner.accessToken, wrong)).toMatchObject({ ...WRONG, attemptsRemaining });
    }
    expect(await changePhoneNumber(service, owner.accessToken, { phoneNumber, otp })).toMatchObject(WRONG);
    for (let guess = 0; guess < 2; guess += 1) await changePhoneNumber(service, owner.accessToken, wrong);
    expect(await changePhoneNumber(service, owner.accessToken, wrong)).toMatchObject({
      __typename: 'AccountLockedError',
    });
    expect(await failuresOf(service, phoneNumber)).toBe(6);
  });

  test('a right one does not count', async () => {
    const [owner, phoneNumber] = [await account(), nextNumber()];
    await moveTo(service, owner, phoneNumber);
    expect(await failuresOf(service, phoneNumber)).toBe(0);
  });
});

test('what is no number, or no code, is told before anything is counted', async () => {
  const owner = await account();
  const answer = await changePhoneNumber(service, owner.accessToken, { phoneNumber: 'nobody', otp: '12' });
  expect(answer.fields.map(({ field }: { field: string }) => field)).toEqual(['phoneNumber', 'otp']);
});

test('a session that was ended while its code was under way changes nothing', async () => {
  const [owner, phoneNumber] = [await account(), nextNumber()];
  await obtainCode(service, phoneNumber);
  const otp = await newNumberCode(service, phoneNumber, owner.userId);
  await service.db.execute(sql`UPDATE users SET session_epoch = session_epoch + 1 WHERE id = ${owner.userId}`);
  const input = { phoneNumber, otp };
  expect(errorCode(await service.graphql(CHANGE_PHONE_NUMBER, { input }, { token: owner.accessToken }))).toBe(
    'UNAUTHENTICATED',
  );
});
