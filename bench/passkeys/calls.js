import { graphql } from '../floor/dialects.js';
import { post } from '../floor/load.js';

/** The calls of both ways in, as bytes on the wire, and what their answers hold. */

const TOKENS = 'tokens { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt }';
const MESSAGE = '... on UserError { message }';
const DOCUMENTS = {
  verifyOtp: `mutation ($input: VerifyOtpInput!) {
    verifyOtp(input: $input) {
      __typename ... on VerifyOtpSuccess { user { id phoneNumber } ${TOKENS} deviceToken } ${MESSAGE}
    }
  }`,
  startPasskeyRegistration: `mutation {
    startPasskeyRegistration { __typename ... on StartPasskeyRegistrationSuccess { options } ${MESSAGE} }
  }`,
  finishPasskeyRegistration: `mutation ($input: FinishPasskeyRegistrationInput!) {
    finishPasskeyRegistration(input: $input) {
      __typename ... on FinishPasskeyRegistrationSuccess { passkey { id } } ${MESSAGE}
    }
  }`,
  startPasskeySignIn: `mutation ($input: StartPasskeySignInInput!) {
    startPasskeySignIn(input: $input) { __typename ... on StartPasskeySignInSuccess { options } ${MESSAGE} }
  }`,
  finishPasskeySignIn: `mutation ($input: FinishPasskeySignInInput!) {
    finishPasskeySignIn(input: $input) {
      __typename ... on FinishPasskeySignInSuccess { user { id phoneNumber } ${TOKENS} deviceToken } ${MESSAGE}
    }
  }`,
};

export function request(operation, { input, token }) {
  const query = DOCUMENTS[operation];
  if (query === undefined) return graphql.request(operation, input, token);
  return post({ path: '/graphql', token, body: { query, variables: { input } } });
}

/** @throws if the service refused the call */
export const read = graphql.read;
