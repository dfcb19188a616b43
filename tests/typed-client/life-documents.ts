import { graphql } from './generated/gql.js';

/** What an app does over the life of an account. Outcomes that the story does not meet are told by `UserError` alone. */

export const updateProfile = graphql(`
  mutation UpdateProfile($input: UpdateProfileInput!) {
    updateProfile(input: $input) {
      __typename
      ... on UpdateProfileSuccess { user { ...Person } }
      ... on UserError { message }
    }
  }
`);

export const requestEmailOtp = graphql(`
  mutation RequestEmailOtp($input: RequestEmailOtpInput!) {
    requestEmailOtp(input: $input) {
      __typename
      ... on RequestEmailOtpSuccess { email requestToken }
      ... on UserError { message }
    }
  }
`);

export const verifyEmail = graphql(`
  mutation VerifyEmail($input: VerifyEmailInput!) {
    verifyEmail(input: $input) {
      __typename
      ... on VerifyEmailSuccess { user { ...Person } }
      ... on UserError { message }
    }
  }
`);

export const changePassword = graphql(`
  mutation ChangePassword($input: ChangePasswordInput!) {
    changePassword(input: $input) {
      __typename
      ... on ChangePasswordSuccess { user { ...Person } }
      ... on UserError { message }
    }
  }
`);

export const login = graphql(`
  mutation Login($input: LoginInput!) {
    login(input: $input) {
      __typename
      ... on LoginSuccess { user { ...Person } tokens { accessToken } deviceToken }
      ... on UserError { message }
    }
  }
`);

export const resetPassword = graphql(`
  mutation ResetPassword($input: ResetPasswordInput!) {
    resetPassword(input: $input) {
      __typename
      ... on ResetPasswordSuccess { user { ...Person } tokens { accessToken } deviceToken }
      ... on UserError { message }
    }
  }
`);

export const requestCode = graphql(`
  mutation RequestCode($input: RequestOtpInput!) {
    requestOtp(input: $input) {
      __typename
      ... on RequestOtpSuccess { phoneNumber requestToken }
      ... on UserError { message }
    }
  }
`);

export const signInByCode = graphql(`
  mutation SignInByCode($input: VerifyOtpInput!) {
    verifyOtp(input: $input) {
      __typename
      ... on VerifyOtpSuccess { user { ...Person } tokens { accessToken } newMember deviceToken }
      ... on UserError { message }
    }
  }
`);

export const changePhoneNumber = graphql(`
  mutation ChangePhoneNumber($input: ChangePhoneNumberInput!) {
    changePhoneNumber(input: $input) {
      __typename
      ... on ChangePhoneNumberSuccess { user { ...Person } revertibleUntil }
      ... on UserError { message }
    }
  }
`);

export const revertChange = graphql(`
  mutation RevertChange($token: String!) {
    revertChange(token: $token) {
      __typename
      ... on RevertChangeSuccess { message }
      ... on UserError { message }
    }
  }
`);

export const exportMyData = graphql(`
  query ExportMyData {
    exportMyData
  }
`);

export const deleteAccount = graphql(`
  mutation DeleteAccount {
    deleteAccount {
      __typename
      ... on DeleteAccountSuccess { deletedAt }
      ... on UserError { message }
    }
  }
`);

export const person = graphql(`
  fragment Person on User {
    id
    phoneNumber
    phoneVerified
    email
    emailVerified
    username
    firstName
    lastName
    hasPassword
  }
`);
