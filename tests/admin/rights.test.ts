import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServiceScope, serviceScopes } from '../../src/service-tokens/service-token.js';
import type { Role } from '../../src/users/user.table.js';
import { startService, type TestService } from '../support/service.js';
import { errorCode } from '../support/operations/session-operations.js';
import { type Person, somebody } from '../support/operations/staff-acts.js';
import { type BackEnd, backEnd } from '../support/subgraph/entities.js';

/** A support person can do nothing of an administrator's, and a plain user nothing of either: by every call there is (S10). */

/** Whom a field is for. With `touches` it acts on one account, and SUPPORT touches none that has a role. */
type Rights = 'everybody' | 'signed in' | 'a service' | 'SUPPORT' | 'SUPPORT touches' | 'ADMIN';

/** Every field of Query and Mutation. A new one belongs here. */
const RIGHTS: Readonly<Record<string, Rights>> = {
  cities: 'everybody',
  otpDelivery: 'everybody',
  signInOptions: 'everybody',
  continueSignIn: 'everybody',
  login: 'everybody',
  startPasskeySignIn: 'everybody',
  finishPasskeySignIn: 'everybody',
  logout: 'everybody',
  proveNumber: 'everybody',
  redeemProof: 'everybody',
  refreshSession: 'everybody',
  register: 'everybody',
  requestEmailOtp: 'everybody',
  requestOtp: 'everybody',
  resetPassword: 'everybody',
  revertChange: 'everybody',
  verifyOtp: 'everybody',

  exportMyData: 'signed in',
  me: 'signed in',
  changePassword: 'signed in',
  changePhoneNumber: 'signed in',
  deleteAccount: 'signed in',
  logoutEverywhere: 'signed in',
  reauthenticate: 'signed in',
  startPasskeyRegistration: 'signed in',
  finishPasskeyRegistration: 'signed in',
  renamePasskey: 'signed in',
  removePasskey: 'signed in',
  removePassword: 'signed in',
  revokeSession: 'signed in',
  updateProfile: 'signed in',
  verifyEmail: 'signed in',

  events: 'a service',

  auditEvents: 'SUPPORT',
  blockedDestinations: 'SUPPORT',
  deliveryReport: 'SUPPORT',
  deliveryRoutes: 'SUPPORT',
  messages: 'SUPPORT',
  pauses: 'SUPPORT',
  providerBalances: 'SUPPORT',
  sendBudgets: 'SUPPORT',
  user: 'SUPPORT',
  users: 'SUPPORT',
  liftPause: 'SUPPORT',

  clearLimits: 'SUPPORT touches',
  endUserSessions: 'SUPPORT touches',
  lockUser: 'SUPPORT touches',
  unlockUser: 'SUPPORT touches',

  blockDestination: 'ADMIN',
  deleteUser: 'ADMIN',
  unblockDestination: 'ADMIN',
  updateUser: 'ADMIN',
};

/** What the tokens of other services may call, by scope, of what is for staff and services. */
const SCOPES: Readonly<Record<ServiceScope, readonly string[]>> = {
  events: ['events'],
  entities: [],
  users: ['user', 'users'],
  support: ['user', 'users', 'endUserSessions', 'lockUser', 'unlockUser'],
};

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
const fieldsOf = (kind: 'query' | 'mutation') => {
  const type = kind === 'query' ? schema.getQueryType() : schema.getMutationType();
  return Object.values(type?.getFields() ?? {}).map((field) => ({ kind, field, name: field.name }));
};
const fields = [...fieldsOf('query'), ...fieldsOf('mutation')];
const withRights = (...rights: readonly Rights[]) =>
  fields.filter(({ name }) => rights.some((each) => RIGHTS[name] === each));
const forStaff = withRights('SUPPORT', 'SUPPORT touches', 'ADMIN');

const backEnds = {
  ...{ events: backEnd('feed', 'events'), entities: backEnd('shop', 'entities') },
  ...{ users: backEnd('crm', 'users'), support: backEnd('desk', 'support') },
} satisfies Record<ServiceScope, BackEnd>;

let service: TestService;
const people = new Map<Role, Person>();

beforeAll(async () => {
  const SERVICE_TOKENS = serviceScopes.map((scope) => backEnds[scope].setting).join(',');
  service = await startService({ env: { FIELD_RATE_LIMIT: '10000', SERVICE_TOKENS } });
  for (const role of ['USER', 'SUPPORT', 'ADMIN'] as const) people.set(role, await somebody(service, role));
});
afterAll(() => service.close());

function person(role: Role): Person {
  const found = people.get(role);
  if (!found) throw new Error(`There is nobody with the role ${role}.`);
  return found;
}

type Callable = (typeof fields)[number];

