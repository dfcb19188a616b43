import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callDeleteAccount } from '../support/operations/leaving-operations.js';
import { signInOn } from '../support/devices.js';
import { problemsOf } from '../support/operations/operations.js';
import { eventsOf, wantEvents } from '../support/events/event-steps.js';
import { overtaken } from '../support/overtaken.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { errorCode, isSignedIn, login, logout, refresh } from '../support/operations/session-operations.js';
import { livingSessions, setRole, showCode, userRow } from '../support/sleepers.js';
import {
  type Act,
  act,
  actsOn,
  callAct,
  type Person,
  somebody,
  withoutAdministrators,
} from '../support/operations/staff-acts.js';

const PASSWORD = 'SecurePassword123!';
const NOBODY = '00000000-0000-7000-8000-000000000000';
const REASON = 'sells stolen phones';

let service: TestService;
beforeAll(async () => {
  service = await startService({ env: { ...MANY_TEXTS, NOTICES: 'text' } });
});
beforeEach(() => service.clock.advance(60));
afterAll(() => service.close());

describe('a lock', () => {
  test('ends all sessions at once, and whoever shows a right proof is told until when', async () => {
    const [support, user] = [await somebody(service, 'SUPPORT'), await somebody(service)];
    await login(service, { identifier: user.username, password: PASSWORD });
    const until = new Date(service.clock.now().getTime() + 3_600_000);
    const input = { id: user.id, reason: ` ${REASON}\n`, until };
    const locked = await act(service, support.accessToken, { act: 'lockUser', input });
    expect(locked).toMatchObject({ __typename: 'LockUserSuccess', endedSessions: 2, user: { id: user.id } });
    expect(await isSignedIn(service, user.accessToken)).toBe(false);
    expect((await refresh(service, user.refreshToken)).__typename).toBe('InvalidTokenError');
    const told = { __typename: 'AccountDisabledError', until: until.toISOString() };
    expect(await login(service, { identifier: user.username, password: PASSWORD })).toMatchObject(told);
    expect(await showCode(service, user.phoneNumber, { deviceToken: user.deviceToken })).toMatchObject(told);

    const [event] = (await actsOn(service, user.id)).filter(({ kind }) => kind === 'user_locked');
    expect(event).toMatchObject({
      ...{ actorKind: 'ADMINISTRATOR', actorId: support.id, ipAddress: '127.0.0.1' },
      details: { reason: REASON, until: until.toISOString() },
    });
    expect(event?.sessionId).not.toBeNull();
    expect(event?.requestId).not.toBeNull();
  });

  test('is lifted, and the account opens again', async () => {
    const [support, user] = [await somebody(service, 'SUPPORT'), await somebody(service)];
    await act(service, support.accessToken, { act: 'lockUser', input: { id: user.id, reason: REASON } });
    const lifted = await act(service, support.accessToken, { act: 'unlockUser', input: user.id });
    expect(lifted).toMatchObject({ __typename: 'UnlockUserSuccess', user: { id: user.id } });
    expect(await showCode(service, user.phoneNumber)).toMatchObject({ user: { id: user.id } });
    const kinds = (await actsOn(service, user.id)).map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(['sessions_ended', 'user_locked', 'user_unlocked']);
  });

  test('needs a reason of 1 to 500 characters, and an end that is to come', async () => {
    const [admin, user] = [await somebody(service, 'ADMIN'), await somebody(service)];
    const tried = async (input: object) =>
      problemsOf(await act(service, admin.accessToken, { act: 'lockUser', input: { id: user.id, ...input } }));
    expect(await tried({ reason: ' \n' })).toHaveProperty('reason');
    expect(await tried({ reason: 'x'.repeat(501) })).toHaveProperty('reason');
    expect(await tried({ reason: REASON, until: service.clock.now() })).toHaveProperty('until');
    const longest = { id: user.id, reason: 'x'.repeat(500) };
    expect((await act(service, admin.accessToken, { act: 'lockUser', input: longest })).__typename).toBe(
      'LockUserSuccess',
    );
  });
});

