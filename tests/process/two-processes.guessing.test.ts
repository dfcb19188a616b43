import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failuresAt } from '../support/devices.js';
import { countOf, form, inParallel, requestOtp, verifyOtp } from '../support/operations/operations.js';
import { attemptsOf, failuresOf } from '../support/postgres/rows.js';
import { login, registered } from '../support/operations/session-operations.js';
import { type SpawnedProcesses, spawnTwoProcesses } from '../support/process/two-processes-spawned.js';

/** G2, G3, G6 and G7 with real processes, real time and requests that are really parallel. */

const PASSWORD = 'SecurePassword123!';
const testNumbers = Array.from({ length: 20 }, (_, index) => `+15005551${String(index).padStart(3, '0')}`);

let processes: SpawnedProcesses;
let serial = 0;
let networks = 0;
beforeAll(async () => {
  processes = await spawnTwoProcesses({
    TRUST_PROXY: '1',
    OTP_RESEND_COOLDOWN: '1',
    FAILURES_PER_HOUR: '1200',
    TEST_PHONES: testNumbers.map((phoneNumber) => `${phoneNumber}=123456`).join(','),
  });
});
afterAll(() => processes?.close());

function nextNumber(): string {
  serial += 1;
  return testNumbers[serial] ?? '';
}

/** Another client network each time. */
function elsewhere() {
  networks += 1;
  return { headers: { 'x-forwarded-for': `10.${Math.floor(networks / 256)}.${networks % 256}.7` } };
}

function guess(index: number, phoneNumber: string, more: object = {}) {
  return verifyOtp(processes.turn(index), { phoneNumber, otp: '000000', ...more }, elsewhere());
}

const FIVE_WRONG = { InvalidOtpError: 5, AccountLockedError: 95 };

describe('a hundred wrong codes at the same moment, each from another network', () => {
  test('G2, G3: three are compared, six counted, and the rest finds a locked number at both processes', async () => {
    const phoneNumber = nextNumber();
    await requestOtp(processes.turn(0), { phoneNumber });
    const answers = await inParallel(100, (index) => guess(index, phoneNumber));
    expect(countOf(answers)).toEqual(FIVE_WRONG);
    expect(answers.flatMap(({ attemptsRemaining }) => attemptsRemaining ?? []).sort()).toEqual([0, 0, 0, 1, 2]);
    expect(await failuresOf(processes.database, phoneNumber)).toBe(6);
    expect(await attemptsOf(processes.database, phoneNumber)).toBe(6);
    for (const index of [0, 1]) {
      const locked = { __typename: 'AccountLockedError' };
      expect(await guess(index, phoneNumber, { otp: '123456' })).toMatchObject(locked);
    }
  });

  test('G7: the device that the owner registered on at one process signs in at the other meanwhile', async () => {
    const phoneNumber = nextNumber();
    await requestOtp(processes.turn(0), { phoneNumber });
    const fields = form({ phoneNumber, username: 'two.processes', verificationCode: '123456' });
    const { user, deviceToken } = await registered(processes.turn(0), fields);
    await guess(0, phoneNumber);
    await guess(1, phoneNumber);
    const answers = await inParallel(100, (index) => guess(index, phoneNumber));
    expect(countOf(answers)).toMatchObject({ AccountLockedError: expect.any(Number) });
    expect(await guess(0, phoneNumber, { otp: '123456' })).toMatchObject({ __typename: 'AccountLockedError' });

    // The pause between two codes is over.
    await processes.database.db.execute(
      sql`UPDATE otp_challenges SET sent_at = NULL WHERE phone_number = ${phoneNumber}`,
    );
    await processes.database.db.execute(sql`DELETE FROM number_pauses`);
    const asked = await requestOtp(processes.turn(1), { phoneNumber, deviceToken });
    expect(asked).toMatchObject({ __typename: 'RequestOtpSuccess' });
    const known = await inParallel(20, (index) => guess(index, phoneNumber, { deviceToken }));
    expect(countOf(known)).toEqual({ InvalidOtpError: 5, AccountLockedError: 15 });
    expect(await failuresAt(processes.database, `codes-device:${user.id}:1`)).toBe(6);
    const right = { identifier: 'two.processes', password: PASSWORD, deviceToken };
    expect(await login(processes.turn(1), right)).toMatchObject({ __typename: 'LoginSuccess' });
  });
});

test('G6: one guess at each of 300 numbers trips the limit on all of them, at both processes', async () => {
  // Ten networks: each keeps three guesses, whatever the others did.
  const guessFromTen = (index: number) =>
    verifyOtp(
      processes.turn(index),
      { phoneNumber: `+97798010${String(index).padStart(5, '0')}`, otp: '000000' },
      { headers: { 'x-forwarded-for': `10.${100 + (index % 10)}.0.7` } },
    );
  const answers = await inParallel(300, guessFromTen);
  const { InvalidOtpError: compared = 0, TooManyRequestsError: refused = 0 } = countOf(answers);
  expect(compared + refused).toBe(300);
  expect(compared).toBeLessThanOrEqual(100 + 2 * 16);
  for (const index of [0, 1]) {
    expect(await guessFromTen(300 + index)).toMatchObject({ __typename: 'TooManyRequestsError' });
  }
});
