import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { updateProfile } from '../support/operations/account-operations.js';
import { giveEmail } from '../support/operations/email-operations.js';
import { form } from '../support/operations/operations.js';
import { errorCode, isSignedIn, login, registered } from '../support/operations/session-operations.js';
import { act, actsOn, callAct, somebody } from '../support/operations/staff-acts.js';
import { startService, type TestService } from '../support/service.js';
import { backEnd } from '../support/subgraph/entities.js';

/** A back end finds people and helps them with its service token, and what it may not do with it. */

const PASSWORD = 'SecurePassword123!';
const [crm, desk, feed] = [backEnd('crm', 'users'), backEnd('desk', 'support'), backEnd('feed', 'events')];
const USERS = `query ($search: String) {
  users(search: $search) { edges { node { id phoneNumber email lock { reason } sessions { id current } devices { id } passkeys { id } } } }
}`;

let service: TestService;
beforeAll(async () => {
  const SERVICE_TOKENS = [crm, desk, feed].map(({ setting }) => setting).join(',');
  service = await startService({ env: { SERVICE_TOKENS, FIELD_RATE_LIMIT: '10000' } });
});
afterAll(() => service.close());

async function found(token: string, search: string) {
  const { body } = await service.graphql(USERS, { search }, { token });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data.users.edges.map(({ node }: { node: object }) => node);
}

const lockedBy = (token: string, id: string) =>
  act(service, token, { act: 'lockUser', input: { id, reason: 'charged back' } });

describe('a back end with the scope users', () => {
  test('finds a person by number, and reads the account with its lock and sessions, none of which is its own', async () => {
    const user = await somebody(service);
    await lockedBy(desk.token, user.id);
    await act(service, desk.token, { act: 'unlockUser', input: user.id });
    await login(service, { identifier: user.username, password: PASSWORD });
    const [one, ...others] = await found(crm.token, user.phoneNumber);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ id: user.id, phoneNumber: user.phoneNumber, lock: null });
    expect(one.sessions).toEqual([{ id: expect.any(String), current: false }]);

    await lockedBy(desk.token, user.id);
    expect(await found(crm.token, user.phoneNumber)).toMatchObject([
      { lock: { reason: 'charged back' }, sessions: [] },
    ]);
    const query = 'query ($id: ID!) { user(id: $id) { id lock { reason } } }';
    const { body } = await service.graphql(query, { id: user.id }, { token: crm.token });
    expect(body.data.user).toEqual({ id: user.id, lock: { reason: 'charged back' } });
  });

  test('acts on nobody', async () => {
    const { id, accessToken } = await somebody(service);
    for (const name of ['unlockUser', 'endUserSessions'] as const)
      expect(errorCode(await callAct(service, crm.token, { act: name, input: id }))).toBe('FORBIDDEN');
    const locking = { act: 'lockUser', input: { id, reason: 'x' } } as const;
    expect(errorCode(await callAct(service, crm.token, locking))).toBe('FORBIDDEN');
    expect(await isSignedIn(service, accessToken)).toBe(true);
  });
});

describe('a program that looks somebody up', () => {
  const FOUND = 'query ($filter: UserFilter) { users(filter: $filter) { edges { node { id } } } }';
  const idsBy = async (filter: object) => {
    const { body } = await service.graphql(FOUND, { filter }, { token: crm.token });
    return body.data.users.edges.map(({ node }: { node: { id: string } }) => node.id);
  };

  test('gets the one who verified the number, and never a stranger who took it as a name', async () => {
    const owner = await somebody(service);
    const stranger = await somebody(service);
    const email = 'looked.up@example.com';
    await giveEmail(service, email, owner.accessToken);
    await updateProfile(service, stranger.accessToken, { firstName: owner.phoneNumber, lastName: email });
    expect(await found(crm.token, owner.phoneNumber)).toHaveLength(2);
    expect(await idsBy({ phoneNumber: owner.phoneNumber })).toEqual([owner.id]);
    expect(await idsBy({ phoneNumber: owner.phoneNumber.replace('+', '00') })).toEqual([owner.id]);
    expect(await idsBy({ email: 'Looked.Up@Example.com' })).toEqual([owner.id]);
    expect(await idsBy({ phoneNumber: owner.phoneNumber, email })).toEqual([owner.id]);
    expect(await idsBy({ phoneNumber: stranger.phoneNumber, email })).toEqual([]);
    expect(await idsBy({ phoneNumber: owner.phoneNumber, locked: true })).toEqual([]);
  });

  test('gets nobody by a number or an address that was only typed into a form', async () => {
    const phoneNumber = '+9779802299001';
    const input = form({ phoneNumber, email: 'typed.only@example.com', username: 'typed.only' });
    await registered(service, input);
    expect(await found(crm.token, phoneNumber)).toHaveLength(1);
    expect(await idsBy({ phoneNumber })).toEqual([]);
    expect(await idsBy({ email: 'typed.only@example.com' })).toEqual([]);
  });

  test('gets nobody by nothing, and by what no account can have', async () => {
    for (const text of ['', ' ', 'asha', '+977', 'x'.repeat(10_000), '\0']) {
      expect(await idsBy({ phoneNumber: text })).toEqual([]);
      expect(await idsBy({ email: text })).toEqual([]);
      expect(await idsBy({ externalId: text })).toEqual([]);
    }
  });

  test('gets an imported account by its id of before', async () => {
    const { id } = await somebody(service);
    await service.db.execute(sql`UPDATE users SET external_id = 'legacy-77' WHERE id = ${id}`);
    expect(await idsBy({ externalId: 'legacy-77' })).toEqual([id]);
    expect(await idsBy({ externalId: 'legacy-7' })).toEqual([]);
    await service.db.execute(sql`UPDATE users SET external_id = 'x2' WHERE id = ${id}`);
    expect(await idsBy({ externalId: 'x²' })).toEqual([]);
    expect(await idsBy({ externalId: ' x2 ' })).toEqual([id]);
  });
});

