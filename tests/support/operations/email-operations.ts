import type { TestService } from '../service.js';

/** Email codes as a front end would ask for them. */

const FAILURES = `
  ... on InvalidInputError { fields { field code message } }
  ... on AccountLockedError { retryAfterSeconds lockedUntil }
  ... on TooManyRequestsError { retryAfterSeconds }
  ... on ReauthenticationRequiredError { maxAgeSeconds methods }
  ... on UserError { message }`;

const REQUEST_EMAIL_OTP = `mutation RequestEmailOtp($input: RequestEmailOtpInput!) {
  requestEmailOtp(input: $input) {
    __typename
    ... on RequestEmailOtpSuccess { message email expiresInSeconds resendAfterSeconds codeLength requestToken }
    ... on DeliveryUnavailableError { retryAfterSeconds }
    ... on CaptchaRequiredError { siteKey }
    ${FAILURES}
  }
}`;

const VERIFY_EMAIL = `mutation VerifyEmail($input: VerifyEmailInput!) {
  verifyEmail(input: $input) {
    __typename
    ... on VerifyEmailSuccess { user { id email emailVerified username phoneNumber } }
    ... on InvalidOtpError { attemptsRemaining }
    ${FAILURES}
  }
}`;

type Client = Pick<TestService, 'graphql'>;
type Options = Parameters<TestService['graphql']>[2];
// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the documents above ask for.
type Result = any;

export function requestEmailOtp(service: Client, input: object, options?: Options): Promise<Result> {
  return run(service, { query: REQUEST_EMAIL_OTP, field: 'requestEmailOtp', input, options });
}

export function verifyEmail(service: Client, input: object, options?: Options): Promise<Result> {
  return run(service, { query: VERIFY_EMAIL, field: 'verifyEmail', input, options });
}

async function run(
  service: Client,
  call: { query: string; field: string; input: object; options: Options },
): Promise<Result> {
  const { query, field, input, options } = call;
  const { body } = await service.graphql(query, { input }, options);
  if (body.errors) throw new Error(`${field} failed: ${JSON.stringify(body.errors)}`);
  return body.data[field];
}

/** Asks for a code to the address and reads it from the email. */
export async function emailCode(service: TestService, email: string, token: string): Promise<string> {
  const answer = await requestEmailOtp(service, { email, purpose: 'VERIFY_EMAIL' }, { token });
  if (answer.__typename !== 'RequestEmailOtpSuccess') throw new Error(`No code: ${JSON.stringify(answer)}`);
  return service.phone.code(email.toLowerCase());
}

/** Gives the account of an access token a verified email address. */
export async function giveEmail(service: TestService, email: string, token: string): Promise<Result> {
  const otp = await emailCode(service, email, token);
  const answer = await verifyEmail(service, { email, otp }, { token });
  if (answer.__typename !== 'VerifyEmailSuccess') throw new Error(`Not verified: ${JSON.stringify(answer)}`);
  return answer.user;
}