test('a user who is signed out everywhere is known on no device', async () => {
  const [support, user] = [await somebody(service, 'SUPPORT'), await somebody(service)];
  const ended = await act(service, support.accessToken, { act: 'endUserSessions', input: user.id });
  expect(ended).toEqual({ __typename: 'EndUserSessionsSuccess', endedSessions: 1 });
  expect(await isSignedIn(service, user.accessToken)).toBe(false);
  const rows = await service.db.execute(sql`SELECT 1 FROM devices WHERE user_id = ${user.id}`);
  expect(rows).toHaveLength(0);
  expect(await actsOn(service, user.id)).toMatchObject([{ kind: 'sessions_ended', details: { sessions: 1 } }]);
});

describe('a change of an account', () => {
  test('changes what is given, clears what is null, and leaves the rest', async () => {
    const [admin, user] = [await somebody(service, 'ADMIN'), await somebody(service)];
    const marketplace = { hasAccess: true, businessType: ' Grocer ', shopId: 'shop-7' };
    const input = { id: user.id, firstName: ' Asha ', lastName: null, locale: 'ne', marketplace };
    const answer = await act(service, admin.accessToken, { act: 'updateUser', input });
    expect(answer).toMatchObject({
      user: {
        ...{ firstName: 'Asha', lastName: null, username: user.username, locale: 'ne', role: 'USER' },
        marketplace: { hasAccess: true, businessType: 'Grocer', shopId: 'shop-7', b2bVerified: false },
      },
    });
    expect(await isSignedIn(service, user.accessToken)).toBe(true);
    const [event] = await actsOn(service, user.id);
    expect(event).toMatchObject({ kind: 'user_updated', actorId: admin.id });
    const fields = ['firstName', 'lastName', 'locale'];
    const rights = ['marketplace.hasAccess', 'marketplace.businessType', 'marketplace.shopId'];
    expect(event?.details).toEqual({ fields: [...fields, ...rights] });
  });

  test('follows the rules of updateProfile, and names the fields inside the input', async () => {
    const [admin, user] = [await somebody(service, 'ADMIN'), await somebody(service)];
    const marketplace = { hasAccess: null, businessType: ' ', shopId: 'x'.repeat(151) };
    const input = { id: user.id, firstName: '', username: 'a b', locale: '?', role: null, marketplace };
    const fields = Object.keys(problemsOf(await act(service, admin.accessToken, { act: 'updateUser', input })));
    expect(fields.sort()).toEqual([
      'firstName',
      'locale',
      'marketplace.businessType',
      'marketplace.hasAccess',
      'marketplace.shopId',
      'role',
      'username',
    ]);
    const taken = { id: user.id, username: admin.username.toUpperCase(), locationId: 99_999_999 };
    const problems = problemsOf(await act(service, admin.accessToken, { act: 'updateUser', input: taken }));
    expect(Object.keys(problems).sort()).toEqual(['locationId', 'username']);
  });

  test('is written down also where it changes nothing', async () => {
    const [admin, user] = [await somebody(service, 'ADMIN'), await somebody(service)];
    const before = (await userRow(service, user.id))?.updatedAt;
    service.clock.advance(60);
    await act(service, admin.accessToken, { act: 'updateUser', input: { id: user.id, username: user.username } });
    await act(service, admin.accessToken, { act: 'unlockUser', input: user.id });
    expect(await actsOn(service, user.id)).toMatchObject([
      { kind: 'user_updated', details: { fields: [] } },
      { kind: 'user_unlocked', details: { wasLocked: false } },
    ]);
    expect((await userRow(service, user.id))?.updatedAt).toEqual(before);
  });
});

