import type { GraphqlAnswer, TestService } from '../service.js';

/** The operations as a front end would write them, with every field that tests look at. */

const USER = `fragment UserParts on User {
  id phoneNumber phoneVerified email emailVerified username firstName lastName locale hasPassword role createdAt updatedAt
  location { id name countryCode region }
  marketplace { hasAccess businessType shopId b2bVerified }
}`;
const TOKENS = `fragment TokenParts on Tokens {
  accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt tokenType
}`;
const FAILURES = `
  ... on InvalidInputError { fields { field message } }
  ... on AccountLockedError { retryAfterSeconds lockedUntil }
  ... on CaptchaRequiredError { siteKey provider }
  ... on TooManyRequestsError { retryAfterSeconds }
  ... on UserError { message }`;

export const REQUEST_OTP = `mutation RequestOtp($input: RequestOtpInput!) {
  requestOtp(input: $input) {
    __typename
    ... on RequestOtpSuccess { message phoneNumber expiresAt resendAvailableAt codeLength }
      ... on DestinationNotAllowedError { reason }
      ... on DeliveryUnavailableError { retryAfterSeconds }
    ${FAILURES}
  }
}`;

export const VERIFY_OTP = `mutation VerifyOtp($input: VerifyOtpInput!) {
  verifyOtp(input: $input) {
    __typename
    ... on VerifyOtpSuccess { user { ...UserParts } tokens { ...TokenParts } newMember deviceToken }
    ... on InvalidOtpError { attemptsRemaining }
    ... on FurtherProofRequiredError { methods continuationToken availableAt }
    ... on AccountDisabledError { until }
    ${FAILURES}
  }
} ${USER} ${TOKENS}`;

export const CONTINUE_SIGN_IN = `mutation ContinueSignIn($input: ContinueSignInInput!) {
  continueSignIn(input: $input) {
    __typename
    ... on VerifyOtpSuccess { user { ...UserParts } tokens { ...TokenParts } newMember deviceToken }
    ... on AccountDisabledError { until }
    ... on InvalidInputError { fields { field code message } }
    ... on InvalidOtpError { attemptsRemaining }
    ... on InvalidCredentialsError { attemptsRemaining }
    ... on AccountLockedError { retryAfterSeconds lockedUntil }
    ... on TooManyRequestsError { retryAfterSeconds }
    ... on UserError { message }
  }
} ${USER} ${TOKENS}`;

export const REGISTER = `mutation Register($input: RegisterInput!) {
  register(input: $input) {
    __typename
    ... on RegisterSuccess { user { ...UserParts } tokens { ...TokenParts } deviceToken }
    ... on AccountDisabledError { until }
    ... on InvalidOtpError { attemptsRemaining }
    ${FAILURES}
  }
} ${USER} ${TOKENS}`;

/** The same with the token that follows the message; it differs from answer to answer. */
const REQUEST_OTP_AND_KEEP = REQUEST_OTP.replace(' codeLength }', ' codeLength requestToken }');

const OTP_DELIVERY = `query OtpDelivery($requestToken: String!) {
  otpDelivery(requestToken: $requestToken) { status problem message channel updatedAt }
}`;

export const ME = `query Me { me { ...UserParts } } ${USER}`;

/** A service in this process or another one. */
type Client = Pick<TestService, 'graphql'>;
type Options = Parameters<TestService['graphql']>[2];

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the documents above ask for.
type Result = any;

export async function requestOtp(service: Client, input: object, options?: Options): Promise<Result> {
  return result(await service.graphql(REQUEST_OTP, { input }, options), 'requestOtp');
}

export async function requestOtpAndFollow(service: Client, input: object): Promise<Result> {
  return result(await service.graphql(REQUEST_OTP_AND_KEEP, { input }), 'requestOtp');
}

export async function otpDelivery(service: Client, requestToken: string): Promise<Result> {
  return result(await service.graphql(OTP_DELIVERY, { requestToken }), 'otpDelivery');
}

export async function verifyOtp(service: Client, input: object, options?: Options): Promise<Result> {
  return result(await service.graphql(VERIFY_OTP, { input }, options), 'verifyOtp');
}

export async function continueSignIn(service: Client, input: object, options?: Options): Promise<Result> {
  return result(await service.graphql(CONTINUE_SIGN_IN, { input }, options), 'continueSignIn');
}

export async function register(service: Client, input: object, options?: Options): Promise<Result> {
  return result(await service.graphql(REGISTER, { input }, options), 'register');
}

export function me(service: Client, token?: string): Promise<GraphqlAnswer> {
  return service.graphql(ME, {}, token === undefined ? {} : { token });
}

function result(answer: GraphqlAnswer, field: string): Result {
  if (answer.body.errors) throw new Error(`${field} failed: ${JSON.stringify(answer.body.errors)}`);
  return answer.body.data[field];
}

/** Asks for a code and reads it from the text. */
export async function obtainCode(service: TestService, phoneNumber: string): Promise<string> {
  const answer = await requestOtp(service, { phoneNumber });
  if (answer.__typename !== 'RequestOtpSuccess') throw new Error(`No code: ${JSON.stringify(answer)}`);
  return service.phone.code(answer.phoneNumber);
}

/** Signs in by code, from nothing. */
export async function signIn(service: TestService, phoneNumber: string): Promise<Result> {
  const otp = await obtainCode(service, phoneNumber);
  const answer = await verifyOtp(service, { phoneNumber, otp });
  if (answer.__typename !== 'VerifyOtpSuccess') throw new Error(`Not signed in: ${JSON.stringify(answer)}`);
  return answer;
}

/** A code that is wrong for sure. */
export function wrongCode(code: string): string {
  return code === '000000' ? '111111' : '000000';
}

/** Guesses wrongly, one after the other, and returns the last answer. */
export async function guessWrongly(service: TestService, phoneNumber: string, times = 1): Promise<Result> {
  const sent = service.phone.to(phoneNumber).length > 0;
  const otp = sent ? wrongCode(service.phone.code(phoneNumber)) : '000000';
  let answer: Result;
  for (let guess = 0; guess < times; guess += 1) answer = await verifyOtp(service, { phoneNumber, otp });
  return answer;
}

/** The messages of an InvalidInputError by field. */
export function problemsOf(answer: Result): Record<string, string> {
  if (answer.__typename !== 'InvalidInputError') throw new Error(`No input error: ${JSON.stringify(answer)}`);
  const { fields } = answer as { fields: { field: string; message: string }[] };
  return Object.fromEntries(fields.map(({ field, message }) => [field, message]));
}

/** How often each kind of answer was given. */
export function countOf(answers: readonly Result[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { __typename } of answers) counts[__typename] = (counts[__typename] ?? 0) + 1;
  return counts;
}

/** Starts them all before the first is answered. */
export function inParallel<Value>(count: number, start: (index: number) => Promise<Value>): Promise<Value[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => start(index)));
}

/** A registration form in order, with what a test wants to be different. */
export function form(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    phoneNumber: '+9779800000000',
    email: 'mobile.user@example.com',
    password: 'SecurePassword123!',
    passwordConfirm: 'SecurePassword123!',
    firstName: 'Rishi',
    lastName: 'Khatri',
    ...changes,
  };
}