/** Calls a field with what it needs at least, about an account. */
async function code(
  { kind, field }: Callable,
  on: Person,
  by?: Pick<Person, 'accessToken'>,
): Promise<string | undefined> {
  const needed = field.args.filter(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined);
  const declared = needed.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const given = needed.map(({ name }) => `${name}: $${name}`).join(', ');
  const query = `${kind} ${declared && `(${declared})`} { ${field.name}${given && `(${given})`}${selectionOf(field)} }`;
  const variables = Object.fromEntries(needed.map(({ name, type }) => [name, exampleOf(type, name, on)]));
  return errorCode(await service.graphql(query, variables, by ? { token: by.accessToken } : {}));
}

function selectionOf({ type }: GraphQLField<unknown, unknown>): string {
  return isCompositeType(getNamedType(type)) ? ' { __typename }' : '';
}

function exampleOf(type: GraphQLInputType, name: string, on: Person): unknown {
  const named = getNamedType(type);
  if (isListType(isNonNullType(type) ? type.ofType : type)) return [];
  if (isEnumType(named)) return named.getValues()[0]?.name;
  if (isInputObjectType(named)) {
    const required = Object.values(named.getFields()).filter(
      (each) => isNonNullType(each.type) && each.defaultValue === undefined,
    );
    return Object.fromEntries(required.map((each) => [each.name, exampleOf(each.type, each.name, on)]));
  }
  const known: Readonly<Record<string, string>> = { id: on.id, phoneNumber: on.phoneNumber };
  const byType: Readonly<Record<string, unknown>> = {
    Int: 1,
    Float: 1,
    Boolean: true,
    DateTime: '2026-12-31T00:00:00Z',
  };
  return byType[named.name] ?? known[name] ?? 'x';
}

test('every field says whom it is for', () => {
  expect(fields.map(({ name }) => name).filter((name) => RIGHTS[name] === undefined)).toEqual([]);
  expect(forStaff.length).toBeGreaterThan(8);
});

describe.each(forStaff)('$name', (callable) => {
  test('is refused to whoever is not signed in, and to a plain user', async () => {
    expect(await code(callable, person('USER'))).toBe('UNAUTHENTICATED');
    expect(await code(callable, person('USER'), person('USER'))).toBe('FORBIDDEN');
    expect(await code(callable, person('ADMIN'), person('USER'))).toBe('FORBIDDEN');
  });
});

test.each(withRights('ADMIN'))(
  '$name is refused to somebody with the role SUPPORT, whoever it is about',
  async (callable) => {
    for (const role of ['USER', 'SUPPORT', 'ADMIN'] as const)
      expect(await code(callable, person(role), person('SUPPORT'))).toBe('FORBIDDEN');
  },
);

test.each(withRights('SUPPORT touches'))(
  '$name is refused to SUPPORT about an account with a role',
  async (callable) => {
    const colleague = await somebody(service, 'SUPPORT');
    for (const on of [person('ADMIN'), person('SUPPORT'), colleague])
      expect(await code(callable, on, person('SUPPORT'))).toBe('FORBIDDEN');
    expect(await code(callable, await somebody(service), person('SUPPORT'))).toBeUndefined();
  },
);

test.each(withRights('SUPPORT'))('$name is for SUPPORT', async (callable) => {
  expect(await code(callable, person('USER'), person('SUPPORT'))).toBeUndefined();
});

describe.each(serviceScopes)('a service token with the scope %s', (scope) => {
  const by = { accessToken: backEnds[scope].token };

  test.each([...forStaff, ...withRights('a service')])('may call $name, or not', async (callable) => {
    const answer = await code(callable, await somebody(service), by);
    expect(answer).toBe(SCOPES[scope].includes(callable.name) ? undefined : 'FORBIDDEN');
  });

  test.each(withRights('signed in'))('is nobody who is signed in: $name', async (callable) => {
    expect(await code(callable, person('USER'), by)).toBe('UNAUTHENTICATED');
  });
});

test.each(withRights('signed in'))('$name does to nobody but the caller what it does', async ({ field }) => {
  // None of them names an account.
  const names = field.args.flatMap(({ name, type }) => {
    const named = getNamedType(type);
    return isInputObjectType(named) ? Object.keys(named.getFields()) : [name];
  });
  expect(names.filter((name) => /^(user|userId)$/.test(name))).toEqual([]);
});

test('after every one of these calls the administrator is as before', async () => {
  const { accessToken, id } = person('ADMIN');
  const { body } = await service.graphql('{ me { id role sessions { id } } }', {}, { token: accessToken });
  expect(body.data.me).toMatchObject({ id, role: 'ADMIN', sessions: [{}] });
});
