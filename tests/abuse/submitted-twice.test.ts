import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  countOf,
  form,
  guessWrongly,
  inParallel,
  obtainCode,
  register,
  requestOtp,
  signIn,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import { failuresOf } from '../support/postgres/rows.js';
import type { TestService } from '../support/service.js';
import { startTwoProcesses, type TwoProcesses } from '../support/process/two-processes.js';

/** C4: two taps on a button, a client that repeats its call, an attacker who knows a code that was used. */

const WRONG = { __typename: 'InvalidOtpError', message: 'Invalid OTP' };
const SIGNED_IN = { __typename: 'VerifyOtpSuccess' };

let processes: TwoProcesses;
let service: TestService;
let serial = 0;
beforeAll(async () => {
  processes = await startTwoProcesses();
  service = processes.first;
});
afterAll(() => processes.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000008${String(serial).padStart(2, '0')}`;
}

/** A number whose code was used just now. */
async function justSignedIn() {
  const phoneNumber = nextNumber();
  await signIn(service, phoneNumber);
  return { phoneNumber, otp: service.phone.code(phoneNumber) };
}

describe('sixty submissions of the right code at the same moment', () => {
  const places: readonly [name: string, at: (index: number) => TestService][] = [
    ['one process', () => service],
    ['two processes on one database', (index) => processes.turn(index)],
  ];

  test.each(places)(
    'at %s: one signs in, the others are told of a wrong code, the number is not locked',
    async (_, at) => {
      const phoneNumber = nextNumber();
      const otp = await obtainCode(service, phoneNumber);
      const answers = await inParallel(60, (index) => verifyOtp(at(index), { phoneNumber, otp }));
      expect(countOf(answers)).toEqual({ VerifyOtpSuccess: 1, InvalidOtpError: 59 });
      expect(await failuresOf(service, phoneNumber)).toBe(0);
      service.clock.advance(60);
      expect(await signIn(service, phoneNumber)).toMatchObject(SIGNED_IN);
    },
  );

  test.each(places)('at %s, for a number that was registered: the same', async (_, at) => {
    const phoneNumber = nextNumber();
    await register(service, form({ phoneNumber, email: `twice${serial}@example.com` }));
    const otp = await obtainCode(service, phoneNumber);
    const answers = await inParallel(60, (index) => verifyOtp(at(index), { phoneNumber, otp }));
    expect(countOf(answers)).toEqual({ VerifyOtpSuccess: 1, InvalidOtpError: 59 });
    expect(await failuresOf(service, phoneNumber)).toBe(0);
  });

  test.each(places)('at %s, with a registration form: one account, and the number is not locked', async (_, at) => {
    const phoneNumber = nextNumber();
    const verificationCode = await obtainCode(service, phoneNumber);
    const input = form({ phoneNumber, email: `form${serial}@example.com`, verificationCode });
    const answers = await inParallel(60, (index) => register(at(index), input));
    const { RegisterSuccess, AccountLockedError } = countOf(answers);
    expect({ RegisterSuccess, AccountLockedError }).toEqual({ RegisterSuccess: 1 });
    expect(await failuresOf(service, phoneNumber)).toBe(0);
    service.clock.advance(60);
    expect(await signIn(service, phoneNumber)).toMatchObject(SIGNED_IN);
  });

  test('from a device that the account knows: its own limits are not spent either', async () => {
    const phoneNumber = nextNumber();
    const { deviceToken } = await signIn(service, phoneNumber);
    service.clock.advance(60);
    const otp = await obtainCode(service, phoneNumber);
    const answers = await inParallel(60, (index) =>
      verifyOtp(processes.turn(index), { phoneNumber, otp, deviceToken }),
    );
    expect(countOf(answers)).toEqual({ VerifyOtpSuccess: 1, InvalidOtpError: 59 });
    service.clock.advance(60);
    const next = { phoneNumber, otp: await obtainCode(service, phoneNumber), deviceToken };
    expect(await verifyOtp(service, next)).toMatchObject(SIGNED_IN);
  });
});

describe('the code that was just used, submitted once more', () => {
  test('counts at that code, and not at the number', async () => {
    const guess = await justSignedIn();
    for (const attemptsRemaining of [2, 1, 0, 0, 0, 0, 0]) {
      expect(await verifyOtp(service, guess)).toEqual({ ...WRONG, attemptsRemaining });
    }
    expect(await failuresOf(service, guess.phoneNumber)).toBe(0);
  });

  test('after half a minute is a wrong code like any other', async () => {
    const guess = await justSignedIn();
    service.clock.advance(30);
    await verifyOtp(service, guess);
    expect(await failuresOf(service, guess.phoneNumber)).toBe(1);
  });

  test('is no failure to the limits on all numbers', async () => {
    const strict = await startTwoProcesses({ env: { FAILURES_PER_NETWORK_PER_HOUR: '12' } });
    const phoneNumber = nextNumber();
    await signIn(strict.first, phoneNumber);
    const otp = strict.first.phone.code(phoneNumber);
    for (let time = 0; time < 5; time += 1) await verifyOtp(strict.second, { phoneNumber, otp });
    strict.first.clock.advance(60);
    expect(await signIn(strict.first, phoneNumber)).toMatchObject(SIGNED_IN);
    await strict.close();
  });

  test('lifts the lock that it would set, and none that wrong guesses set', async () => {
    const guess = await justSignedIn();
    await guessWrongly(service, guess.phoneNumber, 5);
    expect(await verifyOtp(service, guess)).toMatchObject(WRONG);
    expect(await requestOtp(service, { phoneNumber: guess.phoneNumber })).toMatchObject({
      __typename: 'TooManyRequestsError',
    });
    expect(await guessWrongly(service, guess.phoneNumber)).toMatchObject({ __typename: 'AccountLockedError' });
    expect(await verifyOtp(service, guess)).toMatchObject({ ...WRONG, attemptsRemaining: 0 });
    expect(await guessWrongly(service, guess.phoneNumber)).toMatchObject({ __typename: 'AccountLockedError' });
  });

  test('does not spend the last guess of the day of an owner who mistypes a lot', async () => {
    const day = await startTwoProcesses({ env: { OTP_FAILURES_PER_DAY: '4' } });
    const phoneNumber = nextNumber();
    const code = await obtainCode(day.first, phoneNumber);
    await guessWrongly(day.first, phoneNumber, 2);
    expect(await verifyOtp(day.first, { phoneNumber, otp: code })).toMatchObject(SIGNED_IN);
    await guessWrongly(day.first, phoneNumber);
    expect(await verifyOtp(day.second, { phoneNumber, otp: code })).toMatchObject(WRONG);
    day.first.clock.advance(60);
    expect(await signIn(day.first, phoneNumber)).toMatchObject(SIGNED_IN);
    await day.close();
  });
});

describe('an attacker who knows a code that was used', () => {
  test('and mixes it among wrong guesses has not one guess more than without it', async () => {
    const { phoneNumber, otp } = await justSignedIn();
    const locked = { __typename: 'AccountLockedError' };
    for (let guess = 1; guess <= 6; guess += 1) {
      await verifyOtp(processes.turn(guess), { phoneNumber, otp });
      const wrong = await verifyOtp(service, { phoneNumber, otp: wrongCode(otp) });
      expect(wrong).toMatchObject(guess < 6 ? WRONG : locked);
    }
    for (let hour = 0; hour < 24; hour += 1) {
      service.clock.advance(3600);
      await verifyOtp(service, { phoneNumber, otp });
      await verifyOtp(service, { phoneNumber, otp: wrongCode(otp) });
    }
    expect(await failuresOf(service, phoneNumber)).toBeLessThanOrEqual(20);
  });

  test('and mixes it among a hundred guesses at the next code has three that could open it, and the number locks', async () => {
    const { phoneNumber, otp: used } = await justSignedIn();
    service.clock.advance(60);
    const live = await obtainCode(service, phoneNumber);
    const answers = await inParallel(100, (index) =>
      verifyOtp(processes.turn(index), { phoneNumber, otp: index % 3 ? used : wrongCode(live) }),
    );
    expect(countOf(answers)).toEqual({ InvalidOtpError: 5, AccountLockedError: 95 });
    // Those with 2, 1 and the first 0 left were compared while the code was alive.
    expect(answers.flatMap((answer) => answer.attemptsRemaining ?? []).sort()).toEqual([0, 0, 0, 1, 2]);
    expect(await failuresOf(service, phoneNumber)).toBe(6);
    expect(await verifyOtp(service, { phoneNumber, otp: live })).toMatchObject({ __typename: 'AccountLockedError' });
  });

  test('learns nothing about a living code of a locked number: right or wrong, it is locked', async () => {
    const { phoneNumber, otp: used } = await justSignedIn();
    service.clock.advance(60);
    const live = await obtainCode(service, phoneNumber);
    await guessWrongly(service, phoneNumber, 6);
    const answers = [];
    for (const otp of [live, wrongCode(live), used]) answers.push(await verifyOtp(service, { phoneNumber, otp }));
    expect(answers[0]).toMatchObject({ __typename: 'AccountLockedError' });
    expect(answers).toEqual([answers[0], answers[0], answers[0]]);
  });
});
