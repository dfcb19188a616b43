import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  guessWrongly,
  me,
  obtainCode,
  requestOtp,
  requestOtpAndFollow,
  signIn,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import { failuresOf } from '../support/postgres/rows.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: MANY_TEXTS });
});
afterAll(() => service.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000010${String(serial).padStart(2, '0')}`;
}

const secondsFromNow = (seconds: number) => new Date(service.clock.now().getTime() + seconds * 1000).toISOString();
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** Six wrong guesses, which lock the number; the last answer. */
async function lock(phoneNumber: string) {
  service.clock.advance(1);
  const answer = await guessWrongly(service, phoneNumber, 6);
  expect(answer.__typename).toBe('AccountLockedError');
  return answer;
}

describe('asking for a code again', () => {
  test('is possible from resendAvailableAt on, and the wait is told to the second until then', async () => {
    const phoneNumber = nextNumber();
    const first = await requestOtp(service, { phoneNumber });
    expect(first.resendAvailableAt).toBe(secondsFromNow(60));
    const tooSoon = {
      __typename: 'TooManyRequestsError',
      message: expect.stringContaining('You can request another in'),
    };
    expect(await requestOtp(service, { phoneNumber })).toEqual({ ...tooSoon, retryAfterSeconds: 60 });
    service.clock.advance(30.5);
    expect(await requestOtp(service, { phoneNumber })).toEqual({ ...tooSoon, retryAfterSeconds: 30 });
    service.clock.advance(29.499);
    expect(await requestOtp(service, { phoneNumber })).toEqual({ ...tooSoon, retryAfterSeconds: 1 });
    service.clock.advance(0.001);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject({ __typename: 'RequestOtpSuccess' });
    expect(service.phone.to(phoneNumber)).toHaveLength(2);
  });

  test('sends the same code, with the end it had, and gives no attempts back', async () => {
    const phoneNumber = nextNumber();
    const { expiresAt } = await requestOtp(service, { phoneNumber });
    const code = service.phone.code(phoneNumber);
    await guessWrongly(service, phoneNumber, 2);
    service.clock.advance(60);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject({
      expiresAt,
      resendAvailableAt: secondsFromNow(60),
    });
    expect(service.phone.code(phoneNumber)).toBe(code);
    expect(service.phone.to(phoneNumber)[1]?.text).toContain('9 minutes');
    expect(await guessWrongly(service, phoneNumber)).toMatchObject({ attemptsRemaining: 0 });
    expect(await verifyOtp(service, { phoneNumber, otp: code })).toMatchObject({ __typename: 'InvalidOtpError' });
  });

  test('starts anew with three attempts after expiry, after exhaustion and after use', async () => {
    const ends: ((asked: { phoneNumber: string; otp: string; requestToken: string }) => Promise<unknown>)[] = [
      async () => service.clock.advance(600),
      async (asked) => {
        for (let guess = 0; guess < 3; guess += 1) await verifyOtp(service, { ...asked, otp: wrongCode(asked.otp) });
      },
      (asked) => verifyOtp(service, asked),
    ];
    for (const end of ends) {
      const phoneNumber = nextNumber();
      const { requestToken } = await requestOtpAndFollow(service, { phoneNumber });
      await end({ phoneNumber, otp: service.phone.code(phoneNumber), requestToken });
      service.clock.advance(60);
      expect(await requestOtp(service, { phoneNumber })).toMatchObject({ expiresAt: secondsFromNow(600) });
      const otp = service.phone.code(phoneNumber);
      expect(await guessWrongly(service, phoneNumber)).toMatchObject({ attemptsRemaining: 2 });
      expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
    }
  });

  test('just before expiry gives a new code, so that there is time to type it', async () => {
    const phoneNumber = nextNumber();
    const { expiresAt } = await requestOtp(service, { phoneNumber });
    service.clock.advance(540);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject({ expiresAt });

    const late = nextNumber();
    await requestOtp(service, { phoneNumber: late });
    service.clock.advance(540.001);
    expect(await requestOtp(service, { phoneNumber: late })).toMatchObject({ expiresAt: secondsFromNow(600) });
  });

  test('is refused while the number is locked, once its texts are spent', async () => {
    const frugal = await startService({ clock: service.clock });
    const phoneNumber = nextNumber();
    for (let send = 0; send < 5; send += 1) {
      service.clock.advance(60);
      expect(await requestOtp(frugal, { phoneNumber })).toMatchObject({ __typename: 'RequestOtpSuccess' });
    }
    const { lockedUntil } = await guessWrongly(frugal, phoneNumber, 6);
    service.clock.advance(890);
    expect(await requestOtp(frugal, { phoneNumber })).toEqual({
      __typename: 'AccountLockedError',
      message: 'Account temporarily locked due to too many failed login attempts.',
      lockedUntil,
      retryAfterSeconds: 10,
    });
    expect(frugal.phone.to(phoneNumber)).toHaveLength(5);
    service.clock.advance(10);
    expect(await requestOtp(frugal, { phoneNumber })).toMatchObject({ __typename: 'TooManyRequestsError' });
    await frugal.close();
  });
});

describe('wrong guesses', () => {
  test('six within an hour lock the number for 15 minutes, even for the right code', async () => {
    const phoneNumber = nextNumber();
    const code = await obtainCode(service, phoneNumber);
    await guessWrongly(service, phoneNumber, 2);
    service.clock.advance(60);
    await guessWrongly(service, phoneNumber, 3);
    const locked = { __typename: 'AccountLockedError', retryAfterSeconds: 900, lockedUntil: secondsFromNow(900) };
    expect(await guessWrongly(service, phoneNumber)).toMatchObject(locked);
    service.clock.advance(899.999);
    const stillLocked = await verifyOtp(service, { phoneNumber, otp: code });
    expect(stillLocked).toMatchObject({ __typename: 'AccountLockedError', retryAfterSeconds: 1 });
    service.clock.advance(0.001);
    expect(await guessWrongly(service, phoneNumber)).toMatchObject({ __typename: 'InvalidOtpError' });
  });

  test('guesses while it is locked neither count nor lengthen the lock', async () => {
    const phoneNumber = nextNumber();
    const { lockedUntil } = await lock(phoneNumber);
    service.clock.advance(10);
    expect(await guessWrongly(service, phoneNumber, 10)).toMatchObject({ lockedUntil });
    expect(await failuresOf(service, phoneNumber)).toBe(6);
  });

  test('five within an hour and a sixth after it do not lock', async () => {
    const phoneNumber = nextNumber();
    await guessWrongly(service, phoneNumber);
    service.clock.advance(59 * MINUTE);
    await guessWrongly(service, phoneNumber, 4);
    service.clock.advance(MINUTE);
    expect(await guessWrongly(service, phoneNumber)).toMatchObject({ __typename: 'InvalidOtpError' });
    expect(await guessWrongly(service, phoneNumber)).toMatchObject({ __typename: 'AccountLockedError' });
  });

  test('at one number leave other numbers alone', async () => {
    await lock(nextNumber());
    const other = nextNumber();
    await guessWrongly(service, other, 5);
    expect((await signIn(service, other)).__typename).toBe('VerifyOtpSuccess');
  });

  test('at a number do not end the sessions of its owner', async () => {
    const phoneNumber = nextNumber();
    const { tokens, user } = await signIn(service, phoneNumber);
    await lock(phoneNumber);
    expect((await me(service, tokens.accessToken)).body.data.me).toEqual(user);
  });

  test('twenty in a day are all there are, however they are spread and whatever happens in between', async () => {
    const phoneNumber = nextNumber();
    const started = service.clock.now().getTime();
    let guesses = 0;
    while (guesses < 19) {
      // Never six in a row within an hour: a code, two or three guesses, the right one, a pause.
      service.clock.advance(61 * MINUTE);
      const code = await obtainCode(service, phoneNumber);
      const times = Math.min(2, 19 - guesses);
      await guessWrongly(service, phoneNumber, times);
      guesses += times;
      expect(await verifyOtp(service, { phoneNumber, otp: code })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
    }
    service.clock.advance(61 * MINUTE);
    const until = new Date(started + 61 * MINUTE * 1000 + DAY * 1000).toISOString();
    expect(await guessWrongly(service, phoneNumber)).toMatchObject({
      __typename: 'AccountLockedError',
      lockedUntil: until,
    });
  });

  test('the day slides: as each of the twenty is a day old, one more guess is there, and no two', async () => {
    const phoneNumber = nextNumber();
    for (let guess = 0; guess < 19; guess += 1) {
      await guessWrongly(service, phoneNumber);
      service.clock.advance(20 * MINUTE);
    }
    const oldest = service.clock.now().getTime() - 19 * 20 * MINUTE * 1000;
    for (let later = 0; later < 4; later += 1) {
      const lockedUntil = new Date(oldest + (DAY + later * 20 * MINUTE) * 1000);
      const answer = await guessWrongly(service, phoneNumber);
      expect(answer).toMatchObject({ __typename: 'AccountLockedError', lockedUntil: lockedUntil.toISOString() });
      service.clock.advance((lockedUntil.getTime() - service.clock.now().getTime()) / 1000);
    }
  });
});

describe('locks in a row', () => {
  test('double from 15 minutes up to a day', async () => {
    const patient = await startService({ env: { OTP_FAILURES_PER_DAY: '100', ...MANY_TEXTS }, clock: service.clock });
    const phoneNumber = nextNumber();
    const lengths = [];
    for (let time = 0; time < 8; time += 1) {
      service.clock.advance(1);
      const { retryAfterSeconds } = await guessWrongly(patient, phoneNumber, 6);
      lengths.push(retryAfterSeconds);
      service.clock.advance(retryAfterSeconds);
    }
    expect(lengths).toEqual([900, 1800, 3600, 7200, 14_400, 28_800, 57_600, DAY]);
    await patient.close();
  });

  test('begin at 15 minutes again after a day without a wrong guess', async () => {
    const phoneNumber = nextNumber();
    await lock(phoneNumber);
    service.clock.advance(900);
    expect(await lock(phoneNumber)).toMatchObject({ retryAfterSeconds: 1800 });
    service.clock.advance(DAY - 2);
    expect(await lock(phoneNumber)).toMatchObject({ retryAfterSeconds: 3600 });
    service.clock.advance(DAY);
    expect(await lock(phoneNumber)).toMatchObject({ retryAfterSeconds: 900 });
  });
});

describe('a right code', () => {
  test('is no failure, and the mistakes before it no longer count towards the next lock', async () => {
    const phoneNumber = nextNumber();
    for (let time = 0; time < 3; time += 1) {
      const code = await obtainCode(service, phoneNumber);
      await guessWrongly(service, phoneNumber, 2);
      expect(await verifyOtp(service, { phoneNumber, otp: code })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
      service.clock.advance(60);
    }
    expect(await failuresOf(service, phoneNumber)).toBe(6);
    expect(await guessWrongly(service, phoneNumber, 5)).toMatchObject({ __typename: 'InvalidOtpError' });
    expect(await guessWrongly(service, phoneNumber)).toMatchObject({ __typename: 'AccountLockedError' });
  });

  test('as the sixth guess signs in instead of locking, and the next lock is no longer for it', async () => {
    const phoneNumber = nextNumber();
    const old = await obtainCode(service, phoneNumber);
    await guessWrongly(service, phoneNumber, 3);
    service.clock.advance(600);
    const code = await obtainCode(service, phoneNumber);
    // The new code may be the old one by chance.
    await verifyOtp(service, { phoneNumber, otp: wrongCode(code) });
    await verifyOtp(service, { phoneNumber, otp: old === code ? wrongCode(code) : old });
    expect(await verifyOtp(service, { phoneNumber, otp: code })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
    service.clock.advance(60);
    expect((await signIn(service, phoneNumber)).__typename).toBe('VerifyOtpSuccess');
    expect(await lock(phoneNumber)).toMatchObject({ retryAfterSeconds: 900 });
  });

  test('as the twentieth guess of a day signs in, and leaves the next lock as long as it was going to be', async () => {
    const phoneNumber = nextNumber();
    await lock(phoneNumber);
    const locked = service.clock.now().getTime();
    for (let guess = 7; guess <= 19; guess += 1) {
      service.clock.advance(61 * MINUTE);
      await guessWrongly(service, phoneNumber);
    }
    const code = await obtainCode(service, phoneNumber);
    service.clock.advance(1);
    expect(await verifyOtp(service, { phoneNumber, otp: code })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
    service.clock.advance((locked - service.clock.now().getTime()) / 1000 + DAY - 1000);
    // The second lock in a row: half an hour, not a quarter of one.
    expect(await guessWrongly(service, phoneNumber)).toMatchObject({ retryAfterSeconds: 1800 });
  });

  test('does not make the day longer: fifty sign-ins cost nothing', async () => {
    const phoneNumber = nextNumber();
    for (let time = 0; time < 50; time += 1) {
      expect((await signIn(service, phoneNumber)).__typename).toBe('VerifyOtpSuccess');
      service.clock.advance(60);
    }
    expect(await failuresOf(service, phoneNumber)).toBe(0);
  });

  test('cannot be turned into more guesses by its owner or anybody: twenty in a day stay twenty', async () => {
    const phoneNumber = nextNumber();
    let wrong = 0;
    for (let minute = 0; minute < 12 * 60; minute += 5) {
      service.clock.advance(5 * MINUTE);
      const asked = await requestOtp(service, { phoneNumber });
      if (asked.__typename !== 'RequestOtpSuccess') continue;
      const before = await failuresOf(service, phoneNumber);
      await guessWrongly(service, phoneNumber, 2);
      wrong += (await failuresOf(service, phoneNumber)) - before;
      await verifyOtp(service, { phoneNumber, otp: service.phone.code(phoneNumber) });
    }
    expect(wrong).toBe(20);
    service.clock.advance(12 * HOUR);
  });
});
