const USER = 'user { id phoneNumber phoneVerified firstName email }';
const TOKENS = 'tokens { accessToken refreshToken }';
const ERROR = '... on UserError { message }';

function signIn(name: string): string {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}`;
  return `mutation ($input: ${type}Input!) {
    ${name}(input: $input) { __typename ... on ${type}Success { ${TOKENS} ${USER} deviceToken } ${ERROR} }
  }`;
}

/** What callers send, in groups whose latencies are told together. */
export const DOCUMENTS = {
  me: { group: 'me', text: '{ me { __typename id phoneNumber phoneVerified firstName email } }' },
  requestOtp: {
    group: 'code',
    text: `mutation ($input: RequestOtpInput!) {
      requestOtp(input: $input) { __typename ... on RequestOtpSuccess { requestToken } ${ERROR} }
    }`,
  },
  verifyOtp: { group: 'code', text: signIn('verifyOtp') },
  register: { group: 'password', text: signIn('register') },
  login: { group: 'password', text: signIn('login') },
  refreshSession: {
    group: 'session',
    text: `mutation ($refreshToken: String) {
      refreshSession(refreshToken: $refreshToken) { __typename ... on RefreshSessionSuccess { ${TOKENS} ${USER} } ${ERROR} }
    }`,
  },
  logout: {
    group: 'session',
    text: `mutation ($refreshToken: String) {
      logout(refreshToken: $refreshToken) { __typename ... on LogoutSuccess { endedSessions } ${ERROR} }
    }`,
  },
  logoutEverywhere: {
    group: 'session',
    text: 'mutation { logoutEverywhere { __typename ... on LogoutEverywhereSuccess { endedSessions } } }',
  },
  updateProfile: {
    group: 'account',
    text: `mutation ($input: UpdateProfileInput!) {
      updateProfile(input: $input) { __typename ... on UpdateProfileSuccess { ${USER} } ${ERROR} }
    }`,
  },
  changePhoneNumber: {
    group: 'account',
    text: `mutation ($input: ChangePhoneNumberInput!) {
      changePhoneNumber(input: $input) { __typename ... on ChangePhoneNumberSuccess { ${USER} } ${ERROR} }
    }`,
  },
  deleteAccount: {
    group: 'account',
    text: `mutation { deleteAccount { __typename ... on DeleteAccountSuccess { deletedAt } ${ERROR} } }`,
  },
  users: {
    group: 'admin',
    text: `query ($search: String) {
      users(first: 20, search: $search) { __typename edges { node { id phoneNumber } } pageInfo { hasNextPage endCursor } }
    }`,
  },
  user: { group: 'admin', text: 'query ($id: ID!) { user(id: $id) { __typename id sessions { id } devices { id } } }' },
  auditEvents: {
    group: 'admin',
    text: '{ auditEvents(first: 20) { __typename edges { node { id } } pageInfo { hasNextPage } } }',
  },
  deliveryReport: {
    group: 'admin',
    text: 'query ($phoneNumber: String!) { deliveryReport(phoneNumber: $phoneNumber) { __typename } }',
  },
} as const;

export type Operation = keyof typeof DOCUMENTS;
export type Group = (typeof DOCUMENTS)[Operation]['group'];

export const GROUPS: readonly Group[] = ['me', 'code', 'password', 'session', 'account', 'admin'];

/** Those that change something: after no answer, the caller does not know whether they were done. */
export const READS: ReadonlySet<Operation> = new Set(['me', 'users', 'user', 'auditEvents', 'deliveryReport']);
