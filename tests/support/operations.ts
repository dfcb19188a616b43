import type { GraphqlAnswer, TestService } from './service.js';

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
  ... on UserError { message }`;

export const REQUEST_OTP = `mutation RequestOtp($input: RequestOtpInput!) {
  requestOtp(input: $input) {
    __typename
    ... on RequestOtpSuccess { message phoneNumber expiresAt resendAvailableAt codeLength }
    ... on TooManyRequestsError { retryAfterSeconds }
    ${FAILURES}
  }
}`;

export const VERIFY_OTP = `mutation VerifyOtp($input: VerifyOtpInput!) {
  verifyOtp(input: $input) {
    __typename
    ... on VerifyOtpSuccess { user { ...UserParts } tokens { ...TokenParts } newMember }
    ... on InvalidOtpError { attemptsRemaining }
    ${FAILURES}
  }
} ${USER} ${TOKENS}`;

export const REGISTER = `mutation Register($input: RegisterInput!) {
  register(input: $input) {
    __typename
    ... on RegisterSuccess { user { ...UserParts } tokens { ...TokenParts } }
    ... on InvalidOtpError { attemptsRemaining }
    ${FAILURES}
  }
} ${USER} ${TOKENS}`;

export const ME = `query Me { me { ...UserParts } } ${USER}`;

type Options = Parameters<TestService['graphql']>[2];

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the documents above ask for.
type Result = any;

export async function requestOtp(service: TestService, input: object, options?: Options): Promise<Result> {
  return result(await service.graphql(REQUEST_OTP, { input }, options), 'requestOtp');
}

export async function verifyOtp(service: TestService, input: object, options?: Options): Promise<Result> {
  return result(await service.graphql(VERIFY_OTP, { input }, options), 'verifyOtp');
}

export async function register(service: TestService, input: object, options?: Options): Promise<Result> {
  return result(await service.graphql(REGISTER, { input }, options), 'register');
}

export function me(service: TestService, token?: string): Promise<GraphqlAnswer> {
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
