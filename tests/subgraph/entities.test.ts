import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { userTable } from '../../src/users/user.table.js';
import { type Device, signInOn } from '../support/devices.js';
import { newUser } from '../support/events/event-steps.js';
import { isBehindTheAnswer } from '../support/postgres/behind-the-answer.js';
import { PostgresProxy } from '../support/postgres/postgres-proxy.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { startCountedService } from '../support/postgres/counted-service.js';
import type { TestService } from '../support/service.js';
import { logout } from '../support/operations/session-operations.js';
import { backEnd, entities, refusals } from '../support/subgraph/entities.js';

/** Gateways read users by id (FEDERATION=on). Strangers try to read more than is public. */

const shop = backEnd('shop', 'entities');
const crm = backEnd('crm', 'events');
const PRIVATE = [
  'phoneNumber',
  'email',
  'emailVerified',
  'hasPassword',
  'role',
  'externalId',
  'lastUsedAt',
  'updatedAt',
];

let database: TestDatabase;
let proxy: PostgresProxy;
let service: TestService;
let asha: Device;
let bina: Device;

beforeAll(async () => {
  database = await openTestDatabase();
  proxy = await PostgresProxy.start(database.url, isBehindTheAnswer);
  const env = {
    FEDERATION: 'on',
    USER_PUBLIC_FIELDS: 'firstName,location',
    SERVICE_TOKENS: `${shop.setting},${crm.setting}`,
    FIELD_RATE_LIMIT: '10000',
  };
  service = await startCountedService({ database, databaseUrl: proxy.url, env });
  asha = await signInOn(service, '+9779800055001');
  bina = await signInOn(service, '+9779800055002');
  await name(asha, { firstName: 'Asha', email: 'asha@example.com' });
  await name(bina, { firstName: 'Bina', email: 'bina@example.com' });
});
afterAll(async () => {
  await service.close();
  await proxy.close();
  await database.close();
});

async function name({ userId }: Device, values: Partial<typeof userTable.$inferInsert>): Promise<void> {
  await service.db.update(userTable).set(values).where(eq(userTable.id, userId));
}

/** What the list has, and the statements that it took. */
async function counted(...asked: Parameters<typeof entities>) {
  while (!proxy.wire.quiet) await new Promise(setImmediate);
  proxy.wire.reset();
  const answer = await entities(...asked);
  return { users: answer.body.data?._entities, errors: refusals(answer), statements: proxy.wire.count.statements };
}

describe('a hundred sellers of a page of products', () => {
  test('are read by one statement, in the order that was asked for', async () => {
    const ids = await Promise.all(Array.from({ length: 98 }, () => newUser(service.db)));
    const asked = [bina.userId, ...ids, asha.userId];
    const { users, errors, statements } = await counted(service, asked, 'id firstName');
    expect(errors).toEqual([]);
    expect(users.map(({ id }: { id: string }) => id)).toEqual(asked);
    expect([users.at(0).firstName, users.at(-1).firstName]).toEqual(['Bina', 'Asha']);
    expect(statements).toBe(1);
  });

  test('are read once each, however often they are asked for', async () => {
    const aliased = `query ($of: [_Any!]!) {
      a: _entities(representations: $of) { ... on User { firstName } }
      b: _entities(representations: $of) { ... on User { id } }
    }`;
    proxy.wire.reset();
    const { body } = await service.graphql(aliased, {
      of: [asha, asha, bina].map(({ userId: id }) => ({ __typename: 'User', id })),
    });
    expect(body.data.a).toEqual(['Asha', 'Asha', 'Bina'].map((firstName) => ({ firstName })));
    expect(body.data.b).toEqual([asha, asha, bina].map(({ userId: id }) => ({ id })));
    expect(proxy.wire.count.statements).toBe(1);
  });
});

describe('what everyone may read', () => {
  test('are the public fields, signed in or not', async () => {
    for (const options of [{}, { token: asha.accessToken }, { token: crm.token }]) {
      const { body } = await entities(service, [bina.userId], 'id firstName location { name }', options);
      expect(body).toEqual({
        data: { _entities: [{ __typename: 'User', id: bina.userId, firstName: 'Bina', location: null }] },
      });
    }
  });

  test('has nobody with an id that no account has, or that is no id', async () => {
    const { users, errors } = await counted(service, [randomUUID(), 'me', '', asha.userId.toUpperCase()], 'id');
    expect(users).toEqual([null, null, null, { __typename: 'User', id: asha.userId }]);
    expect(errors).toEqual([]);
  });

  test('has no one who has left, though the account still waits for its end', async () => {
    const gone = await signInOn(service, '+9779800055003');
    await name(gone, { firstName: 'Gita', deletionDueAt: new Date('2030-01-01T00:00:00Z') });
    expect((await counted(service, [gone.userId], 'firstName')).users).toEqual([null]);
  });
});

