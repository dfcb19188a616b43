import { eq } from 'drizzle-orm';
import { type AuditKind, auditEventTable } from '../../../src/audit/audit-event.table.js';
import { guessBudgetTable } from '../../../src/budgets/guess-budget.table.js';
import { sessionTable } from '../../../src/sessions/session.table.js';
import { me, register } from './operations.js';
import type { GraphqlAnswer, TestService } from '../service.js';

/** What a front end does with sessions and passwords, and what the database knows of it afterwards. */

const USER = 'user { id username role phoneVerified hasPassword sessions { id current } }';
const TOKENS = 'tokens { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt tokenType }';
const FAILURES = `
  ... on InvalidInputError { fields { field message } }
  ... on InvalidCredentialsError { attemptsRemaining }
  ... on AccountLockedError { retryAfterSeconds lockedUntil }
  ... on UserError { message }`;

export const REFRESH_SESSION = `mutation RefreshSession($refreshToken: String) {
  refreshSession(refreshToken: $refreshToken) {
    __typename
    ... on RefreshSessionSuccess { ${USER} ${TOKENS} }
    ... on UserError { message }
  }
}`;

export const LOGIN = `mutation Login($input: LoginInput!) {
  login(input: $input) {
    __typename
      ... on LoginSuccess { ${USER} ${TOKENS} deviceToken }
      ... on FurtherProofRequiredError { methods continuationToken availableAt }
      ... on CaptchaRequiredError { siteKey provider }
      ... on AccountDisabledError { until }
      ... on TooManyRequestsError { retryAfterSeconds }
    ${FAILURES}
  }
}`;

export const CHANGE_PASSWORD = `mutation ChangePassword($input: ChangePasswordInput!) {
  changePassword(input: $input) {
    __typename
    ... on ChangePasswordSuccess { ${USER} }
    ... on ReauthenticationRequiredError { maxAgeSeconds methods }
    ${FAILURES}
  }
}`;

export const LOGOUT = `mutation Logout($refreshToken: String) {
  logout(refreshToken: $refreshToken) {
    __typename
    ... on LogoutSuccess { endedSessions }
    ... on UserError { message }
  }
}`;

export const LOGOUT_EVERYWHERE = `mutation LogoutEverywhere($keepCurrent: Boolean! = false) {
  logoutEverywhere(keepCurrent: $keepCurrent) { __typename ... on LogoutEverywhereSuccess { endedSessions } }
}`;

const REVOKE_SESSION = `mutation RevokeSession($id: ID!) {
  revokeSession(id: $id) {
    __typename
    ... on RevokeSessionSuccess { session { id createdAt lastUsedAt expiresAt current ipAddress userAgent } }
    ... on UserError { message }
  }
}`;

export const SESSIONS = `query Sessions {
  me { sessions { id createdAt lastUsedAt expiresAt current ipAddress userAgent } }
}`;

/** A service in this process or another one. */
export type Client = Pick<TestService, 'graphql'>;
type Options = Parameters<TestService['graphql']>[2];
// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the documents above ask for.
type Result = any;

export async function refresh(service: Client, refreshToken: string | null, options?: Options): Promise<Result> {
  return field(await service.graphql(REFRESH_SESSION, { refreshToken }, options), 'refreshSession');
}

export async function login(service: Client, input: object, options?: Options): Promise<Result> {
  return field(await service.graphql(LOGIN, { input }, options), 'login');
}

interface NewPassword {
  readonly newPassword: string;
  readonly newPasswordConfirm?: string;
  readonly currentPassword?: string | null | undefined;
}

/** Changes a password; the new one is typed twice unless the test says otherwise. */
export async function changePassword(service: Client, token: string, input: NewPassword): Promise<Result> {
  const form = { newPasswordConfirm: input.newPassword, ...input };
  return field(await service.graphql(CHANGE_PASSWORD, { input: form }, { token }), 'changePassword');
}

/** By the access token of the header, by a refresh token, or by both. */
export async function logout(
  service: Client,
  tokens: { readonly accessToken?: string; readonly refreshToken?: string },
): Promise<Result> {
  const { accessToken: token, refreshToken } = tokens;
  return field(await service.graphql(LOGOUT, { refreshToken }, token === undefined ? {} : { token }), 'logout');
}

export async function logoutEverywhere(service: Client, token: string, keepCurrent?: boolean): Promise<number> {
  return field(await service.graphql(LOGOUT_EVERYWHERE, { keepCurrent }, { token }), 'logoutEverywhere').endedSessions;
}

export async function revokeSession(service: Client, token: string, id: string): Promise<Result> {
  return field(await service.graphql(REVOKE_SESSION, { id }, { token }), 'revokeSession');
}

export async function sessionsOf(service: Client, token: string): Promise<Result[]> {
  return field(await service.graphql(SESSIONS, {}, { token }), 'me').sessions;
}

/** Whether `me` takes a token. Anything but a user or UNAUTHENTICATED is a failure of the test. */
export async function isSignedIn(service: Client, token: string): Promise<boolean> {
  const { body } = await me(service, token);
  if (body.data?.me) return true;
  if (body.errors?.[0]?.extensions.code === 'UNAUTHENTICATED') return false;
  throw new Error(`me failed: ${JSON.stringify(body)}`);
}

/** Registers with a form and expects to be signed in. */
export async function registered(service: Client, form: object): Promise<Result> {
  const answer = await register(service, form);
  if (answer.__typename !== 'RegisterSuccess') throw new Error(`Not registered: ${JSON.stringify(answer)}`);
  return answer;
}

/** The code of an answer that is one error. */
export function errorCode({ body }: GraphqlAnswer): string | undefined {
  return body.errors?.[0]?.extensions.code;
}

export async function sessionRow({ db }: Pick<TestService, 'db'>, id: string) {
  const [row] = await db.select().from(sessionTable).where(eq(sessionTable.id, id));
  if (!row) throw new Error(`There is no session ${id}.`);
  return row;
}

/** Events of the audit trail that tell how a session began. Every sign-in writes some. */
const BEGINNINGS: readonly AuditKind[] = ['registered', 'phone_verified', 'signed_in'];

/** The audit trail of an account, but for how its sessions began. */
export async function auditOf(service: Pick<TestService, 'db'>, userId: string) {
  return (await trailOf(service, userId)).filter(({ kind }) => !BEGINNINGS.includes(kind));
}

/** The whole of it. */
export async function trailOf({ db }: Pick<TestService, 'db'>, userId: string) {
  const { at, kind, id } = auditEventTable;
  return db.select().from(auditEventTable).where(eq(auditEventTable.userId, userId)).orderBy(at, kind, id);
}

/** Wrong guesses at the password of an account that count at present. */
export async function passwordFailures({ db }: Pick<TestService, 'db'>, userId: string): Promise<number> {
  const [row] = await db
    .select()
    .from(guessBudgetTable)
    .where(eq(guessBudgetTable.subject, `password:${userId}`));
  return row?.failures.length ?? 0;
}

function field(answer: GraphqlAnswer, name: string): Result {
  if (answer.body.errors) throw new Error(`${name} failed: ${JSON.stringify(answer.body.errors)}`);
  return answer.body.data[name];
}
