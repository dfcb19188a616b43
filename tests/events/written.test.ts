import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditKind } from '../../src/audit/audit-event.table.js';
import { signInOn } from '../support/devices.js';
import { eventsOf, happen, newSession, newUser } from '../support/events/event-steps.js';
import { EVENTS_SECRET } from '../support/events/receiver.js';
import { deleteAccount } from '../support/operations/leaving-operations.js';
import { form } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { logout, logoutEverywhere, refresh, registered } from '../support/operations/session-operations.js';

/** What becomes an event, and what must not. Nothing is delivered here. */

let service: TestService;
beforeAll(async () => {
  service = await startService({ env: { EVENTS_URL: 'http://127.0.0.1:9/events', EVENTS_SECRET } });
});
afterAll(() => service.close());

async function kindsOf(userId: string) {
  return (await eventsOf(service.db, userId)).map(({ kind, sessionId }) => (sessionId ? [kind, sessionId] : [kind]));
}

describe('each entry of the audit trail that others want to know of is an event, too', () => {
  const sessionId = randomUUID();
  const other = randomUUID();
  test.each<[AuditKind, Record<string, unknown>, readonly string[][]]>([
    ['registered', {}, [['user.created']]],
    ['phone_verified', {}, [['user.phone_verified']]],
    ['profile_changed', {}, [['user.updated']]],
    ['email_verified', { replaced: false }, [['user.updated']]],
    ['email_verified', { replaced: true }, [['user.updated'], ['session.ended']]],
    ['user_updated', {}, [['user.updated']]],
    ['role_changed', {}, [['user.updated']]],
    ['user_updated', { fields: [] }, []],
    ['user_unlocked', {}, [['user.updated']]],
    ['user_unlocked', { wasLocked: true }, [['user.updated']]],
    ['user_unlocked', { wasLocked: false }, []],
    ['phone_changed', {}, [['user.number_changed']]],
    ['phone_change_reverted', {}, [['user.number_changed']]],
    ['number_moved_to_new_account', {}, [['user.number_changed']]],
    ['user_locked', {}, [['user.locked']]],
    ['signed_in', { methods: ['otp'] }, [['session.started', sessionId]]],
    ['refresh_token_reused', {}, [['session.ended', sessionId]]],
    ['sessions_ended', { session: other }, [['session.ended', other]]],
    ['sessions_ended', { sessionId: other }, [['session.ended', other]]],
    ['sessions_ended', { sessions: 3 }, [['session.ended']]],
    // Whatever stands there, the statement of the user goes on.
    ['sessions_ended', { session: 'no id' }, [['session.ended']]],
    ['sign_in_failed', {}, []],
    ['data_exported', {}, []],
  ])('%s %j', async (kind, details, events) => {
    const userId = await newUser(service.db);
    await happen(service.db, kind, { userId, sessionId, details });
    expect(await kindsOf(userId)).toEqual(events);
  });
});

test.each(['ADMINISTRATOR', 'SERVICE_TOKEN', 'COMMAND'] as const)(
  '%s ends the sessions of a user: one event',
  async (actorKind) => {
    const userId = await newUser(service.db);
    await newSession(service.db, userId);
    await service.db.execute(sql`UPDATE users SET session_epoch = session_epoch + 1 WHERE id = ${userId}`);
    await happen(service.db, 'sessions_ended', { userId, actorKind, details: { sessions: 2 } });
    expect(await kindsOf(userId)).toEqual([['session.ended']]);
  },
);

test.each(['phone_number', 'email'])(
  'an account loses a %s that it only named: an event of that account',
  async (name) => {
    const [named, verified] = [await newUser(service.db), await newUser(service.db)];
    const [column, since] = [sql.identifier(name), sql.identifier(`${name.replace('_number', '')}_verified_at`)];
    const value = name === 'email' ? 'named@example.org' : '+9779800017008';
    await service.db.execute(sql`UPDATE users SET ${column} = ${value} WHERE id = ${named}`);
    await service.db.execute(sql`UPDATE users SET ${column} = ${`${value}1`}, ${since} = now() WHERE id = ${verified}`);
    for (const id of [named, verified])
      await service.db.execute(sql`UPDATE users SET ${column} = NULL, ${since} = NULL WHERE id = ${id}`);
    expect([await kindsOf(named), await kindsOf(verified)]).toEqual([[['user.updated']], []]);
  },
);