describe('private fields of somebody else', () => {
  test.each([...PRIVATE, 'username', 'lastName', 'createdAt'])('%s is FORBIDDEN', async (field) => {
    const { body, ...answer } = await entities(service, [bina.userId], field, { token: asha.accessToken });
    expect(refusals({ body, ...answer })).toEqual([[0, 'FORBIDDEN']]);
    expect(body.data).toEqual({ _entities: [null] });
    expect(body.errors?.[0]?.message).toContain(field);
  });

  test.each(['sessions { id ipAddress }', 'devices { id }', 'lock { reason }', 'marketplace { shopId }'])(
    '%s is FORBIDDEN, also for a back end where it is nobody’s but the user’s',
    async (field) => {
      const hidden = field.startsWith('marketplace') ? [asha] : [asha, { accessToken: shop.token }];
      for (const { accessToken: token } of hidden) {
        const answer = await entities(service, [bina.userId], field, { token });
        expect(refusals(answer)).toEqual([[0, 'FORBIDDEN']]);
        expect(answer.body.data).toEqual({ _entities: [null] });
      }
    },
  );

  test('null the entity of that user, and the others of the list stay', async () => {
    const { users, errors, statements } = await counted(
      service,
      [bina.userId, asha.userId, randomUUID()],
      'firstName email',
      { token: asha.accessToken },
    );
    expect(users).toEqual([null, { __typename: 'User', firstName: 'Asha', email: 'asha@example.com' }, null]);
    // Nobody learns which ids there are.
    expect(errors).toEqual([
      [0, 'FORBIDDEN'],
      [2, 'FORBIDDEN'],
    ]);
    expect(statements).toBe(1);
  });

  test('of hundreds of users: ten errors, and the last one says how many users more are refused', async () => {
    const ids = [asha.userId, ...Array.from({ length: 99 }, () => randomUUID())];
    const { body, ...answer } = await entities(service, ids, 'email', { token: asha.accessToken });
    expect(body.data._entities).toEqual([{ __typename: 'User', email: 'asha@example.com' }, ...Array(99).fill(null)]);
    const places = Array.from({ length: 10 }, (_, index) => [index + 1, 'FORBIDDEN']);
    expect(refusals({ body, ...answer })).toEqual(places);
    const told = body.errors?.map(({ message }) => message.includes('89 more users'));
    expect(told).toEqual([...Array(9).fill(false), true]);
    const ten = await entities(service, ids.slice(0, 11), 'email', { token: asha.accessToken });
    expect(refusals(ten)).toEqual(places);
    expect(JSON.stringify(ten.body)).not.toContain('more users');
  });

  test('come by no detour: aliases, fragments, inner fragments, conditions', async () => {
    const wrapped = [
      'firstName: email',
      '... { email }',
      '... on User { ... { e: email } }',
      'email @include(if: true)',
      'email @skip(if: $no)',
    ];
    for (const selection of wrapped) {
      const query = `query ($of: [_Any!]!, $no: Boolean! = false) {
        __typename @skip(if: $no)
        _entities(representations: $of) { ...Inner }
      } fragment Inner on User { ${selection} }`;
      const of = [{ __typename: 'User', id: bina.userId }];
      const answer = await service.graphql(query, { of }, { token: asha.accessToken });
      expect([selection, refusals(answer)]).toEqual([selection, [[0, 'FORBIDDEN']]]);
      expect(JSON.stringify(answer.body)).not.toContain('bina@');
    }
  });

  test('that a condition leaves out are not asked for', async () => {
    const { body } = await entities(service, [bina.userId], 'firstName email @include(if: false)');
    expect(body.data._entities).toEqual([{ __typename: 'User', firstName: 'Bina' }]);
  });

  test('ask whoever is not signed in to sign in, without a look at the database', async () => {
    for (const options of [{}, { token: 'e30.e30.forged' }]) {
      const { users, errors, statements } = await counted(service, [asha.userId], 'email', options);
      expect([users, errors, statements]).toEqual([[null], [[0, 'UNAUTHENTICATED']], 0]);
    }
  });

  test('are over with the session', async () => {
    const left = await signInOn(service, '+9779800055001');
    const { body } = await entities(service, [asha.userId], 'email', { token: left.accessToken });
    expect(body.data._entities[0].email).toBe('asha@example.com');
    await logout(service, { accessToken: left.accessToken });
    const after = await entities(service, [asha.userId], 'email', { token: left.accessToken });
    expect(refusals(after)).toEqual([[0, 'UNAUTHENTICATED']]);
  });

  test('are no more for a role: administrators have fields of their own', async () => {
    const admin = await signInOn(service, '+9779800055004');
    await name(admin, { role: 'ADMIN' });
    const answer = await entities(service, [bina.userId], 'email lock { reason }', { token: admin.accessToken });
    expect(refusals(answer)).toEqual([[0, 'FORBIDDEN']]);
  });
});