describe('other services hear', () => {
  async function heard(user: Person, acts: readonly (readonly [Act, object | string])[]) {
    const support = await somebody(service, 'SUPPORT');
    await wantEvents(service.db);
    for (const [name, input] of acts) {
      service.clock.advance(1);
      await act(service, support.accessToken, { act: name, input });
    }
    const events = await eventsOf(service.db, user.id);
    await service.db.execute(sql`UPDATE event_stream SET wanted_until = now() - interval '1 s'`);
    return { kinds: events.map(({ kind }) => kind), times: events.map(({ at }) => at.getTime()) };
  }

  test('of a lock, of sessions only where some ended, and of an unlock only where there was a lock', async () => {
    const user = await somebody(service);
    const lock = ['lockUser', { id: user.id, reason: REASON }] as const;
    const unlock = ['unlockUser', user.id] as const;
    const { kinds, times } = await heard(user, [lock, lock, unlock, unlock, ['endUserSessions', user.id]]);
    expect(kinds).toEqual(['session.ended', 'user.locked', 'user.locked', 'user.updated']);
    const last = service.clock.now().getTime();
    expect(times).toEqual([last - 4_000, last - 4_000, last - 3_000, last - 2_000]);
  });

  test('of sessions that staff ends, whatever has changed the account meanwhile, and not of one that its owner had ended', async () => {
    const user = await somebody(service);
    await service.db.execute(sql`UPDATE users SET updated_at = updated_at + interval '1 hour' WHERE id = ${user.id}`);
    expect((await heard(user, [['endUserSessions', user.id]])).kinds).toEqual(['session.ended']);
    const { tokens } = await login(service, { identifier: user.username, password: PASSWORD });
    await logout(service, { refreshToken: tokens.refreshToken });
    const before = (await eventsOf(service.db, user.id)).length;
    expect((await heard(user, [['endUserSessions', user.id]])).kinds).toHaveLength(before);
  });

  test('nothing of sessions that expired or had ended before a lock', async () => {
    const user = await somebody(service);
    await login(service, { identifier: user.username, password: PASSWORD });
    await logout(service, { accessToken: user.accessToken });
    await service.db.execute(
      sql`UPDATE sessions SET expires_at = ${service.clock.now().toISOString()} WHERE user_id = ${user.id}`,
    );
    const { kinds } = await heard(user, [['lockUser', { id: user.id, reason: REASON }]]);
    expect(kinds).toEqual(['user.locked']);
  });
});

describe('a role', () => {
  test('ends the sessions, and the new administrator begins with two proofs', async () => {
    const [admin, user] = [await somebody(service, 'ADMIN'), await somebody(service)];
    const input = { id: user.id, role: 'SUPPORT' };
    const answer = await act(service, admin.accessToken, { act: 'updateUser', input });
    expect(answer).toMatchObject({ __typename: 'UpdateUserSuccess', user: { role: 'SUPPORT' } });
    expect(await isSignedIn(service, user.accessToken)).toBe(false);
    const { deviceToken } = user;
    const one = await showCode(service, user.phoneNumber, { deviceToken });
    expect(one).toMatchObject({ __typename: 'FurtherProofRequiredError', methods: ['PASSWORD'] });
    const [event] = (await actsOn(service, user.id)).filter(({ kind }) => kind === 'role_changed');
    expect(event?.details).toEqual({ from: 'USER', to: 'SUPPORT' });
  });

  test('needs a fresh proof of whoever gives it', async () => {
    const [admin, user] = [await somebody(service, 'ADMIN'), await somebody(service)];
    service.clock.advance(301);
    const input = { id: user.id, role: 'ADMIN' };
    const refused = await act(service, admin.accessToken, { act: 'updateUser', input });
    expect(refused).toMatchObject({ __typename: 'ReauthenticationRequiredError', maxAgeSeconds: 300 });
    expect((await userRow(service, user.id))?.role).toBe('USER');
    const profile = { id: user.id, role: 'USER', firstName: 'Asha' };
    expect((await act(service, admin.accessToken, { act: 'updateUser', input: profile })).__typename).toBe(
      'UpdateUserSuccess',
    );
  });

  test('goes to no account that opens by one proof only', async () => {
    const admin = await somebody(service, 'ADMIN');
    const phoneNumber = '+9779802299001';
    const { userId: id } = await signInOn(service, phoneNumber);
    for (const role of ['SUPPORT', 'ADMIN']) {
      const refused = await act(service, admin.accessToken, { act: 'updateUser', input: { id, role } });
      expect(problemsOf(refused)['role']).toMatch(/sets a password or verifies an email address first/);
    }
    await service.db.execute(
      sql`UPDATE users SET email_verified_at = now(), phone_verified_at = NULL WHERE id = ${id}`,
    );
    const unverified = await act(service, admin.accessToken, { act: 'updateUser', input: { id, role: 'ADMIN' } });
    expect(problemsOf(unverified)['role']).toMatch(/not verified its phone number/);
  });
});