describe('a back end with the scope support', () => {
  test('locks, unlocks and signs out a user, and the audit trail names the service', async () => {
    const user = await somebody(service);
    expect(await lockedBy(desk.token, user.id)).toMatchObject({ __typename: 'LockUserSuccess', endedSessions: 1 });
    expect(await isSignedIn(service, user.accessToken)).toBe(false);
    const lifted = await act(service, desk.token, { act: 'unlockUser', input: user.id });
    expect(lifted).toMatchObject({ __typename: 'UnlockUserSuccess', user: { id: user.id } });
    await login(service, { identifier: user.username, password: PASSWORD });
    const ended = await act(service, desk.token, { act: 'endUserSessions', input: user.id });
    expect(ended).toEqual({ __typename: 'EndUserSessionsSuccess', endedSessions: 1 });

    const by = {
      actorKind: 'SERVICE_TOKEN',
      actorName: 'desk',
      actorId: null,
      sessionId: null,
      ipAddress: '127.0.0.1',
    };
    const events = await actsOn(service, user.id);
    const kinds = events.map(({ kind }) => kind).sort();
    expect(kinds).toEqual(['sessions_ended', 'sessions_ended', 'user_locked', 'user_unlocked']);
    for (const event of events) expect(event).toMatchObject(by);
    const admin = await somebody(service, 'ADMIN');
    const query = `query ($id: ID!) {
      auditEvents(filter: { userId: $id }) { edges { node { kind actorKind actorName actorId actor { id } } } }
    }`;
    const { body } = await service.graphql(query, { id: user.id }, { token: admin.accessToken });
    expect(body.data.auditEvents.edges.map(({ node }: { node: object }) => node)).toContainEqual({
      ...{ kind: 'USER_LOCKED', actorKind: 'SERVICE_TOKEN', actorName: 'desk', actorId: null, actor: null },
    });
  });

  test('is named in the log line of each call, and in a search of the audit trail, also when the account is gone', async () => {
    const [user, admin] = [await somebody(service), await somebody(service, 'ADMIN')];
    await lockedBy(desk.token, user.id);
    await found(crm.token, user.phoneNumber);
    const lines = service.logs.map((line) => JSON.parse(line)).filter(({ service: name }) => name !== undefined);
    expect(lines.at(-2)).toMatchObject({ service: 'desk', fields: 'lockUser', outcome: 'ok' });
    expect(lines.at(-1)).toMatchObject({ service: 'crm', fields: 'users', outcome: 'ok' });
    await act(service, admin.accessToken, { act: 'deleteUser', input: { id: user.id, reason: 'asked for it' } });
    const query = `query ($filter: AuditEventFilter) {
      auditEvents(filter: $filter, first: 2) { edges { node { kind actorName userId ipAddress requestId } } }
    }`;
    const { body } = await service.graphql(query, { filter: { actorName: 'desk' } }, { token: admin.accessToken });
    const events = body.data.auditEvents.edges.map(({ node }: { node: object }) => node);
    const by = { actorName: 'desk', userId: null, ipAddress: '127.0.0.1', requestId: expect.any(String) };
    expect(events).toEqual([expect.objectContaining(by), expect.objectContaining(by)]);
    const none = await service.graphql(query, { filter: { actorName: 'crm' } }, { token: admin.accessToken });
    expect(none.body.data.auditEvents.edges).toEqual([]);
  });

  test('touches no account with a role, which a leaked token would be used for first', async () => {
    for (const role of ['SUPPORT', 'ADMIN'] as const) {
      const { id, accessToken } = await somebody(service, role);
      await service.graphql('{ me { id } }', {}, { token: accessToken });
      for (const name of ['unlockUser', 'endUserSessions'] as const)
        expect(errorCode(await callAct(service, desk.token, { act: name, input: id }))).toBe('FORBIDDEN');
      const locking = { act: 'lockUser', input: { id, reason: 'x' } } as const;
      expect(errorCode(await callAct(service, desk.token, locking))).toBe('FORBIDDEN');
      expect(await isSignedIn(service, accessToken)).toBe(true);
    }
  });

  test('is told of an id that nobody has', async () => {
    const gone = '00000000-0000-7000-8000-000000000000';
    expect((await act(service, desk.token, { act: 'unlockUser', input: gone })).__typename).toBe('UserNotFoundError');
    expect((await lockedBy(desk.token, 'x')).__typename).toBe('UserNotFoundError');
  });
});

test('a token that was taken out of the settings, or that somebody invents, reads nothing', async () => {
  const { token } = backEnd('gone', 'support');
  expect(errorCode(await service.graphql(USERS, {}, { token }))).toBe('UNAUTHENTICATED');
  expect(errorCode(await service.graphql(USERS, {}, { token: feed.token }))).toBe('FORBIDDEN');
});
