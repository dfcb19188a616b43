import type { TestService } from '../service.js';
import type { Client } from './session-operations.js';

/** What signed-in users change of their accounts, as a front end would write it. */

const USER = `user {
  id email username firstName lastName locale location { id } hasPassword phoneVerified updatedAt sessions { id current }
}`;

export const UPDATE_PROFILE = `mutation UpdateProfile($input: UpdateProfileInput!) {
  updateProfile(input: $input) {
    __typename
    ... on UpdateProfileSuccess { ${USER} }
    ... on InvalidInputError { fields { field code message } }
    ... on TooManyRequestsError { retryAfterSeconds }
    ... on UserError { message }
  }
}`;

export const REMOVE_PASSWORD = `mutation RemovePassword {
  removePassword {
    __typename
    ... on RemovePasswordSuccess { ${USER} }
    ... on ReauthenticationRequiredError { maxAgeSeconds methods }
    ... on UserError { message }
  }
}`;

export const REAUTHENTICATE = `mutation Reauthenticate($input: ReauthenticateInput!) {
  reauthenticate(input: $input) {
    __typename
    ... on ReauthenticateSuccess { tokens { accessToken refreshToken refreshTokenExpiresAt } }
    ... on InvalidInputError { fields { field code message } }
    ... on InvalidOtpError { attemptsRemaining }
    ... on InvalidCredentialsError { attemptsRemaining }
    ... on RetryableError { retryAfterSeconds }
    ... on UserError { message }
  }
}`;

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the documents above ask for.
type Result = any;
type Options = Parameters<TestService['graphql']>[2];

export async function updateProfile(service: Client, token: string, input: object): Promise<Result> {
  return call(service, UPDATE_PROFILE, { input }, { token });
}

export async function removePassword(service: Client, token: string): Promise<Result> {
  return call(service, REMOVE_PASSWORD, {}, { token });
}

export async function reauthenticate(
  service: Client,
  token: string,
  input: object,
  options?: Options,
): Promise<Result> {
  return call(service, REAUTHENTICATE, { input }, { ...options, token });
}

/** The answer of the one mutation in a document. */
async function call(service: Client, query: string, variables: object, options: Options): Promise<Result> {
  const { body } = await service.graphql(query, variables, options);
  if (body.errors) throw new Error(`The call failed: ${JSON.stringify(body.errors)}`);
  return Object.values(body.data as object)[0];
}

/** `field: CODE` of each problem of an InvalidInputError. */
export function codesOf(answer: Result): string[] {
  if (answer.__typename !== 'InvalidInputError') throw new Error(`No input error: ${JSON.stringify(answer)}`);
  return answer.fields.map(({ field, code }: { field: string; code: string }) => `${field}: ${code}`);
}