test('a user reads everything of its own, as with `me`', async () => {
  const fields = `id ${PRIVATE.join(' ')} sessions { id current ipAddress } devices { id } marketplace { id hasAccess } lock { reason }`;
  const { body } = await entities(service, [asha.userId], fields, { token: asha.accessToken });
  const { body: own } = await service.graphql(`{ me { __typename ${fields} } }`, {}, { token: asha.accessToken });
  expect(body.errors).toBeUndefined();
  expect(body.data._entities).toEqual([own.data.me]);
  expect(own.data.me.sessions).toContainEqual(expect.objectContaining({ id: asha.sessionId, current: true }));
});

describe('a back end with a service token', () => {
  test('reads private fields of all users by one statement', async () => {
    const fields = `firstName ${PRIVATE.join(' ')} createdAt marketplace { shopId }`;
    const { users, errors, statements } = await counted(service, [asha.userId, bina.userId], fields, shop);
    expect([errors, statements]).toEqual([[], 1]);
    expect(users.map(({ email }: { email: string }) => email)).toEqual(['asha@example.com', 'bina@example.com']);
    expect(users[0]).toMatchObject({ phoneNumber: '+9779800055001', role: 'USER', hasPassword: false });
  });

  test('also reads those who have left, until they are deleted', async () => {
    const gone = await signInOn(service, '+9779800055005');
    await name(gone, { deletionDueAt: new Date('2030-01-01T00:00:00Z') });
    expect((await counted(service, [gone.userId], 'phoneNumber', shop)).users).toEqual([
      { __typename: 'User', phoneNumber: '+9779800055005' },
    ]);
  });

  test('that may read events reads no users', async () => {
    const answer = await entities(service, [asha.userId], 'email', { token: crm.token });
    expect(refusals(answer)).toEqual([[0, 'FORBIDDEN']]);
  });

  test('that may read users reads no events', async () => {
    const { body } = await service.graphql('{ events { edges { cursor } } }', {}, { token: shop.token });
    expect(body.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('what a gateway sends wrong', () => {
  const ask = (representations: unknown) =>
    service.graphql('query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }', {
      of: representations,
    });

  test.each([
    ['must have "__typename": "User".', { __typename: 'Session', id: randomUUID() }],
    ['must have an "id", as in User.id.', { __typename: 'User', phoneNumber: '+9779800055001' }],
    ['must have "__typename": "User".', { id: randomUUID() }],
  ])('one that %s: the list is refused by one error', async (problem, malformed) => {
    const good = { __typename: 'User', id: asha.userId, name: 'more than the key' };
    expect((await ask([good])).body.data._entities).toEqual([{ __typename: 'User' }]);
    const { body } = await ask([good, malformed, malformed]);
    expect(body.data).toBeNull();
    expect(body.errors?.map(({ message, extensions }) => [message, extensions.code])).toEqual([
      [`Argument "representations.1" ${problem}`, 'BAD_USER_INPUT'],
    ]);
  });

  test.each([['a text'], [5], [[[]]], [null]])('%j is no representation, and is not repeated', async (value) => {
    const { body } = await ask([value]);
    expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(body.errors?.[0]?.message).not.toContain('a text');
  });

  test.each([
    ['that say nothing', {}, 2_000],
    ['that are no objects', 5, 15_000],
    ['of a user whose email is private', { __typename: 'User', id: randomUUID() }, 20_000],
  ])('500 representations %s, asked for three times: the answer stays small', async (_what, representation, bytes) => {
    const lists = ['a', 'b', 'c'].map((name) => `${name}: _entities(representations: $of) { ... on User { email } }`);
    const of = Array.from({ length: 500 }, () => representation);
    const { body } = await service.graphql(`query ($of: [_Any!]!) { ${lists.join(' ')} }`, { of });
    expect(body.errors?.length).toBeGreaterThan(0);
    expect(JSON.stringify(body).length).toBeLessThan(bytes);
  });

  test('more than 500 are refused, and so is a list that would be too large with its fields', async () => {
    const ids = (count: number) => Array.from({ length: count }, () => asha.userId);
    expect((await entities(service, ids(500), 'id')).body.errors).toBeUndefined();
    const { body } = await entities(service, ids(501), 'id');
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'DOCUMENT_LIMIT_EXCEEDED', limit: 'ENTITIES' });
    const wide = await entities(service, ids(500), 'id firstName location { id name }');
    expect(wide.body.errors?.[0]?.extensions).toMatchObject({ code: 'DOCUMENT_LIMIT_EXCEEDED', limit: 'COST' });
  });

  test('six lists in one request are too many', async () => {
    const lists = Array.from({ length: 6 }, (_, i) => `a${i}: _entities(representations: []) { __typename }`);
    const { body } = await service.graphql(`{ ${lists.join(' ')} }`);
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'DOCUMENT_LIMIT_EXCEEDED', limit: 'QUERY_FIELDS' });
  });
});
