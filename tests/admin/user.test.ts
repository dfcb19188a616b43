import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { userTable } from '../../src/users/user.table.js';
import { signIn } from '../support/operations/operations.js';
import { isBehindTheAnswer } from '../support/postgres/behind-the-answer.js';
import { PostgresProxy } from '../support/postgres/postgres-proxy.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { startCountedService } from '../support/postgres/counted-service.js';
import type { TestService } from '../support/service.js';
import { DAY } from '../support/sleepers.js';
import { type Staff, signInAs } from '../support/operations/staff.js';
import { insertUsers } from '../support/operations/user-lists.js';

/** What administrators see of one account, and that nobody else sees it. */

let database: TestDatabase;
let proxy: PostgresProxy;
let service: TestService;
let admin: Staff;
let support: Staff;
let plain: Staff;

beforeAll(async () => {
  database = await openTestDatabase();
  proxy = await PostgresProxy.start(database.url, isBehindTheAnswer);
  service = await startCountedService({ database, databaseUrl: proxy.url });
  admin = await signInAs(service, 'ADMIN', '+9779801300001');
  support = await signInAs(service, 'SUPPORT', '+9779801300002');
  plain = await signInAs(service, 'USER', '+9779801300003');
});
afterAll(async () => {
  await service.close();
  await proxy.close();
  await database.close();
});

const ACCOUNT = `id phoneNumber externalId lastUsedAt lock { reason lockedAt until } role
  devices { id firstSignedInAt lastSignedInAt userAgent } sessions { id current userAgent }`;
const userById = async (id: string, token?: string) => {
  const options = token === undefined ? {} : { token };
  return (await service.graphql(`query ($id: ID!) { user(id: $id) { ${ACCOUNT} } }`, { id }, options)).body;
};
const me = async (token: string) => (await service.graphql(`{ me { ${ACCOUNT} } }`, {}, { token })).body.data.me;

describe('a stranger and a plain user reach nobody', () => {
  const QUESTIONS = [
    'query ($id: ID!) { user(id: $id) { id } }',
    'query ($id: ID!) { found: user(id: $id) { sessions { id } devices { id } lock { reason } } }',
    'query ($text: String) { users(search: $text) { edges { node { id } } } }',
    'query ($text: String) { users(search: $text, first: 1, orderBy: LAST_USED_AT_ASC) { pageInfo { endCursor } } }',
  ];

  const variablesOf = (question: string, id: string) => (question.includes('$id') ? { id } : { text: id });

  test.each(QUESTIONS)('by %s', async (question) => {
    for (const id of [admin.id, plain.id]) {
      const signedOut = await service.graphql(question, variablesOf(question, id));
      expect(signedOut.body.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
      const signedIn = await service.graphql(question, variablesOf(question, id), { token: plain.token });
      expect(signedIn.body.errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
      for (const { body } of [signedOut, signedIn]) expect(Object.values(body.data ?? {}).filter(Boolean)).toEqual([]);
    }
  });

  test('nor does whoever has lost the role since the token was made', async () => {
    const former = await signInAs(service, 'ADMIN', '+9779801300004');
    await service.db.update(userTable).set({ role: 'USER' }).where(eq(userTable.id, former.id));
    expect((await userById(plain.id, former.token)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

test('an administrator and somebody who helps users see sessions and devices of others, and which session is their own', async () => {
  service.clock.advance(60);
  await signIn(service, plain.phoneNumber);
  for (const { token, id } of [admin, support]) {
    const { user } = (await userById(plain.id, token)).data;
    expect(user).toMatchObject({ id: plain.id, phoneNumber: plain.phoneNumber, role: 'USER' });
    expect(user.sessions).toHaveLength(2);
    expect(user.sessions.map(({ current }: { current: boolean }) => current)).toEqual([false, false]);
    expect(user.devices).toHaveLength(2);
    expect(user.devices[0]).toMatchObject({ userAgent: 'node', firstSignedInAt: expect.any(String) });
    const own = (await userById(id, token)).data.user;
    expect(own.sessions.map(({ current }: { current: boolean }) => current)).toEqual([true]);
  }
});

test.each(['', 'no id', '0197b3a0-0000-7000-8000-000000000000'])('nobody has the id "%s"', async (id) => {
  expect(await userById(id, support.token)).toEqual({ data: { user: null } });
});

test('a user sees their own devices and the id of the old system, and no lock', async () => {
  await service.db
    .update(userTable)
    .set({ externalId: 'old-7', lockedAt: service.clock.now(), lockReason: 'fraud?' })
    .where(eq(userTable.id, plain.id));
  const { user } = (await userById(plain.id, support.token)).data;
  expect(user.lock).toEqual({ reason: 'fraud?', lockedAt: service.clock.now().toISOString(), until: null });
  expect(user.externalId).toBe('old-7');
  await service.db.update(userTable).set({ lockedUntil: service.clock.now() }).where(eq(userTable.id, plain.id));
  expect((await userById(plain.id, support.token)).data.user.lock).toBeNull();
  const own = await me(plain.token);
  expect(own).toMatchObject({ externalId: 'old-7', lock: null });
  expect(own.devices.length).toBeGreaterThan(0);
  expect((await me(support.token)).lock).toBeNull();
});

test('a lock that holds is told to those with a role only', async () => {
  const until = new Date(service.clock.now().getTime() + DAY * 1000);
  const lock = { lockedAt: service.clock.now(), lockReason: 'fraud?', lockedUntil: until };
  const answer = await service.graphql('{ me { lock { reason } } }', {}, { token: plain.token });
  await service.db.update(userTable).set(lock).where(eq(userTable.id, plain.id));
  expect(answer.body.data.me).toEqual({ lock: null });
  const { user } = (await userById(plain.id, admin.token)).data;
  expect(user.lock).toMatchObject({ reason: 'fraud?', until: until.toISOString() });
});

test('devices that were forgotten are not among them', async () => {
  const { user, tokens } = await signIn(service, '+9779801300005');
  await service.db.update(userTable).set({ sessionEpoch: 2 }).where(eq(userTable.id, user.id));
  const seen = (await userById(user.id, support.token)).data.user;
  expect(seen).toMatchObject({ devices: [], sessions: [] });
  expect(await service.graphql('{ me { id } }', {}, { token: tokens.accessToken })).toMatchObject({
    body: { data: { me: null } },
  });
});

test('a hundred users cost the database as much as ten', async () => {
  await insertUsers(
    service,
    Array.from({ length: 100 }, (_, n) => ({ firstName: `Counted ${n}` })),
  );
  const QUERY = `query ($first: Int!) { users(search: "counted", first: $first) { edges { node {
    id location { id } lock { reason } sessions { id } devices { id } } } } }`;
  const costOf = async (first: number) => {
    while (!proxy.wire.quiet) await new Promise(setImmediate);
    proxy.wire.reset();
    const { body } = await service.graphql(QUERY, { first }, { token: support.token });
    while (!proxy.wire.quiet) await new Promise(setImmediate);
    expect(body.data.users.edges).toHaveLength(first);
    const { statements, roundTrips } = proxy.wire.count;
    return { statements, roundTrips };
  };
  // Who asks, the list, and sessions beside devices.
  for (let warm = 0; warm < 2; warm += 1) await costOf(5);
  expect(await costOf(10)).toMatchObject({ statements: 4 });
  expect(await costOf(100)).toMatchObject({ statements: 4 });
});