describe('the last administrator', () => {
  const last = async () => {
    await withoutAdministrators(service);
    return somebody(service, 'ADMIN');
  };

  test('is not demoted, locked or deleted, and does not leave', async () => {
    const admin = await last();
    const { id, accessToken } = admin;
    const demoted = await act(service, accessToken, { act: 'updateUser', input: { id, role: 'USER' } });
    expect(problemsOf(demoted)['role']).toMatch(/only administrator/);
    const locked = await act(service, accessToken, { act: 'lockUser', input: { id, reason: REASON } });
    expect(problemsOf(locked)['id']).toMatch(/only administrator/);
    const deleted = await act(service, accessToken, { act: 'deleteUser', input: { id, reason: REASON } });
    expect(problemsOf(deleted)['id']).toMatch(/only administrator/);
    expect(errorCode(await callDeleteAccount(service, accessToken))).toBe('FORBIDDEN');
    expect((await userRow(service, id))?.role).toBe('ADMIN');
  });

  test('is the last one, too, where the other one is locked', async () => {
    const [admin, other] = [await last(), await somebody(service, 'ADMIN')];
    await act(service, admin.accessToken, { act: 'lockUser', input: { id: other.id, reason: REASON } });
    const refused = await act(service, admin.accessToken, { act: 'updateUser', input: { id: admin.id, role: 'USER' } });
    expect(problemsOf(refused)).toHaveProperty('role');
  });

  test.each(['updateUser', 'lockUser', 'deleteUser'] as const)(
    'is left when two take each other away at the same moment: %s',
    async (name) => {
      for (let round = 0; round < 3; round += 1) {
        const [one, two] = [await last(), await somebody(service, 'ADMIN')];
        const away = (id: string) => ({
          act: name,
          input: name === 'updateUser' ? { id, role: 'USER' } : { id, reason: REASON },
        });
        const answers = await Promise.all([
          callAct(service, one.accessToken, away(two.id)),
          callAct(service, two.accessToken, away(one.id)),
        ]);
        const done = answers.filter(({ body }) => /Success$/.test(body.data?.[name]?.__typename ?? ''));
        expect(done).toHaveLength(1);
        const left = await service.db.execute(sql`SELECT 1 FROM users WHERE role = 'ADMIN' AND locked_at IS NULL`);
        expect(left).toHaveLength(1);
      }
    },
  );

  test('stays also when two leave at the same moment', async () => {
    const [one, two] = [await last(), await somebody(service, 'ADMIN')];
    const answers = await Promise.all([one, two].map(({ accessToken }) => callDeleteAccount(service, accessToken)));
    expect(answers.filter(({ body }) => body.errors)).toHaveLength(1);
    expect(await service.db.execute(sql`SELECT 1 FROM users WHERE role = 'ADMIN'`)).toHaveLength(1);
  });
});

