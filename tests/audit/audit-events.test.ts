import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditEventTable } from '../../src/audit/audit-event.table.js';
import { signIn } from '../support/operations/operations.js';
import { isBehindTheAnswer } from '../support/postgres/behind-the-answer.js';
import { startCountedService } from '../support/postgres/counted-service.js';
import { PostgresProxy } from '../support/postgres/postgres-proxy.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import type { TestService } from '../support/service.js';
import { errorCode } from '../support/operations/session-operations.js';
import { setRole } from '../support/sleepers.js';

/** Administrators, and those who help users, read what happened. */

const AUDIT_EVENTS = `query AuditEvents($filter: AuditEventFilter, $first: Int, $after: String) {
  auditEvents(filter: $filter, first: $first, after: $after) {
    edges { cursor node {
      id at kind actorKind actorId actor { id phoneNumber } userId user { id } sessionId deviceKnown ipAddress userAgent
      requestId phoneNumber count details
    } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}`;

type Event = typeof auditEventTable.$inferInsert;

let database: TestDatabase;
let proxy: PostgresProxy;
let service: TestService;
let admin: { readonly id: string; readonly token: string };
let support: { readonly id: string; readonly token: string };
let people = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  proxy = await PostgresProxy.start(database.url, isBehindTheAnswer);
  service = await startCountedService({ database, databaseUrl: proxy.url });
  admin = await person('ADMIN');
  support = await person('SUPPORT');
});
afterAll(async () => {
  await service.close();
  await proxy.close();
  await database.close();
});

async function person(role: 'USER' | 'SUPPORT' | 'ADMIN' = 'USER') {
  people += 1;
  const phoneNumber = `+97798000048${String(people).padStart(2, '0')}`;
  const { user, tokens } = await signIn(service, phoneNumber);
  await setRole(service, user.id, role);
  return { id: user.id as string, token: tokens.accessToken as string, phoneNumber };
}

function ask(variables: object, token: string | undefined = admin.token) {
  return service.graphql(AUDIT_EVENTS, variables, token === undefined ? {} : { token });
}

async function page(variables: object = {}, token = admin.token) {
  const { body } = await ask(variables, token);
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data.auditEvents;
}

// biome-ignore lint/suspicious/noExplicitAny: nodes of the query above.
async function nodes(filter: object | null, token = admin.token): Promise<any[]> {
  const { edges } = await page({ filter, first: 50 }, token);
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  return edges.map(({ node }: any) => node);
}

async function write(...events: Partial<Event>[]): Promise<string[]> {
  const now = service.clock.now();
  const rows = await service.db
    .insert(auditEventTable)
    .values(events.map((event) => ({ at: now, kind: 'registered' as const, ...event })))
    .returning({ id: auditEventTable.id });
  return rows.map(({ id }) => id);
}

describe('who may read the trail', () => {
  test('nobody who is signed out, and no user', async () => {
    const { token } = await person();
    expect(errorCode(await service.graphql(AUDIT_EVENTS))).toBe('UNAUTHENTICATED');
    expect(errorCode(await ask({}, token))).toBe('FORBIDDEN');
    expect(errorCode(await ask({}, support.token))).toBeUndefined();
  });

  test('SUPPORT finds what happened to a number, and reads no whole number', async () => {
    const phoneNumber = '+9779800012345';
    const other = '+9779800054321';
    const userId = randomUUID();
    const details = {
      reason: `from ${other}, they say, or 9800054321; phone-9800054321`,
      to: [other],
      by: { number: other },
      sessionId: '12345678-1234-4234-8234-123456789012',
      until: '2026-11-29T12:00:00.000Z',
    };
    await write({ kind: 'limits_cleared', phoneNumber, userId, details });

    expect(await nodes({ phoneNumber: '00977 980-001-2345' }, admin.token)).toMatchObject([
      { phoneNumber, details, userId },
    ]);

    const [masked] = await nodes({ phoneNumber }, support.token);
    expect(masked).toMatchObject({ phoneNumber: '+977…45', kind: 'LIMITS_CLEARED', userId });
    expect(masked.details).toEqual({
      reason: 'from +977…21, they say, or 9800…21; phone-9800…21',
      to: ['+977…21'],
      by: { number: '+977…21' },
      sessionId: details.sessionId,
      until: details.until,
    });
  });
});

test('a sign-in says who, how, when, on which device, from where and in which request', async () => {
  const { id, phoneNumber } = await person();
  const [event] = await nodes({ userId: id, kinds: ['SIGNED_IN'] });
  expect(event).toMatchObject({
    at: service.clock.now().toISOString(),
    ...{ kind: 'SIGNED_IN', actorKind: 'USER', actorId: id, userId: id, deviceKnown: false, count: 1 },
    ...{ actor: { id, phoneNumber }, user: { id }, ipAddress: '127.0.0.1', userAgent: 'node' },
    ...{ sessionId: expect.any(String), requestId: expect.any(String) },
  });
  expect(await nodes({ requestId: event.requestId.toUpperCase() })).toContainEqual(event);
});

test('an account that is gone is an id without a user', async () => {
  const [userId, actorId] = [randomUUID(), randomUUID()];
  await write({ kind: 'user_locked', userId, actorId, actorKind: 'ADMINISTRATOR', details: { reason: 'fraud' } });
  expect(await nodes({ userId })).toMatchObject([
    { userId, user: null, actorId, actor: null, details: { reason: 'fraud' } },
  ]);
});

