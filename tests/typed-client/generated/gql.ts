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
    "\n  mutation UpdateProfile($input: UpdateProfileInput!) {\n    updateProfile(input: $input) {\n      __typename\n      ... on UpdateProfileSuccess { user { ...Person } }\n      ... on UserError { message }\n    }\n  }\n": typeof types.UpdateProfileDocument,
    "\n  mutation RequestEmailOtp($input: RequestEmailOtpInput!) {\n    requestEmailOtp(input: $input) {\n      __typename\n      ... on RequestEmailOtpSuccess { email requestToken }\n      ... on UserError { message }\n    }\n  }\n": typeof types.RequestEmailOtpDocument,
    "\n  mutation VerifyEmail($input: VerifyEmailInput!) {\n    verifyEmail(input: $input) {\n      __typename\n      ... on VerifyEmailSuccess { user { ...Person } }\n      ... on UserError { message }\n    }\n  }\n": typeof types.VerifyEmailDocument,
    "\n  mutation ChangePassword($input: ChangePasswordInput!) {\n    changePassword(input: $input) {\n      __typename\n      ... on ChangePasswordSuccess { user { ...Person } }\n      ... on UserError { message }\n    }\n  }\n": typeof types.ChangePasswordDocument,
    "\n  mutation Login($input: LoginInput!) {\n    login(input: $input) {\n      __typename\n      ... on LoginSuccess { user { ...Person } tokens { accessToken } deviceToken }\n      ... on UserError { message }\n    }\n  }\n": typeof types.LoginDocument,
    "\n  mutation ResetPassword($input: ResetPasswordInput!) {\n    resetPassword(input: $input) {\n      __typename\n      ... on ResetPasswordSuccess { user { ...Person } tokens { accessToken } deviceToken }\n      ... on UserError { message }\n    }\n  }\n": typeof types.ResetPasswordDocument,
    "\n  mutation RequestCode($input: RequestOtpInput!) {\n    requestOtp(input: $input) {\n      __typename\n      ... on RequestOtpSuccess { phoneNumber requestToken }\n      ... on UserError { message }\n    }\n  }\n": typeof types.RequestCodeDocument,
    "\n  mutation SignInByCode($input: VerifyOtpInput!) {\n    verifyOtp(input: $input) {\n      __typename\n      ... on VerifyOtpSuccess { user { ...Person } tokens { accessToken } newMember deviceToken }\n      ... on UserError { message }\n    }\n  }\n": typeof types.SignInByCodeDocument,
    "\n  mutation ChangePhoneNumber($input: ChangePhoneNumberInput!) {\n    changePhoneNumber(input: $input) {\n      __typename\n      ... on ChangePhoneNumberSuccess { user { ...Person } revertibleUntil }\n      ... on UserError { message }\n    }\n  }\n": typeof types.ChangePhoneNumberDocument,
    "\n  mutation RevertChange($token: String!) {\n    revertChange(token: $token) {\n      __typename\n      ... on RevertChangeSuccess { message }\n      ... on UserError { message }\n    }\n  }\n": typeof types.RevertChangeDocument,
    "\n  query ExportMyData {\n    exportMyData\n  }\n": typeof types.ExportMyDataDocument,
    "\n  mutation DeleteAccount {\n    deleteAccount {\n      __typename\n      ... on DeleteAccountSuccess { deletedAt }\n      ... on UserError { message }\n    }\n  }\n": typeof types.DeleteAccountDocument,
    "\n  fragment Person on User {\n    id\n    phoneNumber\n    phoneVerified\n    email\n    emailVerified\n    username\n    firstName\n    lastName\n    hasPassword\n  }\n": typeof types.PersonFragmentDoc,
};
const documents: Documents = {
    "\n  mutation Register($input: RegisterInput!) {\n    register(input: $input) {\n      __typename\n      ... on RegisterSuccess { user { ...Profile } tokens { accessToken } }\n      ... on InvalidInputError { fields { field code message } }\n      ... on InvalidOtpError { attemptsRemaining }\n      ... on AccountLockedError { retryAfterSeconds }\n      ... on CaptchaRequiredError { siteKey provider }\n      ... on TooManyRequestsError { retryAfterSeconds }\n      ... on UserError { message }\n    }\n  }\n": types.RegisterDocument,
    "\n  mutation RequestOtp($input: RequestOtpInput!) {\n    requestOtp(input: $input) {\n      __typename\n      ... on RequestOtpSuccess { phoneNumber expiresAt resendAvailableAt codeLength requestToken pausedUntil }\n      ... on InvalidInputError { fields { field code message } }\n      ... on AccountLockedError { retryAfterSeconds }\n      ... on CaptchaRequiredError { siteKey provider }\n      ... on TooManyRequestsError { retryAfterSeconds }\n      ... on DeliveryUnavailableError { retryAfterSeconds }\n      ... on UserError { message }\n    }\n  }\n": types.RequestOtpDocument,
    "\n  query OtpDelivery($requestToken: String!) {\n    otpDelivery(requestToken: $requestToken) { status problem message channel }\n  }\n": types.OtpDeliveryDocument,
    "\n  mutation VerifyOtp($input: VerifyOtpInput!) {\n    verifyOtp(input: $input) {\n      __typename\n      ... on VerifyOtpSuccess { user { ...Profile } tokens { accessToken } newMember }\n      ... on InvalidInputError { fields { field code message } }\n      ... on InvalidOtpError { attemptsRemaining }\n      ... on AccountLockedError { retryAfterSeconds }\n      ... on CaptchaRequiredError { siteKey provider }\n      ... on TooManyRequestsError { retryAfterSeconds }\n      ... on FurtherProofRequiredError { methods continuationToken availableAt }\n      ... on UserError { message }\n    }\n  }\n": types.VerifyOtpDocument,
    "\n  query Me {\n    me { ...Profile }\n  }\n": types.MeDocument,
    "\n  fragment Profile on User {\n    id\n    phoneNumber\n    phoneVerified\n    firstName\n    role\n    location { name countryCode }\n    marketplace { hasAccess }\n  }\n": types.ProfileFragmentDoc,
    "\n  mutation UpdateProfile($input: UpdateProfileInput!) {\n    updateProfile(input: $input) {\n      __typename\n      ... on UpdateProfileSuccess { user { ...Person } }\n      ... on UserError { message }\n    }\n  }\n": types.UpdateProfileDocument,
    "\n  mutation RequestEmailOtp($input: RequestEmailOtpInput!) {\n    requestEmailOtp(input: $input) {\n      __typename\n      ... on RequestEmailOtpSuccess { email requestToken }\n      ... on UserError { message }\n    }\n  }\n": types.RequestEmailOtpDocument,
    "\n  mutation VerifyEmail($input: VerifyEmailInput!) {\n    verifyEmail(input: $input) {\n      __typename\n      ... on VerifyEmailSuccess { user { ...Person } }\n      ... on UserError { message }\n    }\n  }\n": types.VerifyEmailDocument,
    "\n  mutation ChangePassword($input: ChangePasswordInput!) {\n    changePassword(input: $input) {\n      __typename\n      ... on ChangePasswordSuccess { user { ...Person } }\n      ... on UserError { message }\n    }\n  }\n": types.ChangePasswordDocument,
    "\n  mutation Login($input: LoginInput!) {\n    login(input: $input) {\n      __typename\n      ... on LoginSuccess { user { ...Person } tokens { accessToken } deviceToken }\n      ... on UserError { message }\n    }\n  }\n": types.LoginDocument,
    "\n  mutation ResetPassword($input: ResetPasswordInput!) {\n    resetPassword(input: $input) {\n      __typename\n      ... on ResetPasswordSuccess { user { ...Person } tokens { accessToken } deviceToken }\n      ... on UserError { message }\n    }\n  }\n": types.ResetPasswordDocument,
    "\n  mutation RequestCode($input: RequestOtpInput!) {\n    requestOtp(input: $input) {\n      __typename\n      ... on RequestOtpSuccess { phoneNumber requestToken }\n      ... on UserError { message }\n    }\n  }\n": types.RequestCodeDocument,
    "\n  mutation SignInByCode($input: VerifyOtpInput!) {\n    verifyOtp(input: $input) {\n      __typename\n      ... on VerifyOtpSuccess { user { ...Person } tokens { accessToken } newMember deviceToken }\n      ... on UserError { message }\n    }\n  }\n": types.SignInByCodeDocument,
    "\n  mutation ChangePhoneNumber($input: ChangePhoneNumberInput!) {\n    changePhoneNumber(input: $input) {\n      __typename\n      ... on ChangePhoneNumberSuccess { user { ...Person } revertibleUntil }\n      ... on UserError { message }\n    }\n  }\n": types.ChangePhoneNumberDocument,
    "\n  mutation RevertChange($token: String!) {\n    revertChange(token: $token) {\n      __typename\n      ... on RevertChangeSuccess { message }\n      ... on UserError { message }\n    }\n  }\n": types.RevertChangeDocument,
    "\n  query ExportMyData {\n    exportMyData\n  }\n": types.ExportMyDataDocument,
    "\n  mutation DeleteAccount {\n    deleteAccount {\n      __typename\n      ... on DeleteAccountSuccess { deletedAt }\n      ... on UserError { message }\n    }\n  }\n": types.DeleteAccountDocument,
    "\n  fragment Person on User {\n    id\n    phoneNumber\n    phoneVerified\n    email\n    emailVerified\n    username\n    firstName\n    lastName\n    hasPassword\n  }\n": types.PersonFragmentDoc,
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
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateProfile($input: UpdateProfileInput!) {\n    updateProfile(input: $input) {\n      __typename\n      ... on UpdateProfileSuccess { user { ...Person } }\n      ... on UserError { message }\n    }\n  }\n"): typeof import('./graphql.js').UpdateProfileDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RequestEmailOtp($input: RequestEmailOtpInput!) {\n    requestEmailOtp(input: $input) {\n      __typename\n      ... on RequestEmailOtpSuccess { email requestToken }\n      ... on UserError { message }\n    }\n  }\n"): typeof import('./graphql.js').RequestEmailOtpDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation VerifyEmail($input: VerifyEmailInput!) {\n    verifyEmail(input: $input) {\n      __typename\n      ... on VerifyEmailSuccess { user { ...Person } }\n      ... on UserError { message }\n    }\n  }\n"): typeof import('./graphql.js').VerifyEmailDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ChangePassword($input: ChangePasswordInput!) {\n    changePassword(input: $input) {\n      __typename\n      ... on ChangePasswordSuccess { user { ...Person } }\n      ... on UserError { message }\n    }\n  }\n"): typeof import('./graphql.js').ChangePasswordDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Login($input: LoginInput!) {\n    login(input: $input) {\n      __typename\n      ... on LoginSuccess { user { ...Person } tokens { accessToken } deviceToken }\n      ... on UserError { message }\n    }\n  }\n"): typeof import('./graphql.js').LoginDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ResetPassword($input: ResetPasswordInput!) {\n    resetPassword(input: $input) {\n      __typename\n      ... on ResetPasswordSuccess { user { ...Person } tokens { accessToken } deviceToken }\n      ... on UserError { message }\n    }\n  }\n"): typeof import('./graphql.js').ResetPasswordDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RequestCode($input: RequestOtpInput!) {\n    requestOtp(input: $input) {\n      __typename\n      ... on RequestOtpSuccess { phoneNumber requestToken }\n      ... on UserError { message }\n    }\n  }\n"): typeof import('./graphql.js').RequestCodeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SignInByCode($input: VerifyOtpInput!) {\n    verifyOtp(input: $input) {\n      __typename\n      ... on VerifyOtpSuccess { user { ...Person } tokens { accessToken } newMember deviceToken }\n      ... on UserError { message }\n    }\n  }\n"): typeof import('./graphql.js').SignInByCodeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ChangePhoneNumber($input: ChangePhoneNumberInput!) {\n    changePhoneNumber(input: $input) {\n      __typename\n      ... on ChangePhoneNumberSuccess { user { ...Person } revertibleUntil }\n      ... on UserError { message }\n    }\n  }\n"): typeof import('./graphql.js').ChangePhoneNumberDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevertChange($token: String!) {\n    revertChange(token: $token) {\n      __typename\n      ... on RevertChangeSuccess { message }\n      ... on UserError { message }\n    }\n  }\n"): typeof import('./graphql.js').RevertChangeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ExportMyData {\n    exportMyData\n  }\n"): typeof import('./graphql.js').ExportMyDataDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteAccount {\n    deleteAccount {\n      __typename\n      ... on DeleteAccountSuccess { deletedAt }\n      ... on UserError { message }\n    }\n  }\n"): typeof import('./graphql.js').DeleteAccountDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Person on User {\n    id\n    phoneNumber\n    phoneVerified\n    email\n    emailVerified\n    username\n    firstName\n    lastName\n    hasPassword\n  }\n"): typeof import('./graphql.js').PersonFragmentDoc;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
