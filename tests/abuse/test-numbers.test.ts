import { afterAll, beforeAll, expect, test } from 'vitest';
import { guessWrongly, requestOtp, verifyOtp } from '../support/operations.js';
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
