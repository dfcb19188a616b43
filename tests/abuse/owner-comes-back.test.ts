import { afterAll, beforeAll, expect, test } from 'vitest';
import { giveEmail } from '../support/operations/email-operations.js';
import { continueSignIn, form, requestOtp, signIn } from '../support/operations/operations.js';
import { resetCodeByEmail, resetPassword } from '../support/operations/reset-operations.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { login, registered } from '../support/operations/session-operations.js';
import { DAY, showCode, waitingFor } from '../support/sleepers.js';

const PASSWORD = 'SecurePassword123!';
let service: TestService;
beforeAll(async () => {
  service = await startService({ env: MANY_TEXTS });
});
afterAll(() => service.close());

/** N5: the owner of a sleeping account comes back by password, and somebody else has the number by now. */
test('an owner who comes back by password does not let the new owner of the number in', async () => {
  const phoneNumber = '+9779800006401';
  await requestOtp(service, { phoneNumber });
  const verificationCode = service.phone.code(phoneNumber);
  const input = form({ phoneNumber, email: 'back@example.com', username: 'comesback', verificationCode });
  await registered(service, input);
  service.clock.advance(91 * DAY);
  expect(await showCode(service, phoneNumber)).toMatchObject({ __typename: 'FurtherProofRequiredError' });
  service.clock.advance(DAY);
  expect(await login(service, { identifier: 'comesback', password: PASSWORD })).toMatchObject({
    __typename: 'LoginSuccess',
  });
  expect(await showCode(service, phoneNumber)).toMatchObject({
    __typename: 'FurtherProofRequiredError',
    methods: ['PASSWORD'],
  });
  // With the password besides, the number is the owner's again.
  const continuationToken = await waitingFor(service, phoneNumber);
  expect(await continueSignIn(service, { continuationToken, password: PASSWORD })).toMatchObject({
    __typename: 'VerifyOtpSuccess',
  });
  expect(await showCode(service, phoneNumber)).toMatchObject({ __typename: 'VerifyOtpSuccess' });
});

test('nor does one who comes back by a code by email and a new password', async () => {
  const phoneNumber = '+9779800006402';
  const email = 'forgotten@example.com';
  const { tokens } = await signIn(service, phoneNumber);
  await giveEmail(service, email, tokens.accessToken);
  service.clock.advance(91 * DAY);
  expect(await showCode(service, phoneNumber)).toMatchObject({ __typename: 'FurtherProofRequiredError' });
  service.clock.advance(DAY);
  expect(await resetPassword(service, { email, ...(await resetCodeByEmail(service, email)) })).toMatchObject({
    __typename: 'ResetPasswordSuccess',
  });
  expect(await showCode(service, phoneNumber)).toMatchObject({ __typename: 'FurtherProofRequiredError' });
});
