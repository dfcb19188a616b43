import { post } from './load.js';

/** The requests for the operations in the form of each server, and the checks of the answers. */

const TOKENS = 'tokens { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt }';
const DOCUMENTS = {
  me: '{ me { id phoneNumber phoneVerified email firstName hasPassword role marketplace { hasAccess } } }',
  requestOtp: `mutation ($input: RequestOtpInput!) {
    requestOtp(input: $input) {
      __typename
      ... on RequestOtpSuccess { phoneNumber expiresAt resendAvailableAt codeLength }
      ... on UserError { message }
    }
  }`,
  verifyOtp: `mutation ($input: VerifyOtpInput!) {
    verifyOtp(input: $input) {
      __typename
      ... on VerifyOtpSuccess { user { id phoneNumber } ${TOKENS} newMember }
      ... on UserError { message }
    }
  }`,
  refreshSession: `mutation ($refreshToken: String!) {
    refreshSession(refreshToken: $refreshToken) {
      __typename
      ... on RefreshSessionSuccess { user { id phoneNumber } ${TOKENS} }
      ... on UserError { message }
    }
  }`,
  register: `mutation ($input: RegisterInput!) {
    register(input: $input) {
      __typename
      ... on RegisterSuccess { user { id phoneNumber } ${TOKENS} deviceToken }
      ... on UserError { message }
    }
  }`,
  login: `mutation ($input: LoginInput!) {
    login(input: $input) {
      __typename
      ... on LoginSuccess { user { id phoneNumber } ${TOKENS} deviceToken }
      ... on UserError { message }
    }
  }`,
};
/** The answers to a wrong code, which a benchmark asks for. */
const WRONG = ['InvalidOtpError', 'wrong'];
const GOOD = ['sent', 'signed_in', 'refreshed', 'registered'];

export const graphql = {
  name: 'service',
  request(operation, input, token) {
    const variables = operation === 'refreshSession' ? input : { input };
    return post({ path: '/graphql', token, body: { query: DOCUMENTS[operation], variables } });
  },
  read(operation, body) {
    const answer = JSON.parse(body).data?.[operation];
    if (answer?.id || answer?.__typename?.endsWith('Success') || WRONG.includes(answer?.__typename)) return answer;
    throw new Error(`${operation}: ${body}`);
  },
};

export const bare = {
  name: 'floor',
  request: (operation, input, token) => post({ path: `/${operation}`, token, body: input }),
  read(operation, body) {
    const answer = JSON.parse(body);
    if (answer?.id || GOOD.includes(answer?.kind) || WRONG.includes(answer?.kind)) return answer;
    throw new Error(`${operation}: ${body}`);
  },
};
