import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  form,
  me,
  obtainCode,
  problemsOf,
  register,
  requestOtp,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';

/** Source E: one-time pairing. A code for an unknown number registers, a code for a known one signs in. */

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: { UNKNOWN_PHONE: 'register', REGISTRATION: 'code' } });
});
afterAll(() => service.close());

function nextForm(changes: Record<string, unknown> = {}): Record<string, unknown> & { phoneNumber: string } {
  serial += 1;
  const phoneNumber = `+965500000${String(serial).padStart(2, '0')}`;
  return { ...form({ email: `e${serial}@example.com`, ...changes }), phoneNumber };
}

describe('E: registration', () => {
  test('the code of an unknown number registers it, proved from the start', async () => {
    const input = nextForm();
    const verificationCode = await obtainCode(service, input.phoneNumber);
    const answer = await register(service, { ...input, verificationCode });
    expect(answer).toMatchObject({
      __typename: 'RegisterSuccess',
      user: { phoneNumber: input.phoneNumber, phoneVerified: true, email: input['email'], hasPassword: true },
    });
    expect((await me(service, answer.tokens.accessToken)).body.data.me).toEqual(answer.user);
  });

  test('the answer to a request for a code does not tell an unknown number from a known one', async () => {
    const known = nextForm();
    await register(service, { ...known, verificationCode: await obtainCode(service, known.phoneNumber) });
    service.clock.advance(60);
    const { phoneNumber } = nextForm();
    const answers = [
      await requestOtp(service, { phoneNumber: known.phoneNumber }),
      await requestOtp(service, { phoneNumber }),
    ];
    expect(answers[0]).toEqual({ ...answers[1], phoneNumber: known.phoneNumber });
  });

  test('verified too early, the code says that registration comes first, and stays good for it', async () => {
    const input = nextForm();
    const otp = await obtainCode(service, input.phoneNumber);
    // More often than a code stands guesses and a number stands failures: none of these is one.
    for (let time = 0; time < 5; time += 1) {
      expect(await verifyOtp(service, { phoneNumber: input.phoneNumber, otp })).toEqual({
        __typename: 'RegistrationRequiredError',
        message: 'This number has no account yet. Register with this code.',
      });
    }
    const answer = await register(service, { ...input, verificationCode: otp });
    expect(answer).toMatchObject({ __typename: 'RegisterSuccess', user: { phoneVerified: true } });
  });

  test('a matching code is marked used at once', async () => {
    const input = nextForm();
    const verificationCode = await obtainCode(service, input.phoneNumber);
    await register(service, { ...input, verificationCode });
    const again = await register(service, { ...nextForm(), phoneNumber: input.phoneNumber, verificationCode });
    expect(again).toMatchObject({ __typename: 'InvalidOtpError', message: 'Invalid OTP' });
    const signedIn = await verifyOtp(service, { phoneNumber: input.phoneNumber, otp: verificationCode });
    expect(signedIn).toMatchObject({ __typename: 'InvalidOtpError' });
  });

  test('a wrong code registers nobody', async () => {
    const input = nextForm();
    const code = await obtainCode(service, input.phoneNumber);
    expect(await register(service, { ...input, verificationCode: wrongCode(code) })).toEqual({
      __typename: 'InvalidOtpError',
      message: 'Invalid OTP',
      attemptsRemaining: 2,
    });
    expect(await verifyOtp(service, { phoneNumber: input.phoneNumber, otp: code })).toMatchObject({
      __typename: 'RegistrationRequiredError',
    });
  });

  test('without a code nothing is registered', async () => {
    const input = nextForm();
    expect(problemsOf(await register(service, input))).toEqual({ verificationCode: 'This field is required.' });
    expect(problemsOf(await register(service, { ...input, verificationCode: null }))).toEqual({
      verificationCode: 'This field is required.',
    });
    expect(problemsOf(await register(service, { ...input, verificationCode: ' ' }))).toEqual({
      verificationCode: 'This field may not be blank.',
    });
  });

  test('a form with something else wrong leaves the right code usable, six times', async () => {
    const taken = nextForm();
    await register(service, { ...taken, verificationCode: await obtainCode(service, taken.phoneNumber) });
    const input = nextForm();
    const verificationCode = await obtainCode(service, input.phoneNumber);
    for (let time = 0; time < 5; time += 1) {
      const answer = await register(service, { ...input, email: taken['email'], verificationCode });
      expect(problemsOf(answer)).toEqual({ email: 'A user with this email already exists.' });
    }
    const answer = await register(service, { ...input, verificationCode });
    expect(answer).toMatchObject({ __typename: 'RegisterSuccess' });
  });
});

describe('E: authentication', () => {
  test('the code of a known number is spent for a token', async () => {
    const input = nextForm();
    const { user } = await register(service, {
      ...input,
      verificationCode: await obtainCode(service, input.phoneNumber),
    });
    service.clock.advance(60);
    const otp = await obtainCode(service, input.phoneNumber);
    const answer = await verifyOtp(service, { phoneNumber: input.phoneNumber, otp });
    expect(answer).toMatchObject({ __typename: 'VerifyOtpSuccess', newMember: false, user });
    expect(await verifyOtp(service, { phoneNumber: input.phoneNumber, otp })).toMatchObject({
      __typename: 'InvalidOtpError',
    });
  });

  test('the code of a known number registers no second account, and is still good for signing in', async () => {
    const input = nextForm();
    await register(service, { ...input, verificationCode: await obtainCode(service, input.phoneNumber) });
    service.clock.advance(60);
    const otp = await obtainCode(service, input.phoneNumber);
    const second = await register(service, { ...nextForm(), phoneNumber: input.phoneNumber, verificationCode: otp });
    expect(problemsOf(second)).toEqual({ phoneNumber: 'A user with this phone number already exists.' });
    expect(await verifyOtp(service, { phoneNumber: input.phoneNumber, otp })).toMatchObject({
      __typename: 'VerifyOtpSuccess',
    });
  });
});
