import { sql } from 'drizzle-orm';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EventDeliveryRepository } from '../../src/events/event-delivery.repository.js';
import { EventStreamRepository } from '../../src/events/event-stream.repository.js';
import { signInOn } from '../support/devices.js';
import { happen, newUser, tellEvents } from '../support/events/event-steps.js';
import { type EventReceiver, EVENTS_SECRET, startEventReceiver, TAKEN } from '../support/events/receiver.js';
import { startTwoProcesses } from '../support/process/two-processes.js';
import { startService, type TestService } from '../support/service.js';

/** Another service is told of events, whatever happens to it, to us and on the way. */

let receiver: EventReceiver;
let service: TestService;
beforeEach(async () => {
  receiver = await startEventReceiver();
  service = await startService({ env: { EVENTS_URL: receiver.url, EVENTS_SECRET } });
});
afterEach(async () => {
  await service.close();
  await receiver.close();
});

const AWAY = { status: 503 } as const;

async function updated(userId: string, times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) await happen(service.db, 'profile_changed', { userId });
}

describe('what a receiver gets', () => {
  test('says of a user what the account is now, signed so that the library of Standard Webhooks verifies it', async () => {
    const phoneNumber = '+9779800017101';
    const { userId } = await signInOn(service, phoneNumber);
    await tellEvents(service);
    const request = receiver.requests.find(({ body }) => body.includes('user.created'));
    const { headers, body } = request ?? { headers: {}, body: '' };
    // The library looks at the system's clock. That of the service is a minute ahead, and the library allows five.
    expect(new Webhook(EVENTS_SECRET).verify(body, headers as Record<string, string>)).toMatchObject({
      type: 'user.created',
      data: {
        userId,
        user: { id: userId, phoneNumber, phoneVerified: true, email: null, role: 'USER', locked: false },
      },
    });
    expect(body).not.toMatch(/password|secret|lockReason/i);
  });

  test('names the session that began, with how', async () => {
    const { userId, sessionId } = await signInOn(service, '+9779800017102');
    await tellEvents(service);
    const started = receiver.taken.find(({ type }) => type === 'session.started');
    expect(started?.data).toMatchObject({ userId, sessionId, session: { methods: ['otp', 'sms'] } });
    expect(started?.data).not.toHaveProperty('user');
  });

  test('says which sessions go on where all others ended', async () => {
    const { userId, sessionId } = await signInOn(service, '+9779800017103');
    await happen(service.db, 'sessions_ended', { userId, details: { sessions: 2 } });
    await tellEvents(service);
    expect(receiver.taken.at(-1)).toMatchObject({
      type: 'session.ended',
      data: { sessionId: null, livingSessionIds: [sessionId] },
    });
  });
});

describe('order', () => {
  test('events of one user come one after another, and those of others do not wait for them', async () => {
    const users = await Promise.all(Array.from({ length: 8 }, () => newUser(service.db)));
    for (const userId of users) {
      await happen(service.db, 'registered', { userId });
      await happen(service.db, 'phone_verified', { userId });
      await happen(service.db, 'user_locked', { userId });
    }
    let arrived = () => {};
    const several = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    receiver.answer = async () => {
      if (receiver.requests.length >= 2) arrived();
      await several;
      return TAKEN;
    };
    await tellEvents(service);
    for (const userId of users)
      expect(receiver.typesOf(userId)).toEqual(['user.created', 'user.phone_verified', 'user.locked']);
  });

  test('an event that the receiver refuses holds up its user and nobody else', async () => {
    const [refused, other] = [await newUser(service.db), await newUser(service.db)];
    receiver.answer = ({ type, data }) =>
      data.userId === refused && type === 'user.created' ? { status: 422 } : TAKEN;
    for (const userId of [refused, other]) {
      await happen(service.db, 'registered', { userId });
      await updated(userId);
    }
    await tellEvents(service);
    expect([receiver.typesOf(refused), receiver.typesOf(other)]).toEqual([[], ['user.created', 'user.updated']]);
    receiver.answer = () => TAKEN;
    await tellEvents(service);
    expect(receiver.typesOf(refused)).toEqual([]);
    service.clock.advance(10);
    await tellEvents(service);
    expect(receiver.typesOf(refused)).toEqual(['user.created', 'user.updated']);
  });

  test('two processes deliver side by side: each event once', async () => {
    const processes = await startTwoProcesses({ env: { EVENTS_URL: receiver.url, EVENTS_SECRET } });
    try {
      const users = await Promise.all(Array.from({ length: 6 }, () => newUser(processes.first.db)));
      for (const userId of users)
        for (let time = 0; time < 3; time += 1) await happen(processes.first.db, 'profile_changed', { userId });
      await Promise.all([tellEvents(processes.first), tellEvents(processes.second)]);
      await tellEvents(processes.first);
      expect(new Set(receiver.taken.map(({ id }) => id)).size).toBe(18);
      expect(receiver.taken).toHaveLength(18);
    } finally {
      await processes.close();
    }
  });
});

