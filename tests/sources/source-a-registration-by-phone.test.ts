import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  obtainCode,
  problemsOf,
  REQUEST_OTP,
  requestOtp,
  signIn,
  verifyOtp,
} from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';

/** Source A: "User Registration", POST /api/account/user-registration/. */

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

describe('A: registration by phone', () => {
  test('its own example, +1234567890, works in development without any setting', async () => {
    expect(await requestOtp(service, { phoneNumber: '+1234567890' })).toEqual({
      __typename: 'RequestOtpSuccess',
      message: 'OTP sent successfully',
      phoneNumber: '+1234567890',
      codeLength: 6,
      expiresAt: new Date(service.clock.now().getTime() + 600_000).toISOString(),
      resendAvailableAt: new Date(service.clock.now().getTime() + 60_000).toISOString(),
    });
    expect(service.phone.to('+1234567890')).toEqual([]);
  });

  test('a valid number is sent a code, which is kept until it is verified', async () => {
    const phoneNumber = '+255679190721';
    const answer = await requestOtp(service, { phoneNumber });
    expect(answer).toMatchObject({ message: 'OTP sent successfully', phoneNumber });
    expect(service.phone.to(phoneNumber)).toHaveLength(1);
    service.clock.advance(599);
    const verified = await verifyOtp(service, { phoneNumber, otp: service.phone.code(phoneNumber) });
    expect(verified).toMatchObject({ __typename: 'VerifyOtpSuccess', newMember: true, user: { phoneNumber } });
  });

  test('the answer is the same for a number that has an account', async () => {
    const known = '+255679190722';
    await signIn(service, known);
    service.clock.advance(60);
    const unknown = '+255679190723';
    const answers = [
      await requestOtp(service, { phoneNumber: known }),
      await requestOtp(service, { phoneNumber: unknown }),
    ];
    expect(answers[0]).toEqual({ ...answers[1], phoneNumber: known });
    expect(service.phone.code(known)).toMatch(/^\d{6}$/);
    expect(service.phone.code(unknown)).toMatch(/^\d{6}$/);
  });

  test('missing phone number: GraphQL itself names the field', async () => {
    const { status, body } = await service.graphql(REQUEST_OTP, { input: {} });
    expect(status).toBe(400);
    expect(body.data).toBeUndefined();
    expect(body.errors).toHaveLength(1);
    expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(body.errors?.[0]?.message).toContain('"phoneNumber" of required type "String!" was not provided');
  });

  test('blank phone number: This field may not be blank.', async () => {
    for (const phoneNumber of ['', '   ', '\u200b\u202c']) {
      expect(problemsOf(await requestOtp(service, { phoneNumber }))).toEqual({
        phoneNumber: 'This field may not be blank.',
      });
    }
  });

  test('invalid phone number format: Enter a valid phone number, or what exactly is wrong with it', async () => {
    const wrong = {
      '+255000000000': 'Enter a valid phone number.',
      '679190720': 'Start with the country code, for example +977.',
      '+25567919072x': 'Enter a phone number, for example +977 984 1234567.',
      '+2556791': 'This phone number is too short. Check that no digit is missing.',
      '+2556791907201234567': 'This phone number is too long. Check that it has no extra digits.',
      '+999123456789': 'No country has this country code. Check the digits after the +.',
      hello: 'Enter a phone number, for example +977 984 1234567.',
    };
    for (const [phoneNumber, message] of Object.entries(wrong)) {
      expect(problemsOf(await requestOtp(service, { phoneNumber }))).toEqual({ phoneNumber: message });
    }
  });

  test('nothing is sent for a number that was refused', async () => {
    const before = service.phone.messages.length;
    await requestOtp(service, { phoneNumber: '+2556791' });
    expect(service.phone.messages).toHaveLength(before);
    await obtainCode(service, '+255679190724');
    expect(service.phone.messages).toHaveLength(before + 1);
  });
});
