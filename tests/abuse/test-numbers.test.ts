import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestOtp, verifyOtp } from '../support/operations.js';
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
