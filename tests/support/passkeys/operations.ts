import type { GraphqlAnswer, TestService } from '../service.js';
import { PUBLIC_URL } from '../service.js';
import { type Forgery, SoftwareAuthenticator, type AuthenticatorOptions } from './authenticator.js';

/** What a front end does with passkeys. */

const PASSKEY = 'passkey { id name createdAt lastUsedAt backedUp }';
const TOKENS = 'tokens { accessToken refreshToken }';
const MESSAGE = '... on UserError { message }';
const INVALID = '... on InvalidInputError { fields { field code message } }';
const AGAIN = '... on ReauthenticationRequiredError { maxAgeSeconds methods }';
const REFUSED = '... on InvalidCredentialsError { attemptsRemaining }';

export const START_REGISTRATION = `mutation StartPasskeyRegistration {
  startPasskeyRegistration { __typename ... on StartPasskeyRegistrationSuccess { options } ${INVALID} ${AGAIN} ${MESSAGE} }
}`;
export const FINISH_REGISTRATION = `mutation FinishPasskeyRegistration($input: FinishPasskeyRegistrationInput!) {
  finishPasskeyRegistration(input: $input) {
    __typename ... on FinishPasskeyRegistrationSuccess { ${PASSKEY} user { id passkeys { id } } } ${INVALID} ${AGAIN} ${MESSAGE}
  }
}`;
export const START_SIGN_IN = `mutation StartPasskeySignIn($input: StartPasskeySignInInput!) {
  startPasskeySignIn(input: $input) { __typename ... on StartPasskeySignInSuccess { options } ${INVALID} ${MESSAGE} }
}`;
export const FINISH_SIGN_IN = `mutation FinishPasskeySignIn($input: FinishPasskeySignInInput!) {
  finishPasskeySignIn(input: $input) {
    __typename ... on FinishPasskeySignInSuccess { user { id phoneNumber } ${TOKENS} deviceToken } ${REFUSED} ... on AccountDisabledError { until } ${MESSAGE}
  }
}`;
const RENAME = `mutation RenamePasskey($id: ID!, $name: String!) {
  renamePasskey(id: $id, name: $name) { __typename ... on RenamePasskeySuccess { ${PASSKEY} } ${INVALID} ${MESSAGE} }
}`;
const REMOVE = `mutation RemovePasskey($id: ID!) {
  removePasskey(id: $id) { __typename ... on RemovePasskeySuccess { ${PASSKEY} user { passkeys { id } } } ${AGAIN} ${MESSAGE} }
}`;
const REAUTHENTICATE = `mutation Reauthenticate($input: ReauthenticateInput!) {
  reauthenticate(input: $input) { __typename ... on ReauthenticateSuccess { ${TOKENS} } ${INVALID} ${REFUSED} ${MESSAGE} }
}`;

type Client = Pick<TestService, 'graphql'>;
type Options = Parameters<TestService['graphql']>[2];
// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the documents above ask for.
type Result = any;

function field(answer: GraphqlAnswer, name: string): Result {
  if (answer.body.errors) throw new Error(`${name} failed: ${JSON.stringify(answer.body.errors)}`);
  return answer.body.data[name];
}

async function call(service: Client, query: string, variables: object, options?: Options): Promise<Result> {
  const name = /\{\s*(\w+)/.exec(query)?.[1] ?? '';
  return field(await service.graphql(query, variables, options), name);
}

/** The pages of a service in tests are its own. */
export function newAuthenticator(options: Partial<AuthenticatorOptions> = {}): SoftwareAuthenticator {
  return new SoftwareAuthenticator({ origin: PUBLIC_URL, ...options });
}

export const startRegistration = (service: Client, token: string) => call(service, START_REGISTRATION, {}, { token });

export function finishRegistration(service: Client, token: string, input: object, options: Options = {}) {
  return call(service, FINISH_REGISTRATION, { input }, { token, ...options });
}

/** Both steps. */
export async function addPasskey(
  service: Client,
  token: string,
  { authenticator, name, forged }: { authenticator: SoftwareAuthenticator; name?: string; forged?: Forgery },
): Promise<Result> {
  const started = await startRegistration(service, token);
  if (started.__typename !== 'StartPasskeyRegistrationSuccess') return started;
  const response = authenticator.register(started.options, forged);
  return finishRegistration(service, token, { response, ...(name !== undefined && { name }) });
}

export function startPasskeySignIn(service: Client, input: object = {}, options?: Options): Promise<Result> {
  return call(service, START_SIGN_IN, { input }, options);
}

export function finishPasskeySignIn(service: Client, input: object, options?: Options): Promise<Result> {
  return call(service, FINISH_SIGN_IN, { input }, options);
}

/** Both steps. */
export async function signInByPasskey(
  service: Client,
  authenticator: SoftwareAuthenticator,
  {
    forged,
    start = {},
    ...input
  }: { forged?: Forgery; start?: object; deviceToken?: string; continuationToken?: string } = {},
): Promise<Result> {
  const { options } = await startPasskeySignIn(service, start);
  return finishPasskeySignIn(service, { response: authenticator.signIn(options, forged), ...input });
}

export const renamePasskey = (service: Client, token: string, id: string, name: string) =>
  call(service, RENAME, { id, name }, { token });

export const removePasskey = (service: Client, token: string, id: string) => call(service, REMOVE, { id }, { token });

/** Proves anew who the user is: both steps. */
export async function reauthenticateByPasskey(
  service: Client,
  token: string,
  {
    authenticator,
    forged,
    startedBy = token,
  }: { authenticator: SoftwareAuthenticator; forged?: Forgery; startedBy?: string },
): Promise<Result> {
  const { options } = await startPasskeySignIn(service, {}, { token: startedBy });
  const input = { passkeyResponse: authenticator.signIn(options, forged) };
  return call(service, REAUTHENTICATE, { input }, { token });
}

export async function passkeysOf(service: Client, token: string): Promise<Result> {
  const { body } = await service.graphql(
    '{ me { passkeys { id name createdAt lastUsedAt backedUp } } }',
    {},
    { token },
  );
  return body.data.me.passkeys;
}
