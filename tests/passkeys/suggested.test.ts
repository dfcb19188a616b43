import { afterAll, beforeAll, expect, test } from 'vitest';
import { form, obtainCode } from '../support/operations/operations.js';
import { addPasskey, newAuthenticator, removePasskey } from '../support/passkeys/operations.js';
import { startService, type TestService } from '../support/service.js';

/** Whether somebody who has just signed in is offered a passkey. */

const VERIFY = `mutation ($input: VerifyOtpInput!) { verifyOtp(input: $input) {
  ... on VerifyOtpSuccess { passkeySuggested deviceToken tokens { accessToken } }
} }`;
const REGISTER = `mutation ($input: RegisterInput!) { register(input: $input) {
  ... on RegisterSuccess { passkeySuggested deviceToken tokens { accessToken } }
} }`;

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

async function signInByCode(phoneNumber: string, { deviceToken = null }: { deviceToken?: string | null } = {}) {
  // The next code can be asked for a minute later.
  service.clock.advance(60);
  const otp = await obtainCode(service, phoneNumber);
  const { body } = await service.graphql(VERIFY, { input: { phoneNumber, otp, deviceToken } });
  return body.data.verifyOtp;
}

test('a new user is offered a passkey, and again until there is one', async () => {
  const phoneNumber = '+9779800044701';
  const first = await signInByCode(phoneNumber);
  expect(first.passkeySuggested).toBe(true);
  const second = await signInByCode(phoneNumber, first);
  expect(second.passkeySuggested).toBe(true);
  const token = second.tokens.accessToken;
  const { passkey } = await addPasskey(service, token, { authenticator: newAuthenticator() });
  expect((await signInByCode(phoneNumber, first)).passkeySuggested).toBe(false);
  await removePasskey(service, token, passkey.id);
  expect((await signInByCode(phoneNumber, first)).passkeySuggested).toBe(true);
});

test('a user who has added one on a new device is not offered another, although it counts as no proof yet', async () => {
  const phoneNumber = '+9779800044702';
  await signInByCode(phoneNumber);
  service.clock.advance(2 * 86_400);
  const elsewhere = await signInByCode(phoneNumber);
  await addPasskey(service, elsewhere.tokens.accessToken, { authenticator: newAuthenticator() });
  expect((await signInByCode(phoneNumber, elsewhere)).passkeySuggested).toBe(false);
});

test('a user who registers is offered one as soon as the number is verified', async () => {
  const [phoneNumber, verified] = ['+9779800044703', '+9779800044704'];
  const unverified = await service.graphql(REGISTER, { input: form({ phoneNumber }) });
  expect(unverified.body.data.register.passkeySuggested).toBe(false);
  expect((await signInByCode(phoneNumber, unverified.body.data.register)).passkeySuggested).toBe(true);
  const verificationCode = await obtainCode(service, verified);
  const input = form({ phoneNumber: verified, email: 'other@example.com', verificationCode });
  const { body } = await service.graphql(REGISTER, { input });
  expect(body.data.register.passkeySuggested).toBe(true);
});

test('nothing is offered where no passkey can be added', async () => {
  const off = await startService({ env: { PASSKEY_POLICY: 'off' } });
  try {
    const phoneNumber = '+9779800044705';
    const otp = await obtainCode(off, phoneNumber);
    const { body } = await off.graphql(VERIFY, { input: { phoneNumber, otp } });
    expect(body.data.verifyOtp.passkeySuggested).toBe(false);
  } finally {
    await off.close();
  }
});
