import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { form, me, obtainCode, register, requestOtp, verifyOtp, wrongCode } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';

/** Source D: "User API Implementation Summary". Its Twilio side is in delivery.twilio.test.ts. */

const EXAMPLE = {
  email: 'test@example.com',
  phoneNumber: '+1234567890',
  firstName: 'Test',
  lastName: 'User',
  password: 'securepass123',
  passwordConfirm: 'securepass123',
};

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: { REGISTRATION: 'open' } });
});
afterAll(() => service.close());

async function registered() {
  serial += 1;
  const phoneNumber = `+97798000002${String(serial).padStart(2, '0')}`;
  const answer = await register(service, form({ phoneNumber, email: `d${serial}@example.com` }));
  return { phoneNumber, ...answer };
}

describe('D: its four commands, in order, with its own values', () => {
  test('register, send code, verify 123456, me', async () => {
    const registered = await register(service, EXAMPLE);
    expect(registered).toMatchObject({
      __typename: 'RegisterSuccess',
      user: { email: EXAMPLE.email, phoneNumber: '+1234567890', phoneVerified: false, emailVerified: false },
      tokens: { tokenType: 'Bearer' },
    });
    // The tokens of register work at once.
    expect((await me(service, registered.tokens.accessToken)).body.data.me).toEqual(registered.user);

    expect(await requestOtp(service, { phoneNumber: '+1234567890' })).toMatchObject({
      __typename: 'RequestOtpSuccess',
      message: 'OTP sent successfully',
    });
    const verified = await verifyOtp(service, { phoneNumber: '+1234567890', otp: '123456' });
    expect(verified).toMatchObject({
      __typename: 'VerifyOtpSuccess',
      newMember: false,
      user: { id: registered.user.id, phoneVerified: true, firstName: 'Test', lastName: 'User' },
    });

    const { body } = await me(service, verified.tokens.accessToken);
    const now = service.clock.now().toISOString();
    expect(body.data.me).toMatchObject({ phoneVerified: true, createdAt: now, updatedAt: now });
    // Its verify command sends no token: whatever was set before anybody had proved the number is gone.
    expect(body.data.me).toMatchObject({ email: null, hasPassword: false });
    expect((await me(service, registered.tokens.accessToken)).body.errors?.[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    );
    expect(service.phone.messages).toEqual([]);
  });
});

describe('D: the rules beside them', () => {
  test('verify with the access token from register keeps password, email and session', async () => {
    const { phoneNumber, user, tokens } = await registered();
    service.clock.advance(5);
    const otp = await obtainCode(service, phoneNumber);
    const verified = await verifyOtp(service, { phoneNumber, otp }, { token: tokens.accessToken });
    const now = service.clock.now().toISOString();
    expect(verified.user).toEqual({ ...user, phoneVerified: true, updatedAt: now });
    expect((await me(service, tokens.accessToken)).body.data.me).toEqual(verified.user);
  });

  test('a code is good for 10 minutes, to the second', async () => {
    const { phoneNumber } = await registered();
    const otp = await obtainCode(service, phoneNumber);
    service.clock.advance(600);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'InvalidOtpError' });

    const fresh = await obtainCode(service, phoneNumber);
    service.clock.advance(599.999);
    expect(await verifyOtp(service, { phoneNumber, otp: fresh })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });

  test('a code stands three attempts, and the third may be the right one', async () => {
    const { phoneNumber } = await registered();
    const code = await obtainCode(service, phoneNumber);
    await verifyOtp(service, { phoneNumber, otp: wrongCode(code) });
    await verifyOtp(service, { phoneNumber, otp: wrongCode(code) });
    expect(await verifyOtp(service, { phoneNumber, otp: code })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });

  test('the phone number must include its country code', async () => {
    const answer = await requestOtp(service, { phoneNumber: '9800000000' });
    expect(answer.fields).toEqual([
      { field: 'phoneNumber', message: 'Start with the country code, for example +977.' },
    ]);
  });

  test('me without a token, or with something else in its place, is refused', async () => {
    for (const token of [undefined, '', 'abc', 'null']) {
      const { body } = await me(service, token);
      expect(body.data).toEqual({ me: null });
      expect(body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    }
  });
});