describe('a deletion', () => {
  test('takes the account at once, and the trail keeps who did it and why', async () => {
    const [admin, user] = [await somebody(service, 'ADMIN'), await somebody(service)];
    const input = { id: user.id, reason: REASON };
    const answer = await act(service, admin.accessToken, { act: 'deleteUser', input });
    expect(answer).toEqual({ __typename: 'DeleteUserSuccess', deletedAt: service.clock.now().toISOString() });
    expect(await userRow(service, user.id)).toBeUndefined();
    const events = await actsOn(service, user.id);
    expect(events).toMatchObject([{ kind: 'account_deleted', actorId: admin.id, details: { reason: REASON } }]);
    expect(await showCode(service, user.phoneNumber)).toMatchObject({ newMember: true });
  });

  test('needs a reason and a fresh proof', async () => {
    const [admin, user] = [await somebody(service, 'ADMIN'), await somebody(service)];
    const blank = await act(service, admin.accessToken, { act: 'deleteUser', input: { id: user.id, reason: '' } });
    expect(problemsOf(blank)).toHaveProperty('reason');
    service.clock.advance(301);
    const late = await act(service, admin.accessToken, { act: 'deleteUser', input: { id: user.id, reason: REASON } });
    expect(late.__typename).toBe('ReauthenticationRequiredError');
    expect(await userRow(service, user.id)).toBeDefined();
  });
});

const EVERY_ACT = [
  { act: 'updateUser', inputFor: (id: string) => ({ id, firstName: 'Asha' }) },
  { act: 'lockUser', inputFor: (id: string) => ({ id, reason: REASON }) },
  { act: 'unlockUser', inputFor: (id: string) => id },
  { act: 'endUserSessions', inputFor: (id: string) => id },
  { act: 'deleteUser', inputFor: (id: string) => ({ id, reason: REASON }) },
] as const;

describe.each(EVERY_ACT)('$act', ({ act: name, inputFor }) => {
  test('says so where there is no such user', async () => {
    const { accessToken } = await somebody(service, 'ADMIN');
    for (const id of [NOBODY, 'not an id']) {
      const answer = await act(service, accessToken, { act: name, input: inputFor(id) });
      expect(answer.__typename).toBe('UserNotFoundError');
    }
  });

  test('somebody with the role SUPPORT does it to nobody with a role', async () => {
    const support = await somebody(service, 'SUPPORT');
    for (const role of ['SUPPORT', 'ADMIN'] as const) {
      const { id } = await somebody(service, role);
      const answer = await callAct(service, support.accessToken, { act: name, input: inputFor(id) });
      expect(errorCode(answer)).toBe('FORBIDDEN');
      expect(await actsOn(service, id)).toEqual([]);
      expect(await livingSessions(service, id)).toHaveLength(1);
    }
    const self = await callAct(service, support.accessToken, { act: name, input: inputFor(support.id) });
    expect(errorCode(self)).toBe('FORBIDDEN');
  });

  test('an administrator who loses the role at that moment does not do it', async () => {
    const [admin, user] = [await somebody(service, 'ADMIN'), await somebody(service)];
    const losing = sql`UPDATE users SET role = 'USER', session_epoch = session_epoch + 1 WHERE id = ${admin.id}`;
    const answer = await overtaken(service, losing, () =>
      callAct(service, admin.accessToken, { act: name, input: inputFor(user.id) }),
    );
    expect(errorCode(answer)).toBe('UNAUTHENTICATED');
    expect(await actsOn(service, user.id)).toEqual([]);
  });

  test('a user who gets a role at that moment is not touched by SUPPORT', async () => {
    const [support, user] = [await somebody(service, 'SUPPORT'), await somebody(service)];
    const promoting = sql`UPDATE users SET role = 'ADMIN' WHERE id = ${user.id}`;
    const allowed = name !== 'updateUser' && name !== 'deleteUser';
    const call = () => callAct(service, support.accessToken, { act: name, input: inputFor(user.id) });
    const answer = allowed ? await overtaken(service, promoting, call) : await call();
    expect(errorCode(answer)).toBe('FORBIDDEN');
    await setRole(service, user.id, 'USER');
    expect(await livingSessions(service, user.id)).toHaveLength(1);
  });
});
