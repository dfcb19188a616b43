/** Everything that the page asks of the API. Each has a name, which the log of requests shows. */

const TOKENS = `tokens { accessToken accessTokenExpiresInSeconds refreshToken }`;
const ME = `user { id firstName lastName username phoneNumber role }`;
const FAILURE = `
  ... on InvalidInputError { fields { field code message } }
  ... on UserError { message }`;

export const OPTIONS = `query ConsoleOptions { signInOptions { channels defaultCountry codeLength locales } }`;

export const REQUEST_CODE = `mutation ConsoleRequestCode($input: RequestOtpInput!) {
  requestOtp(input: $input) {
    __typename
    ... on RequestOtpSuccess { phoneNumber requestToken codeLength resendAfterSeconds pausedForSeconds }
    ... on DestinationNotAllowedError { reason }
    ${FAILURE}
  }
}`;

export const REQUEST_EMAIL_CODE = `mutation ConsoleRequestEmailCode($input: RequestEmailOtpInput!) {
  requestEmailOtp(input: $input) {
    __typename
    ... on RequestEmailOtpSuccess { email requestToken codeLength resendAfterSeconds }
    ${FAILURE}
  }
}`;

export const VERIFY_CODE = `mutation ConsoleVerifyCode($input: VerifyOtpInput!) {
  verifyOtp(input: $input) {
    __typename
    ... on VerifyOtpSuccess { ${ME} ${TOKENS} deviceToken }
    ... on InvalidOtpError { attemptsRemaining }
    ... on FurtherProofRequiredError { methods continuationToken availableAt }
    ${FAILURE}
  }
}`;

export const CONTINUE = `mutation ConsoleContinueSignIn($input: ContinueSignInInput!) {
  continueSignIn(input: $input) {
    __typename
    ... on VerifyOtpSuccess { ${ME} ${TOKENS} deviceToken }
    ... on InvalidOtpError { attemptsRemaining }
    ... on InvalidCredentialsError { attemptsRemaining }
    ${FAILURE}
  }
}`;

export const START_PASSKEY = `mutation ConsoleStartPasskey {
  startPasskeySignIn(input: {}) {
    __typename
    ... on StartPasskeySignInSuccess { options }
    ${FAILURE}
  }
}`;

export const FINISH_PASSKEY = `mutation ConsoleFinishPasskey($input: FinishPasskeySignInInput!) {
  finishPasskeySignIn(input: $input) {
    __typename
    ... on FinishPasskeySignInSuccess { ${ME} ${TOKENS} deviceToken }
    ... on UserError { message }
  }
}`;

export const REFRESH = `mutation ConsoleRefresh($refreshToken: String) {
  refreshSession(refreshToken: $refreshToken) {
    __typename
    ... on RefreshSessionSuccess { ${ME} ${TOKENS} }
    ... on UserError { message }
  }
}`;

export const SIGN_OUT = `mutation ConsoleSignOut($refreshToken: String) {
  logout(refreshToken: $refreshToken) { __typename }
}`;

export const REAUTHENTICATE = `mutation ConsoleReauthenticate($input: ReauthenticateInput!) {
  reauthenticate(input: $input) {
    __typename
    ... on ReauthenticateSuccess { ${TOKENS} }
    ... on InvalidOtpError { attemptsRemaining }
    ... on InvalidCredentialsError { attemptsRemaining }
    ${FAILURE}
  }
}`;

export const CITIES = `query ConsoleCities($search: String) {
  cities(search: $search, first: 8) { edges { node { id name region countryCode } } }
}`;

// ── People

const PERSON_LINE = `id firstName lastName username phoneNumber phoneVerified email role createdAt lastUsedAt lock { until }`;

export const USERS = `query ConsoleUsers($filter: UserFilter, $search: String, $orderBy: UserOrder!, $after: String) {
  users(filter: $filter, search: $search, orderBy: $orderBy, first: 25, after: $after) {
    edges { node { ${PERSON_LINE} } }
    pageInfo { hasNextPage endCursor }
  }
}`;

export const USER = `query ConsoleUser($id: ID!) {
  user(id: $id) {
    id externalId phoneNumber phoneVerified email emailVerified username firstName lastName locale hasPassword role
    createdAt updatedAt lastUsedAt
    location { id name region countryCode }
    marketplace { id hasAccess businessType shopId b2bVerified }
    lock { reason lockedAt until }
  }
}`;

export const USER_DEVICES = `query ConsoleUserDevices($id: ID!) {
  user(id: $id) {
    id
    sessions { id createdAt lastUsedAt expiresAt current ipAddress userAgent }
    devices { id firstSignedInAt lastSignedInAt userAgent }
    passkeys { id name createdAt lastUsedAt backedUp }
  }
}`;