describe('a receiver that is not there', () => {
  test('is away for a day, and is told everything in order when it is back', async () => {
    const users = await Promise.all(Array.from({ length: 6 }, () => newUser(service.db)));
    receiver.answer = () => AWAY;
    for (let hour = 0; hour < 24; hour += 3) {
      for (const userId of users) await updated(userId);
      await tellEvents(service);
      service.clock.advance(3 * 3_600);
    }
    expect(receiver.taken).toEqual([]);
    // It is tried now and then, and not once for each event.
    expect(receiver.requests.length).toBeLessThan(8 * 6);
    receiver.answer = () => TAKEN;
    for (let minute = 0; minute < 10; minute += 1) {
      await tellEvents(service);
      service.clock.advance(60);
    }
    expect(receiver.taken).toHaveLength(8 * 6);
    for (const userId of users) {
      const positions = receiver.taken.filter(({ data }) => data.userId === userId).map(({ data }) => data.position);
      expect(positions).toEqual([...positions].sort((one, other) => one - other));
    }
  });

  test('is asked as seldom as it wants', async () => {
    receiver.answer = () => ({ status: 429, headers: { 'retry-after': '600' } });
    for (let user = 0; user < 3; user += 1) await updated(await newUser(service.db));
    await tellEvents(service);
    const asked = receiver.requests.length;
    service.clock.advance(599);
    await tellEvents(service);
    expect(receiver.requests).toHaveLength(asked);
    receiver.answer = () => TAKEN;
    service.clock.advance(2);
    await tellEvents(service);
    await tellEvents(service);
    expect(receiver.taken).toHaveLength(3);
  });

  test('has taken an event and the answer is lost: the event comes again, with the same id', async () => {
    const seen: string[] = [];
    receiver.answer = ({ id }) => (seen.push(id) === 1 ? 'close' : TAKEN);
    await updated(await newUser(service.db));
    await tellEvents(service);
    service.clock.advance(10);
    await tellEvents(service);
    expect(seen).toHaveLength(2);
    expect(new Set(seen).size).toBe(1);
  });

  test('sends us elsewhere: nothing goes there', async () => {
    const elsewhere = await startEventReceiver();
    receiver.answer = () => ({ status: 307, headers: { location: elsewhere.url } });
    await updated(await newUser(service.db));
    await tellEvents(service);
    expect([receiver.requests.length, elsewhere.requests.length]).toEqual([1, 0]);
    await elsewhere.close();
  });
});

test('a process that dies with events in hand: another one delivers them, once its time is over', async () => {
  const userId = await newUser(service.db);
  await updated(userId);
  await service.background.events.publish();
  const now = service.clock.now();
  await service.db.execute(
    sql`UPDATE event_deliveries SET next_attempt_at = ${new Date(now.getTime() + 45_000).toISOString()}::timestamptz, attempts = 1`,
  );
  await tellEvents(service);
  expect(receiver.taken).toEqual([]);
  service.clock.advance(46);
  await tellEvents(service);
  expect(receiver.typesOf(userId)).toEqual(['user.updated']);
});

test('a user is deleted before the receiver was told anything: it learns the id, and that it is gone', async () => {
  const { userId } = await signInOn(service, '+9779800017104');
  receiver.answer = () => AWAY;
  await tellEvents(service);
  await service.db.execute(sql`DELETE FROM users WHERE id = ${userId}`);
  receiver.answer = () => TAKEN;
  service.clock.advance(600);
  await tellEvents(service);
  expect(receiver.taken.filter(({ data }) => data.userId === userId)).toMatchObject([
    { type: 'user.deleted', data: { userId, user: null } },
  ]);
});

test('a user is deleted whose event the receiver refused again and again: it learns so at once', async () => {
  const userId = await newUser(service.db);
  receiver.answer = () => ({ status: 422 });
  await updated(userId);
  for (let time = 0; time < 4; time += 1) {
    await tellEvents(service);
    service.clock.advance(3_600);
  }
  await tellEvents(service);
  receiver.answer = () => TAKEN;
  await service.db.execute(sql`DELETE FROM users WHERE id = ${userId}`);
  await tellEvents(service);
  expect(receiver.typesOf(userId)).toEqual(['user.deleted']);
});

test('events that were too old to wait any longer hold up nothing', async () => {
  const userId = await newUser(service.db);
  receiver.answer = () => AWAY;
  await updated(userId, 2);
  await tellEvents(service);
  // The latest event of all stays, so that the next one comes after it.
  await updated(await newUser(service.db));
  await tellEvents(service);
  service.clock.advance(31 * 86_400);
  // A process asks for them again each hour.
  const later = service.clock.now().toISOString();
  await service.db.execute(sql`UPDATE event_stream SET delivered_until = ${later}::timestamptz + interval '1 day'`);
  expect(await new EventStreamRepository(service.db).removeOver(service.clock.now(), 1_000)).toBe(2);
  receiver.answer = () => TAKEN;
  await tellEvents(service);
  await happen(service.db, 'user_locked', { userId });
  for (let minute = 0; minute < 6; minute += 1) {
    service.clock.advance(60);
    await tellEvents(service);
  }
  expect(receiver.typesOf(userId)).toEqual(['user.locked']);
});

test('an operator sees how many users wait, and since when', async () => {
  const deliveries = new EventDeliveryRepository(service.db);
  expect(await deliveries.backlog()).toEqual({ users: 0, oldest: null });
  receiver.answer = () => AWAY;
  const [first, second] = [new Date('2026-02-03T04:05:06Z'), new Date('2026-02-03T05:05:06Z')];
  await happen(service.db, 'profile_changed', { userId: await newUser(service.db), at: first });
  await happen(service.db, 'profile_changed', { userId: await newUser(service.db), at: second });
  await tellEvents(service);
  expect(await deliveries.backlog()).toEqual({ users: 2, oldest: first });
});

test('while the secret changes, both sign', async () => {
  const next = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const strict = await startEventReceiver(next);
  const changing = await startService({ env: { EVENTS_URL: strict.url, EVENTS_SECRET: `${next}, ${EVENTS_SECRET}` } });
  await happen(changing.db, 'profile_changed', { userId: await newUser(changing.db) });
  await tellEvents(changing);
  expect(strict.taken).toHaveLength(1);
  expect(strict.requests[0]?.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
  await changing.close();
  await strict.close();
});