describe('each filter finds its events', () => {
  const userId = randomUUID();
  const otherId = randomUUID();
  const place = { ipAddress: '198.51.100.77', requestId: randomUUID(), phoneNumber: '+9779800099999' };
  const early = new Date('2026-01-01T00:00:00.000Z');
  const late = new Date('2026-02-01T00:00:00.000Z');
  let ids: string[];
  beforeAll(async () => {
    ids = await write(
      { kind: 'signed_in', userId, at: early },
      { kind: 'account_claimed_back', userId, at: late },
      { kind: 'user_locked', userId, actorKind: 'ADMINISTRATOR', actorId: otherId, at: late },
      { kind: 'profile_changed', userId: otherId, at: late, ...place },
      { kind: 'sign_in_failed', actorKind: 'ANONYMOUS', userId: otherId, at: early, count: 7 },
    );
  });

  // The first named event comes first.
  test.each<[string, object, readonly number[]]>([
    ['on whom', { userId }, [1, 2, 0]],
    ['who did it, for others and for themselves', { actorId: otherId }, [2, 3]],
    ['a kind, also as it was stored before', { userId, kinds: ['SIGNED_IN'] }, [1, 0]],
    ['several kinds', { actorId: otherId, kinds: ['USER_LOCKED', 'PROFILE_UPDATED', 'REGISTERED'] }, [2, 3]],
    ['kinds alone', { kinds: ['SIGNED_IN', 'USER_LOCKED', 'PROFILE_UPDATED'], from: early, to: late }, [0]],
    ['no kind', { userId, kinds: [] }, []],
    ['a number in any spelling', { phoneNumber: '00977 980 009 9999' }, [3]],
    ['an address', { ipAddress: ` ${place.ipAddress}` }, [3]],
    ['a request', { requestId: place.requestId }, [3]],
    ['from then on', { userId, from: late }, [1, 2]],
    ['before then', { userId, to: late }, [0]],
    ['all together', { actorId: otherId, userId: otherId, kinds: ['PROFILE_UPDATED'], ...place, from: late }, [3]],
    ['what is no id', { userId: 'somebody' }, []],
    ['what is no number', { phoneNumber: 'somebody' }, []],
    ['what is too long', { ipAddress: '1'.repeat(1_000) }, []],
  ])('%s', async (_name, filter, expected) => {
    const found = (await nodes(filter)).map(({ id }) => ids.indexOf(id));
    expect(found.sort()).toEqual([...expected].sort());
  });
});

describe('pages', () => {
  test('lead through all events once, the newest first, also where many have one instant', async () => {
    const userId = randomUUID();
    const at = (seconds: number) => new Date(Date.parse('2026-03-01T00:00:00Z') + seconds * 1000);
    const written = await write(...[0, 0, 0, 1, 1, 2, 2, 2, 2].map((second) => ({ userId, at: at(second) })));
    const read: { id: string; at: string }[] = [];
    let after: string | null = null;
    for (let more = true; more; ) {
      const { edges, pageInfo }: Awaited<ReturnType<typeof page>> = await page({ filter: { userId }, first: 2, after });
      expect(pageInfo.hasPreviousPage).toBe(after !== null);
      // biome-ignore lint/suspicious/noExplicitAny: edges of the query above.
      read.push(...edges.map((edge: any) => edge.node));
      after = pageInfo.endCursor;
      more = pageInfo.hasNextPage;
    }
    expect(read.map(({ at }) => at)).toEqual(
      read
        .map(({ at }) => at)
        .sort()
        .reverse(),
    );
    expect(read.map(({ id }) => id).sort()).toEqual(written.sort());
  });

  test.each([0, -1, 101])('of %i events there are none', async (first) => {
    const { body } = await service.graphql(
      `{ auditEvents(first: ${first}) { __typename } }`,
      {},
      { token: admin.token },
    );
    expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  test.each(['', 'x', Buffer.from('1 2').toString('base64url')])(
    'there is none after the cursor "%s"',
    async (after) => {
      expect(errorCode(await ask({ after }))).toBe('BAD_USER_INPUT');
    },
  );

  test.each([10, 100])('of %i events cost two statements beside the look at the session', async (first) => {
    const users = await Promise.all([1, 2, 3].map(() => person()));
    const kinds = ['data_exported', 'password_removed'] as const;
    await write(
      ...Array.from({ length: first }, (_, index) => ({
        ...{ kind: kinds[index % 2] ?? 'data_exported', userId: users[index % 3]?.id ?? '' },
        ...{ actorKind: 'ADMINISTRATOR' as const, actorId: admin.id },
      })),
    );
    const query = `{ auditEvents(filter: { kinds: [DATA_EXPORTED, PASSWORD_REMOVED] }, first: ${first}) {
      edges { node { actor { id } user { id username } } }
    } }`;
    const read = async () => (await service.graphql(query, {}, { token: admin.token })).body.data.auditEvents;
    await read();
    while (!proxy.wire.quiet) await new Promise(setImmediate);
    proxy.wire.reset();
    expect((await read()).edges).toHaveLength(first);
    expect(proxy.wire.count.statements).toBe(3);
  });
});
