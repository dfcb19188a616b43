import { eq, sql } from 'drizzle-orm';
import { auditEventTable } from '../../../src/audit/audit-event.table.js';
import type { Role } from '../../../src/users/user.table.js';
import { form, obtainCode } from './operations.js';
import type { GraphqlAnswer, TestService } from '../service.js';
import { registered } from './session-operations.js';
import { setRole } from '../sleepers.js';

/** People with a role, and what they do to accounts of others. */

const FAILURES = `
  ... on InvalidInputError { fields { field code message } }
  ... on ReauthenticationRequiredError { maxAgeSeconds methods }
  ... on UserError { message }`;
const USER = `user {
  id firstName lastName username locale role location { id } marketplace { hasAccess businessType shopId b2bVerified }
}`;

const ACTS = {
  updateUser: `mutation ($input: UpdateUserInput!) { updateUser(input: $input) { __typename ... on UpdateUserSuccess { ${USER} } FAILURES } }`,
  lockUser: `mutation ($input: LockUserInput!) { lockUser(input: $input) { __typename ... on LockUserSuccess { ${USER} endedSessions } ... on InvalidInputError { fields { field code message } } ... on UserError { message } } }`,
  unlockUser: `mutation ($input: ID!) { unlockUser(id: $input) { __typename ... on UnlockUserSuccess { ${USER} } ... on UserError { message } } }`,
  endUserSessions: `mutation ($input: ID!) { endUserSessions(id: $input) { __typename ... on EndUserSessionsSuccess { endedSessions } ... on UserError { message } } }`,
  deleteUser: `mutation ($input: DeleteUserInput!) { deleteUser(input: $input) { __typename ... on DeleteUserSuccess { deletedAt } FAILURES } }`,
} as const;
export type Act = keyof typeof ACTS;

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the documents above ask for.
type Result = any;

/** One act, with its input or its id. */
export function callAct(
  service: Pick<TestService, 'graphql'>,
  token: string | undefined,
  { act, input }: { readonly act: Act; readonly input: unknown },
): Promise<GraphqlAnswer> {
  const query = ACTS[act].replace('FAILURES', FAILURES);
  return service.graphql(query, { input }, token === undefined ? {} : { token });
}

export async function act(
  service: Pick<TestService, 'graphql'>,
  token: string,
  call: { readonly act: Act; readonly input: unknown },
): Promise<Result> {
  const { body } = await callAct(service, token, call);
  if (body.errors) throw new Error(`${call.act} failed: ${JSON.stringify(body.errors)}`);
  return body.data[call.act];
}

export interface Person {
  readonly id: string;
  readonly phoneNumber: string;
  readonly username: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly deviceToken: string;
}

let people = 0;

/** Somebody with a verified number and a password, who has just signed in. */
export async function somebody(service: TestService, role: Role = 'USER'): Promise<Person> {
  people += 1;
  const phoneNumber = `+97798022${String(people).padStart(5, '0')}`;
  const [username, email] = [`staff${people}`, `staff-${people}@example.com`];
  const verificationCode = await obtainCode(service, phoneNumber);
  const { user, tokens, deviceToken } = await registered(
    service,
    form({ phoneNumber, email, username, verificationCode }),
  );
  if (role !== 'USER') await setRole(service, user.id, role);
  const { accessToken, refreshToken } = tokens;
  return { id: user.id, phoneNumber, username, accessToken, refreshToken, deviceToken };
}

/** Nobody is an administrator any more: for tests of the last one. */
export async function withoutAdministrators({ db }: Pick<TestService, 'db'>): Promise<void> {
  await db.execute(sql`UPDATE users SET role = 'USER' WHERE role = 'ADMIN'`);
}

/** What the audit trail says of an account, without what it did itself. */
export async function actsOn({ db }: Pick<TestService, 'db'>, userId: string) {
  const events = await db
    .select()
    .from(auditEventTable)
    .where(eq(auditEventTable.userId, userId))
    .orderBy(auditEventTable.at, auditEventTable.id);
  return events.filter(({ actorKind }) => ['ADMINISTRATOR', 'SERVICE_TOKEN', 'COMMAND'].includes(actorKind));
}