export const UPDATE_USER = `mutation ConsoleUpdateUser($input: UpdateUserInput!) {
  updateUser(input: $input) {
    __typename
    ... on UpdateUserSuccess { user { id } }
    ... on ReauthenticationRequiredError { methods }
    ${FAILURE}
  }
}`;

export const LOCK_USER = `mutation ConsoleLockUser($input: LockUserInput!) {
  lockUser(input: $input) { __typename ... on LockUserSuccess { endedSessions } ${FAILURE} }
}`;

export const UNLOCK_USER = `mutation ConsoleUnlockUser($id: ID!) {
  unlockUser(id: $id) { __typename ... on UserError { message } }
}`;

export const END_SESSIONS = `mutation ConsoleEndUserSessions($id: ID!) {
  endUserSessions(id: $id) { __typename ... on EndUserSessionsSuccess { endedSessions } ... on UserError { message } }
}`;

export const DELETE_USER = `mutation ConsoleDeleteUser($input: DeleteUserInput!) {
  deleteUser(input: $input) {
    __typename
    ... on DeleteUserSuccess { deletedAt }
    ... on ReauthenticationRequiredError { methods }
    ${FAILURE}
  }
}`;

export const CLEAR_LIMITS = `mutation ConsoleClearLimits($phoneNumber: String!) {
  clearLimits(phoneNumber: $phoneNumber) {
    __typename
    ... on ClearLimitsSuccess { phoneNumber cleared }
    ${FAILURE}
  }
}`;

// ── Messages, and why there was none

const MESSAGE = `id phoneNumber purpose channel status provider providerMessageId failure providerCode providerMessage attempts
  price priceCurrency createdAt settledAt verifiedAt`;
const PAUSE = `id destination country reason pausedAt pausedUntil`;
const BLOCK = `id phoneNumber prefix country reason until createdAt createdById`;

export const MESSAGES = `query ConsoleMessages($phoneNumber: String!, $after: String) {
  messages(phoneNumber: $phoneNumber, first: 10, after: $after) {
    edges { node { ${MESSAGE} } }
    pageInfo { hasNextPage endCursor }
  }
}`;

export const REPORT = `query ConsoleDeliveryReport($phoneNumber: String!) {
  deliveryReport(phoneNumber: $phoneNumber) {
    phoneNumber country cause explanation since lockedUntil
    requests { at purpose channel result reason budget retryAfterSeconds requestId ipAddress }
    challenges { purpose createdAt expiresAt sentAt consumedAt attempts }
    messages { ${MESSAGE} }
    pauses { ${PAUSE} }
    blocks { ${BLOCK} }
  }
  users(search: $phoneNumber, first: 5) { edges { node { ${PERSON_LINE} } } }
}`;

// ── Where messages go, and what they cost

export const SENDING = `query ConsoleSending { pauses { ${PAUSE} } }`;

export const BLOCKS = `query ConsoleBlocks($after: String) {
  blockedDestinations(first: 25, after: $after) { edges { node { ${BLOCK} } } pageInfo { hasNextPage endCursor } }
}`;

export const LIFT_PAUSE = `mutation ConsoleLiftPause($id: ID!) {
  liftPause(id: $id) { __typename ... on LiftPauseSuccess { pause { id } } ... on UserError { message } }
}`;

export const BLOCK_DESTINATION = `mutation ConsoleBlockDestination($input: BlockDestinationInput!) {
  blockDestination(input: $input) {
    __typename
    ... on BlockDestinationSuccess { blockedDestination { id } }
    ${FAILURE}
  }
}`;

export const UNBLOCK_DESTINATION = `mutation ConsoleUnblockDestination($id: ID!) {
  unblockDestination(id: $id) {
    __typename
    ... on UnblockDestinationSuccess { blockedDestination { id } }
    ... on UserError { message }
  }
}`;

export const ROUTES = `query ConsoleRoutes($country: String!) {
  deliveryRoutes(country: $country) {
    channel country learned ownersAlone currency
    providers {
      provider standing explanation part tries verifiedShare leastShare mostShare medianSeconds price costPerVerified
    }
  }
}`;

export const BUDGETS = `query ConsoleBudgets {
  sendBudgets { name scope limit spent unit windowSeconds availableAt }
  providerBalances { provider amount currency askedAt }
}`;

// ── The audit trail

export const AUDIT = `query ConsoleAudit($filter: AuditEventFilter, $after: String) {
  auditEvents(filter: $filter, first: 25, after: $after) {
    edges {
      node {
        id at kind actorKind actorId actorName userId sessionId deviceKnown ipAddress userAgent requestId phoneNumber count details
        actor { id firstName lastName username }
        user { id firstName lastName username }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;
