import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeJwt } from 'jose';
import { form, guessWrongly, obtainCode, register, requestOtp, verifyOtp } from '../support/operations/operations.js';
import { ManualClock } from '../support/manual-clock.js';
import { startService, type TestService } from '../support/service.js';

/** S7: numbers with a fixed code, for as long as they are meant to be there. */

const PHONE_NUMBER = '+15005550006';

let service: TestService;
beforeAll(async () => {
  service = await startService({
    env: { TEST_PHONES: `${PHONE_NUMBER}=123456`, TEST_PHONES_UNTIL: '2027-01-31' },
    clock: new ManualClock(new Date('2027-01-31T23:58:00Z')),
  });
});
afterAll(() => service.close());

test('a test number signs in with its fixed code until the end of its last day, and is any number afterwards', async () => {
  expect(await requestOtp(service, { phoneNumber: PHONE_NUMBER })).toMatchObject({ __typename: 'RequestOtpSuccess' });
  const signedIn = await verifyOtp(service, { phoneNumber: PHONE_NUMBER, otp: '123456' });
  expect(signedIn.__typename).toBe('VerifyOtpSuccess');
  expect(service.phone.messages).toEqual([]);
  service.clock.advance(61);
  expect(await requestOtp(service, { phoneNumber: PHONE_NUMBER })).toMatchObject({ __typename: 'RequestOtpSuccess' });

  service.clock.advance(59);

  const late = await verifyOtp(service, { phoneNumber: PHONE_NUMBER, otp: '123456' });
  expect(late).toMatchObject({ __typename: 'InvalidOtpError' });
  // To the numbering plan it is a personal number, which gets no texts.
  const asked = await requestOtp(service, { phoneNumber: PHONE_NUMBER });
  expect(asked).toMatchObject({ __typename: 'DestinationNotAllowedError', reason: 'NUMBER_TYPE' });
});

test('the code of a locked test number, guessed just after it was used, is answered like any other guess', async () => {
  const phoneNumber = '+15005550007';
  const env = { TEST_PHONES: `${phoneNumber}=654321` };
  const { database, clock } = service;
  const locked = await startService({ env, database, clock });
  await requestOtp(locked, { phoneNumber });
  const used = await verifyOtp(locked, { phoneNumber, otp: '654321' });
  expect(used).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  await guessWrongly(locked, phoneNumber, 6);
  const [right, wrong] = [
    await verifyOtp(locked, { phoneNumber, otp: '654321' }),
    await verifyOtp(locked, { phoneNumber, otp: '654322' }),
  ];
  expect(right).toMatchObject({ __typename: 'AccountLockedError' });
  expect(right).toEqual(wrong);
  await locked.close();
});

describe('the code of a test number without a request before it', () => {
  const [TESTED, OTHER, REVIEWED] = ['+15005550007', '+15005550008', '+15005550009'] as const;
  const CODE = '123456';
  let tested: TestService;

  beforeAll(async () => {
    const numbers = [TESTED, OTHER, REVIEWED].map((number) => `${number}=${CODE}`).join(',');
    tested = await startService({ env: { TEST_PHONES: numbers } });
  });
  afterAll(() => tested.close());

  test('signs in, and again at once, an hour later, and after a request', async () => {
    const first = await verifyOtp(tested, { phoneNumber: TESTED, otp: CODE });
    const again = await verifyOtp(tested, { phoneNumber: TESTED, otp: CODE });
    tested.clock.advance(3600);
    const later = await verifyOtp(tested, { phoneNumber: TESTED, otp: CODE });
    const asked = await requestOtp(tested, { phoneNumber: TESTED });
    const requested = await verifyOtp(tested, { phoneNumber: TESTED, otp: CODE });

    expect(first).toMatchObject({ __typename: 'VerifyOtpSuccess', newMember: true });
    expect([again, later, requested].map(({ newMember }) => newMember)).toEqual([false, false, false]);
    // Signing in is no request: the pause between two codes has not begun.
    expect(asked.__typename).toBe('RequestOtpSuccess');
    expect(tested.phone.messages).toEqual([]);
  });

  test('registers, and the access token says of no text', async () => {
    const registered = await register(tested, form({ phoneNumber: OTHER, verificationCode: CODE }));

    expect(registered).toMatchObject({ __typename: 'RegisterSuccess', user: { phoneVerified: true } });
    expect(decodeJwt(registered.tokens.accessToken)['amr']).toEqual(['pwd', 'otp']);
    expect((await verifyOtp(tested, { phoneNumber: OTHER, otp: CODE })).__typename).toBe('VerifyOtpSuccess');
  });

  test('is guessed as little as any other: three times, and six times before the number is locked', async () => {
    const guess = (otp = '000000') => verifyOtp(tested, { phoneNumber: REVIEWED, otp });

    const wrong = [await guess(), await guess(), await guess()];
    const exhausted = await guess(CODE);
    tested.clock.advance(601);
    const locking = [await guess(), await guess()];
    const locked = await guess(CODE);

    expect(wrong.map(({ attemptsRemaining }) => attemptsRemaining)).toEqual([2, 1, 0]);
    expect(exhausted).toMatchObject({ __typename: 'InvalidOtpError', attemptsRemaining: 0 });
    expect(locking.map(({ __typename }) => __typename)).toEqual(['InvalidOtpError', 'AccountLockedError']);
    expect(locked.__typename).toBe('AccountLockedError');
    tested.clock.advance(901);
    expect((await guess(CODE)).__typename).toBe('VerifyOtpSuccess');
  });

  test('opens no other number', async () => {
    const phoneNumber = '+255679190720';
    expect((await verifyOtp(tested, { phoneNumber, otp: CODE })).__typename).toBe('InvalidOtpError');
    const otp = await obtainCode(tested, phoneNumber);
    expect((await verifyOtp(tested, { phoneNumber, otp })).__typename).toBe('VerifyOtpSuccess');
    tested.clock.advance(31);
    expect((await verifyOtp(tested, { phoneNumber, otp })).__typename).toBe('InvalidOtpError');
  });
});