describe('what users do', () => {
  test('somebody signs in for the first time, and then on another device', async () => {
    const phoneNumber = '+9779800017004';
    const [phone, laptop] = [await signInOn(service, phoneNumber), await signInOn(service, phoneNumber)];
    expect(await kindsOf(phone.userId)).toEqual([
      ['user.created'],
      ['user.phone_verified'],
      ['session.started', phone.sessionId],
      ['session.started', laptop.sessionId],
    ]);
  });

  test('a reused refresh token ends its session', async () => {
    const { userId, sessionId, refreshToken } = await signInOn(service, '+9779800017005');
    for (let time = 0; time < 3; time += 1) {
      await refresh(service, refreshToken);
      service.clock.advance(3_600);
    }
    expect((await kindsOf(userId)).at(-1)).toEqual(['session.ended', sessionId]);
  });

  test('who takes over a registration that somebody else has written hears of its own sessions only', async () => {
    const phoneNumber = '+9779800017006';
    const written = await registered(service, form({ phoneNumber }));
    service.clock.advance(60);
    await signInOn(service, phoneNumber);
    const kinds = (await kindsOf(written.user.id)).map(([kind]) => kind);
    expect(kinds.slice(0, 2)).toEqual(['user.created', 'session.started']);
    expect(kinds.slice(2).sort()).toEqual(['session.ended', 'session.started', 'user.phone_verified']);
  });

  test('one session logs out, and then all the others: events of that session, and of all', async () => {
    const phoneNumber = '+9779800017001';
    const [phone, laptop] = [await signInOn(service, phoneNumber), await signInOn(service, phoneNumber)];
    await logout(service, { accessToken: laptop.accessToken });
    await signInOn(service, phoneNumber);
    await logoutEverywhere(service, phone.accessToken, true);
    const ended = (await kindsOf(phone.userId)).filter(([kind]) => kind === 'session.ended');
    expect(ended).toEqual([['session.ended', laptop.sessionId], ['session.ended']]);
  });

  test('an account that its owner deletes, whatever the audit trail keeps of whom', async () => {
    const { userId, accessToken } = await signInOn(service, '+9779800017002');
    expect(await deleteAccount(service, accessToken)).toMatchObject({ __typename: 'DeleteAccountSuccess' });
    expect((await kindsOf(userId)).filter(([kind]) => kind?.startsWith('user.deleted'))).toEqual([['user.deleted']]);
  });
});

test('all sessions that end together are one event, whatever ended them, and none is no event', async () => {
  const userId = await newUser(service.db);
  await service.db.execute(sql`UPDATE users SET session_epoch = session_epoch + 1 WHERE id = ${userId}`);
  expect(await kindsOf(userId)).toEqual([]);
  await newSession(service.db, userId, 2);
  await service.db.execute(sql`UPDATE users SET session_epoch = session_epoch + 1 WHERE id = ${userId}`);
  await service.db.execute(
    sql`UPDATE users SET session_epoch = session_epoch, first_name = 'Asha' WHERE id = ${userId}`,
  );
  expect(await kindsOf(userId)).toEqual([['session.ended']]);
});

test('what is undone never was an event', async () => {
  const userId = await newUser(service.db);
  const undone = service.db.transaction(async (transaction) => {
    await happen(transaction, 'registered', { userId });
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect(await kindsOf(userId)).toEqual([]);
});

test('while nobody wants events, none are written', async () => {
  const { userId } = await signInOn(service, '+9779800017003');
  const before = await eventsOf(service.db, userId);
  await service.db.execute(sql`UPDATE event_stream SET wanted_until = now() - interval '1 s'`);
  try {
    await happen(service.db, 'registered', { userId });
    await service.db.execute(sql`UPDATE users SET session_epoch = session_epoch + 1 WHERE id = ${userId}`);
    await service.db.execute(sql`DELETE FROM users WHERE id = ${userId}`);
    expect(await eventsOf(service.db, userId)).toEqual(before);
  } finally {
    await service.db.execute(sql`UPDATE event_stream SET wanted_until = now() + interval '1 day'`);
  }
});
