import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Device, signInOn } from '../support/devices.js';
import { inParallel, verifyOtp } from '../support/operations/operations.js';
import {
  accountRow,
  changePhoneNumber,
  codeInNotice,
  moveTo,
  newNumberCode,
  openCode,
  revertChange,
} from '../support/operations/number-changes.js';
import { startTwoProcesses, type TwoProcesses } from '../support/process/two-processes.js';
import { MANY_TEXTS, type TestService } from '../support/service.js';
import { changePassword, isSignedIn } from '../support/operations/session-operations.js';

/** N4 at the same moment, at two processes. */

const ROUNDS = 200;
const OTHER_ROUNDS = 40;

let processes: TwoProcesses;
let service: TestService;
let serial = 0;
beforeAll(async () => {
  processes = await startTwoProcesses({ env: MANY_TEXTS });
  service = processes.first;
});
afterAll(() => processes.close());

function nextNumber(): string {
  serial += 1;
  return `+977980001${String(serial).padStart(4, '0')}`;
}

async function account(): Promise<Device & { readonly phoneNumber: string }> {
  const phoneNumber = nextNumber();
  return { phoneNumber, ...(await signInOn(service, phoneNumber)) };
}

test(`two people verify the same new number at the same moment: ${ROUNDS} rounds, one wins each, and nothing merges`, async () => {
  const [one, other] = [await account(), await account()];
  for (let round = 0; round < ROUNDS; round += 1) {
    const phoneNumber = nextNumber();
    const codes = [
      await newNumberCode(service, phoneNumber, one.userId),
      await newNumberCode(service, phoneNumber, other.userId),
    ];
    // A code for the same number that both want dead.
    if (round % 2) await openCode(service, phoneNumber, 'SIGN_IN');
    const before = [await numberOf(one.userId), await numberOf(other.userId)];
    const answers = await inParallel(2, (index) => {
      const { accessToken } = index ? other : one;
      return changePhoneNumber(processes.turn(index + round), accessToken, { phoneNumber, otp: codes[index] });
    });
    const outcomes = answers.map(({ __typename }) => __typename);
    expect([...outcomes].sort()).toEqual(['ChangePhoneNumberSuccess', 'InvalidInputError']);
    const winner = outcomes.indexOf('ChangePhoneNumberSuccess');
    const after = [await numberOf(one.userId), await numberOf(other.userId)];
    expect(after[winner]).toBe(phoneNumber);
    expect(after[1 - winner]).toBe(before[1 - winner]);
  }
  expect(await isSignedIn(service, one.accessToken)).toBe(true);
  expect(await isSignedIn(service, other.accessToken)).toBe(true);
});

test('somebody signs in with the number at the moment in which another account moves to it: one of them has it', async () => {
  const owner = await account();
  for (let round = 0; round < OTHER_ROUNDS; round += 1) {
    const phoneNumber = nextNumber();
    const otp = await newNumberCode(service, phoneNumber, owner.userId);
    const signInCode = await openCode(service, phoneNumber, 'SIGN_IN');
    const [moved, signedIn] = await Promise.all([
      changePhoneNumber(processes.turn(round), owner.accessToken, { phoneNumber, otp }),
      verifyOtp(processes.turn(round + 1), { phoneNumber, otp: signInCode }),
    ]);
    const holders = await service.db.execute(
      sql`SELECT id FROM users WHERE phone_number = ${phoneNumber} AND phone_verified_at IS NOT NULL`,
    );
    const [holder] = holders as unknown as [{ id: string }];
    expect(holders.length).toBe(1);
    if (moved.__typename === 'ChangePhoneNumberSuccess') expect(holder.id).toBe(owner.userId);
    else expect([moved.__typename, holder.id]).toEqual(['InvalidInputError', signedIn.user?.id]);
  }
});

test('one code, submitted twenty times at the same moment: the number changes once', async () => {
  const [owner, phoneNumber] = [await account(), nextNumber()];
  const otp = await newNumberCode(service, phoneNumber, owner.userId);
  const answers = await inParallel(20, (index) =>
    changePhoneNumber(processes.turn(index), owner.accessToken, { phoneNumber, otp }),
  );
  const changed = answers.filter(({ __typename }) => __typename === 'ChangePhoneNumberSuccess');
  expect(changed).toHaveLength(1);
  const [{ count }] = (await service.db.execute(
    sql`SELECT count(*)::int AS count FROM number_changes WHERE user_id = ${owner.userId}`,
  )) as unknown as [{ count: number }];
  expect(count).toBe(1);
});

test('two numbers at the same moment on one account: it gets one of them, and no call fails', async () => {
  const owner = await account();
  const numbers = [nextNumber(), nextNumber()];
  const codes: string[] = [];
  for (const phoneNumber of numbers) codes.push(await newNumberCode(service, phoneNumber, owner.userId));
  const answers = await inParallel(2, (index) =>
    changePhoneNumber(processes.turn(index), owner.accessToken, { phoneNumber: numbers[index], otp: codes[index] }),
  );
  expect(answers.filter(({ __typename }) => __typename === 'ChangePhoneNumberSuccess').length).toBeGreaterThan(0);
  expect(numbers).toContain(await numberOf(owner.userId));
});

test('the owner takes a change back while the thief changes the number again, and the password: the owner wins', async () => {
  for (let round = 0; round < OTHER_ROUNDS; round += 1) {
    const owner = await account();
    const thief = await signInOn(service, owner.phoneNumber);
    await moveTo(service, thief, nextNumber());
    const token = await codeInNotice(service, owner.userId, 'number');
    const phoneNumber = nextNumber();
    const otp = await newNumberCode(service, phoneNumber, owner.userId);
    const [reverted] = await Promise.all([
      revertChange(processes.turn(round), token),
      changePhoneNumber(processes.turn(round + 1), thief.accessToken, { phoneNumber, otp }).catch(String),
      changePassword(processes.turn(round), thief.accessToken, { newPassword: 'an even better passphrase' }).catch(
        String,
      ),
    ]);
    expect(reverted).toMatchObject({ __typename: 'RevertChangeSuccess' });
    expect(await accountRow(service, owner.userId)).toMatchObject({
      ...{ phone_number: owner.phoneNumber, password_hash: null },
    });
    expect(await isSignedIn(service, thief.accessToken)).toBe(false);
    // The notice of a second change went to the thief.
    const open = await service.db.execute(
      sql`SELECT 1 FROM number_changes WHERE user_id = ${owner.userId} AND reverted_at IS NULL`,
    );
    expect(open.length).toBe(0);
  }
});

async function numberOf(userId: string): Promise<string> {
  return (await accountRow(service, userId)).phone_number;
}
