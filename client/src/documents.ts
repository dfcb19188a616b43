/**
 * Every operation that the package sends, as a table: the documents differ only in names and in the fields of their
 * success. `npm run generate` makes the types and the manifest (persisted-documents.json) of them.
 */

const USER =
  'id phoneNumber phoneVerified email emailVerified username firstName lastName locale location{id name countryCode region}marketplace{id hasAccess businessType shopId b2bVerified}hasPassword role createdAt updatedAt';
const CHANGED = `user{${USER}}`;
const TOKENS = 'tokens{accessToken accessTokenExpiresInSeconds refreshToken}';
const SIGNED_IN = `${CHANGED}${TOKENS}deviceToken`;
/** No points in time: the clock of the device may be wrong. */
const CODE = 'expiresInSeconds resendAfterSeconds requestToken codeLength';
const SESSION = 'id createdAt lastUsedAt expiresAt current ipAddress userAgent';

/** What failures say. The fragment fits every union, also one that a later service adds members to. */
export const FAILURE =
  'fragment Failure on UserError{message ...on RetryableError{retryAfterSeconds}...on InvalidInputError{fields{field code message minimum maximum}}...on InvalidOtpError{attemptsRemaining}...on InvalidCredentialsError{attemptsRemaining}...on CaptchaRequiredError{provider siteKey}...on AccountDisabledError{until}...on FurtherProofRequiredError{methods continuationToken availableAt}...on ReauthenticationRequiredError{methods maxAgeSeconds}...on DestinationNotAllowedError{reason}}';

/** The fields of the success; the arguments, where they are no `input`; the type of the success, where the name says another. */
type Mutation = readonly [success: string, args?: string | undefined, type?: string];

const mutations = {
  requestOtp: [`phoneNumber ${CODE} pausedForSeconds`],
  verifyOtp: [`${SIGNED_IN} passkeySuggested newMember`],
  register: [`${SIGNED_IN} passkeySuggested`],
  login: [SIGNED_IN],
  finishPasskeySignIn: [SIGNED_IN],
  continueSignIn: [`${SIGNED_IN} passkeySuggested newMember`, undefined, 'VerifyOtp'],
  resetPassword: [SIGNED_IN],
  refreshSession: [`${CHANGED}${TOKENS}`, '$refreshToken:String'],
  logout: ['endedSessions', '$refreshToken:String'],
  logoutEverywhere: ['endedSessions', '$keepCurrent:Boolean!=false'],
  revokeSession: [`session{${SESSION}}`, '$id:ID!'],
  reauthenticate: [TOKENS],
  updateProfile: [CHANGED],
  changePassword: [CHANGED],
  removePassword: [CHANGED, ''],
  requestEmailOtp: [`email ${CODE}`],
  verifyEmail: [CHANGED],
  changePhoneNumber: [`${CHANGED} revertibleUntil`],
  revertChange: ['message', '$token:String!$deviceToken:String'],
  deleteAccount: ['deletedAt', ''],
  proveNumber: ['phoneNumber proof expiresAt'],
} as const satisfies Record<string, Mutation>;

/** Behind `query` and the name. */
const queries = {
  me: `{me{${USER}}}`,
  sessions: `{me{sessions{${SESSION}}devices{id firstSignedInAt lastSignedInAt userAgent}}}`,
  exportMyData: '{exportMyData}',
  otpDelivery:
    '($requestToken:String!){otpDelivery(requestToken:$requestToken){status problem message channel updatedAt}}',
  cities:
    '($search:String,$countryCode:String,$first:Int!=20,$after:String){cities(search:$search,countryCode:$countryCode,first:$first,after:$after){edges{cursor node{id name countryCode region}}pageInfo{hasNextPage endCursor}}}',
  signInOptions:
    '{signInOptions{channels countries{code callingCode exampleNumber}defaultCountry codeLength registrationNeedsCode registrationFields unknownPhone captcha{provider siteKey mode}password{minimumLength maximumLength}locales}}',
} as const;

export type MutationName = keyof typeof mutations;
export type OperationName = MutationName | keyof typeof queries;

export const mutationNames = Object.keys(mutations) as MutationName[];
export const operationNames = [...mutationNames, ...Object.keys(queries)] as OperationName[];

/** Whether the arguments of an operation are one `input`. */
export function takesInput(name: OperationName): boolean {
  return name in mutations && (mutations[name as MutationName] as Mutation)[1] === undefined;
}

/** Whether an operation begins, continues or ends a session: only one of them may run at a time in a browser. */
export function changesSession(name: OperationName): boolean {
  return name in mutations && (/^(logout|delete)/.test(name) || mutations[name as MutationName][0].includes(TOKENS));
}

/** The text of an operation. */
export function documentOf(name: OperationName): string {
  if (name in queries) return `query ${name}${queries[name as keyof typeof queries]}`;
  const typeName = name.replace(/./, (first) => first.toUpperCase());
  const [success, args = `$input:${typeName}Input!`, type = typeName]: Mutation = mutations[name as MutationName];
  const passed = args.replace(/\$(\w+):[\w!=]+/g, '$1:$$$1 ').trim();
  // Its union has no failure.
  const failure = name === 'logoutEverywhere' ? '' : FAILURE;
  return `mutation ${name}${args && `(${args})`}{${name}${passed && `(${passed})`}{__typename ...on ${type}Success{${success}}${failure && '...Failure'}}}${failure}`;
}
