import { graphql } from './generated/gql.js';

/** The operations of a front end, each with every outcome that it shows in its own way; the rest through UserError. */

export const register = graphql(`
  mutation Register($input: RegisterInput!) {
    register(input: $input) {
      __typename
      ... on RegisterSuccess { user { ...Profile } tokens { accessToken } }
      ... on InvalidInputError { fields { field code message } }
      ... on InvalidOtpError { attemptsRemaining }
      ... on AccountLockedError { retryAfterSeconds }
      ... on CaptchaRequiredError { siteKey provider }
      ... on TooManyRequestsError { retryAfterSeconds }
      ... on UserError { message }
    }
  }
`);

export const requestOtp = graphql(`
  mutation RequestOtp($input: RequestOtpInput!) {
    requestOtp(input: $input) {
      __typename
      ... on RequestOtpSuccess { phoneNumber expiresAt resendAvailableAt codeLength requestToken pausedUntil }
      ... on InvalidInputError { fields { field code message } }
      ... on AccountLockedError { retryAfterSeconds }
      ... on CaptchaRequiredError { siteKey provider }
      ... on TooManyRequestsError { retryAfterSeconds }
      ... on DeliveryUnavailableError { retryAfterSeconds }
      ... on UserError { message }
    }
  }
`);

/** Asked again and again, as long as the code boxes are shown. */
export const otpDelivery = graphql(`
  query OtpDelivery($requestToken: String!) {
    otpDelivery(requestToken: $requestToken) { status problem message channel }
  }
`);

export const verifyOtp = graphql(`
  mutation VerifyOtp($input: VerifyOtpInput!) {
    verifyOtp(input: $input) {
      __typename
      ... on VerifyOtpSuccess { user { ...Profile } tokens { accessToken } newMember }
      ... on InvalidInputError { fields { field code message } }
      ... on InvalidOtpError { attemptsRemaining }
      ... on AccountLockedError { retryAfterSeconds }
      ... on CaptchaRequiredError { siteKey provider }
      ... on TooManyRequestsError { retryAfterSeconds }
      ... on FurtherProofRequiredError { methods continuationToken availableAt }
      ... on UserError { message }
    }
  }
`);

export const me = graphql(`
  query Me {
    me { ...Profile }
  }
`);

export const profile = graphql(`
  fragment Profile on User {
    id
    phoneNumber
    phoneVerified
    firstName
    role
    location { name countryCode }
    marketplace { hasAccess }
  }
`);
