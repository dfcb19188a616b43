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

export function request(operation, { input, token, report }) {
  if (operation === DELIVERY_REPORT) return post({ path: '/webhooks/delivery', ...report });
  const query = DOCUMENTS[operation];
  if (query === undefined) return graphql.request(operation, input, token);
  return post({ path: '/graphql', token, body: { query, variables: { input } } });
}

/** A report that a message was delivered, as the gateway posts it. */
export const DELIVERY_REPORT = 'delivery report';

/** @throws if the service refused the call */
export function read(operation, { head, body }) {
  if (operation !== DELIVERY_REPORT) return graphql.read(operation, body);
  if (!head.startsWith('HTTP/1.1 204')) throw new Error(`${operation}: ${head}`);
  return null;
}
