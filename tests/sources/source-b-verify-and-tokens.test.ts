import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  me,
  obtainCode,
  problemsOf,
  signIn,
  VERIFY_OTP,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import { PUBLIC_URL, startService, type TestService } from '../support/service.js';

/** Source B: "Verify OTP and Generate Token", POST /api/account/verify-otp-and-generate-token/. */

let service: TestService;
beforeAll(async () => {
  service = await startService({ env: { TEST_PHONES: '+255679190720=123456' } });
});
afterAll(() => service.close());

describe('B: verify a code, get tokens', () => {
  test('its own example, +255679190720 with 123456: tokens, and a new member the first time only', async () => {
    const input = { phoneNumber: '+255679190720', otp: '123456' };
    await service.graphql('mutation { requestOtp(input: { phoneNumber: "+255679190720" }) { __typename } }');
    const first = await verifyOtp(service, input);
    expect(first).toMatchObject({ __typename: 'VerifyOtpSuccess', newMember: true });

    service.clock.advance(60);
    await service.graphql('mutation { requestOtp(input: { phoneNumber: "+255679190720" }) { __typename } }');
    const second = await verifyOtp(service, input);
    expect(second).toMatchObject({ newMember: false, user: { id: first.user.id }, tokens: { tokenType: 'Bearer' } });
    expect(second.tokens.refreshToken).not.toBe(first.tokens.refreshToken);
    expect((await me(service, second.tokens.accessToken)).body.data.me.id).toBe(first.user.id);
  });

  test('another service checks the access token with the key set alone', async () => {
    const { user, tokens } = await signIn(service, '+255679190701');
    const keySet = createRemoteJWKSet(new URL(`${service.url}/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(tokens.accessToken, keySet, {
      issuer: PUBLIC_URL,
      audience: PUBLIC_URL,
      typ: 'at+jwt',
      algorithms: ['ES256'],
      currentDate: service.clock.now(),
    });
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
    const now = Math.floor(service.clock.now().getTime() / 1000);
    expect(payload).toMatchObject({ sub: user.id, role: 'USER', phone_verified: true, amr: ['otp', 'sms'] });
    expect(payload).toMatchObject({ iat: now, auth_time: now, exp: now + 900, sid: expect.any(String) });
    expect(tokens.accessTokenExpiresAt).toBe(new Date((now + 900) * 1000).toISOString());
  });

  test('a code of more than 6 characters is told how many it has; source B says it less exactly', async () => {
    const answer = await verifyOtp(service, { phoneNumber: '+255679190702', otp: '1234567' });
    expect(problemsOf(answer)).toEqual({ otp: 'The code has 6 digits.' });
  });

  test('an invalid phone number: Enter a valid phone number.', async () => {
    const answer = await verifyOtp(service, { phoneNumber: '+255000000000', otp: '123456' });
    expect(problemsOf(answer)).toEqual({ phoneNumber: 'Enter a valid phone number.' });
  });

  test('both at once are both named', async () => {
    const answer = await verifyOtp(service, { phoneNumber: '+255000000000', otp: '12345' });
    expect(problemsOf(answer)).toEqual({
      phoneNumber: 'Enter a valid phone number.',
      otp: 'The code has 6 digits.',
    });
  });

  test('a missing field is GraphQL’s own error', async () => {
    const { status, body } = await service.graphql(VERIFY_OTP, { input: { phoneNumber: '+255679190702' } });
    expect(status).toBe(400);
    expect(body.errors?.[0]?.message).toContain('"otp" of required type "String!" was not provided');
  });

  test('a wrong code: Invalid OTP', async () => {
    const phoneNumber = '+255679190703';
    const code = await obtainCode(service, phoneNumber);
    expect(await verifyOtp(service, { phoneNumber, otp: wrongCode(code) })).toEqual({
      __typename: 'InvalidOtpError',
      message: 'Invalid OTP',
      attemptsRemaining: 2,
    });
  });

  test('the code is cleared once it was right', async () => {
    const phoneNumber = '+255679190704';
    const otp = await obtainCode(service, phoneNumber);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'InvalidOtpError' });
  });
});
