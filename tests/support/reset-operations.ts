import { requestEmailOtp } from './email-operations.js';
import { requestOtpAndFollow } from './operations.js';
import type { TestService } from './service.js';

/** A forgotten password, as a front end deals with it. */

const FAILURES = `
  ... on InvalidInputError { fields { field code message } }
  ... on InvalidOtpError { attemptsRemaining }
  ... on RetryableError { retryAfterSeconds }
  ... on UserError { message }`;

export const RESET_PASSWORD = `mutation ResetPassword($input: ResetPasswordInput!) {
  resetPassword(input: $input) {
    __typename
    ... on ResetPasswordSuccess { user { id hasPassword sessions { id current } } tokens { accessToken refreshToken } deviceToken }
    ... on FurtherProofRequiredError { methods continuationToken availableAt }
    ${FAILURES}
  }
}`;

const CONTINUE_SIGN_IN = `mutation ContinueSignIn($input: ContinueSignInInput!) {
  continueSignIn(input: $input) {
    __typename
    ... on VerifyOtpSuccess { user { id hasPassword } newMember tokens { accessToken refreshToken } deviceToken }
    ... on InvalidCredentialsError { attemptsRemaining }
    ${FAILURES}
  }
}`;

export const NEW_PASSWORD = 'a passphrase nobody has yet';

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the documents above ask for.
type Result = any;
type Client = Pick<TestService, 'graphql'>;

export async function resetPassword(service: Client, input: object): Promise<Result> {
  const passwords = { newPassword: NEW_PASSWORD, newPasswordConfirm: NEW_PASSWORD };
  const { body } = await service.graphql(RESET_PASSWORD, { input: { ...passwords, ...input } });
  if (body.errors) throw new Error(`resetPassword failed: ${JSON.stringify(body.errors)}`);
  return body.data.resetPassword;
}

export async function continueSignIn(service: Client, input: object): Promise<Result> {
  const { body } = await service.graphql(CONTINUE_SIGN_IN, { input });
  if (body.errors) throw new Error(`continueSignIn failed: ${JSON.stringify(body.errors)}`);
  return body.data.continueSignIn;
}

/** Asks for a code by text, and reads it. */
export async function resetCode(
  service: TestService,
  phoneNumber: string,
): Promise<{ otp: string; requestToken: string }> {
  const answer = await requestOtpAndFollow(service, { phoneNumber, purpose: 'RESET_PASSWORD' });
  if (answer.__typename !== 'RequestOtpSuccess') throw new Error(`No code: ${JSON.stringify(answer)}`);
  return { otp: service.phone.code(phoneNumber), requestToken: answer.requestToken };
}

/** The same by email. */
export async function resetCodeByEmail(
  service: TestService,
  email: string,
): Promise<{ otp: string; requestToken: string }> {
  const answer = await requestEmailOtp(service, { email, purpose: 'RESET_PASSWORD' });
  if (answer.__typename !== 'RequestEmailOtpSuccess') throw new Error(`No code: ${JSON.stringify(answer)}`);
  return { otp: service.phone.code(email.toLowerCase()), requestToken: answer.requestToken };
}
