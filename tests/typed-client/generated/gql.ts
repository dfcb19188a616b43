/* eslint-disable */
import * as types from './graphql.js';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  mutation Register($input: RegisterInput!) {\n    register(input: $input) {\n      __typename\n      ... on RegisterSuccess { user { ...Profile } tokens { accessToken } }\n      ... on InvalidInputError { fields { field code message } }\n      ... on InvalidOtpError { attemptsRemaining }\n      ... on AccountLockedError { retryAfterSeconds }\n      ... on CaptchaRequiredError { siteKey provider }\n      ... on TooManyRequestsError { retryAfterSeconds }\n      ... on UserError { message }\n    }\n  }\n": typeof types.RegisterDocument,
    "\n  mutation RequestOtp($input: RequestOtpInput!) {\n    requestOtp(input: $input) {\n      __typename\n      ... on RequestOtpSuccess { phoneNumber expiresAt resendAvailableAt codeLength requestToken pausedUntil }\n      ... on InvalidInputError { fields { field code message } }\n      ... on AccountLockedError { retryAfterSeconds }\n      ... on CaptchaRequiredError { siteKey provider }\n      ... on TooManyRequestsError { retryAfterSeconds }\n      ... on DeliveryUnavailableError { retryAfterSeconds }\n      ... on UserError { message }\n    }\n  }\n": typeof types.RequestOtpDocument,
    "\n  query OtpDelivery($requestToken: String!) {\n    otpDelivery(requestToken: $requestToken) { status problem message channel }\n  }\n": typeof types.OtpDeliveryDocument,
    "\n  mutation VerifyOtp($input: VerifyOtpInput!) {\n    verifyOtp(input: $input) {\n      __typename\n      ... on VerifyOtpSuccess { user { ...Profile } tokens { accessToken } newMember }\n      ... on InvalidInputError { fields { field code message } }\n      ... on InvalidOtpError { attemptsRemaining }\n      ... on AccountLockedError { retryAfterSeconds }\n      ... on CaptchaRequiredError { siteKey provider }\n      ... on TooManyRequestsError { retryAfterSeconds }\n      ... on FurtherProofRequiredError { methods continuationToken availableAt }\n      ... on UserError { message }\n    }\n  }\n": typeof types.VerifyOtpDocument,
    "\n  query Me {\n    me { ...Profile }\n  }\n": typeof types.MeDocument,
    "\n  fragment Profile on User {\n    id\n    phoneNumber\n    phoneVerified\n    firstName\n    role\n    location { name countryCode }\n    marketplace { hasAccess }\n  }\n": typeof types.ProfileFragmentDoc,
};
const documents: Documents = {
    "\n  mutation Register($input: RegisterInput!) {\n    register(input: $input) {\n      __typename\n      ... on RegisterSuccess { user { ...Profile } tokens { accessToken } }\n      ... on InvalidInputError { fields { field code message } }\n      ... on InvalidOtpError { attemptsRemaining }\n      ... on AccountLockedError { retryAfterSeconds }\n      ... on CaptchaRequiredError { siteKey provider }\n      ... on TooManyRequestsError { retryAfterSeconds }\n      ... on UserError { message }\n    }\n  }\n": types.RegisterDocument,
    "\n  mutation RequestOtp($input: RequestOtpInput!) {\n    requestOtp(input: $input) {\n      __typename\n      ... on RequestOtpSuccess { phoneNumber expiresAt resendAvailableAt codeLength requestToken pausedUntil }\n      ... on InvalidInputError { fields { field code message } }\n      ... on AccountLockedError { retryAfterSeconds }\n      ... on CaptchaRequiredError { siteKey provider }\n      ... on TooManyRequestsError { retryAfterSeconds }\n      ... on DeliveryUnavailableError { retryAfterSeconds }\n      ... on UserError { message }\n    }\n  }\n": types.RequestOtpDocument,
    "\n  query OtpDelivery($requestToken: String!) {\n    otpDelivery(requestToken: $requestToken) { status problem message channel }\n  }\n": types.OtpDeliveryDocument,
    "\n  mutation VerifyOtp($input: VerifyOtpInput!) {\n    verifyOtp(input: $input) {\n      __typename\n      ... on VerifyOtpSuccess { user { ...Profile } tokens { accessToken } newMember }\n      ... on InvalidInputError { fields { field code message } }\n      ... on InvalidOtpError { attemptsRemaining }\n      ... on AccountLockedError { retryAfterSeconds }\n      ... on CaptchaRequiredError { siteKey provider }\n      ... on TooManyRequestsError { retryAfterSeconds }\n      ... on FurtherProofRequiredError { methods continuationToken availableAt }\n      ... on UserError { message }\n    }\n  }\n": types.VerifyOtpDocument,
    "\n  query Me {\n    me { ...Profile }\n  }\n": types.MeDocument,
    "\n  fragment Profile on User {\n    id\n    phoneNumber\n    phoneVerified\n    firstName\n    role\n    location { name countryCode }\n    marketplace { hasAccess }\n  }\n": types.ProfileFragmentDoc,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Register($input: RegisterInput!) {\n    register(input: $input) {\n      __typename\n      ... on RegisterSuccess { user { ...Profile } tokens { accessToken } }\n      ... on InvalidInputError { fields { field code message } }\n      ... on InvalidOtpError { attemptsRemaining }\n      ... on AccountLockedError { retryAfterSeconds }\n      ... on CaptchaRequiredError { siteKey provider }\n      ... on TooManyRequestsError { retryAfterSeconds }\n      ... on UserError { message }\n    }\n  }\n"): typeof import('./graphql.js').RegisterDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RequestOtp($input: RequestOtpInput!) {\n    requestOtp(input: $input) {\n      __typename\n      ... on RequestOtpSuccess { phoneNumber expiresAt resendAvailableAt codeLength requestToken pausedUntil }\n      ... on InvalidInputError { fields { field code message } }\n      ... on AccountLockedError { retryAfterSeconds }\n      ... on CaptchaRequiredError { siteKey provider }\n      ... on TooManyRequestsError { retryAfterSeconds }\n      ... on DeliveryUnavailableError { retryAfterSeconds }\n      ... on UserError { message }\n    }\n  }\n"): typeof import('./graphql.js').RequestOtpDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OtpDelivery($requestToken: String!) {\n    otpDelivery(requestToken: $requestToken) { status problem message channel }\n  }\n"): typeof import('./graphql.js').OtpDeliveryDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation VerifyOtp($input: VerifyOtpInput!) {\n    verifyOtp(input: $input) {\n      __typename\n      ... on VerifyOtpSuccess { user { ...Profile } tokens { accessToken } newMember }\n      ... on InvalidInputError { fields { field code message } }\n      ... on InvalidOtpError { attemptsRemaining }\n      ... on AccountLockedError { retryAfterSeconds }\n      ... on CaptchaRequiredError { siteKey provider }\n      ... on TooManyRequestsError { retryAfterSeconds }\n      ... on FurtherProofRequiredError { methods continuationToken availableAt }\n      ... on UserError { message }\n    }\n  }\n"): typeof import('./graphql.js').VerifyOtpDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Me {\n    me { ...Profile }\n  }\n"): typeof import('./graphql.js').MeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Profile on User {\n    id\n    phoneNumber\n    phoneVerified\n    firstName\n    role\n    location { name countryCode }\n    marketplace { hasAccess }\n  }\n"): typeof import('./graphql.js').ProfileFragmentDoc;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
