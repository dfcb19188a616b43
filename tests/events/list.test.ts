import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashOfToken, newServiceToken, settingOf } from '../../src/service-tokens/service-token.js';
import { systemRandom } from '../../src/platform/random.js';
import { signInOn } from '../support/devices.js';
import { happen, newUser } from '../support/events/event-steps.js';
import { startService, type TestService } from '../support/service.js';
import { errorCode } from '../support/operations/session-operations.js';

/** Another service reads events instead of being told, so that it needs no open port. */

const EVENTS = `query Events($first: Int! = 20, $after: String, $kinds: [EventKind!]) {
  events(first: $first, after: $after, kinds: $kinds) {
    edges { cursor node { id kind at userId sessionId data } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

const token = newServiceToken(systemRandom);
let service: TestService;
beforeAll(async () => {
  const crm = settingOf({ name: 'crm', scope: 'events', hash: hashOfToken(token) });
  service = await startService({ env: { SERVICE_TOKENS: crm } });
});
afterAll(() => service.close());

function events(variables: object = {}, options: { token?: string } = { token }) {
  return service.graphql(EVENTS, variables, options);
}

async function page(variables: object = {}) {
  await service.background.events.publish();
  const { body } = await events(variables);
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data.events;
}

/** What comes from here on. */
async function endOfStream(): Promise<string | null> {
  for (let after: string | null = null; ; ) {
    const { pageInfo } = await page({ first: 100, after });
    after = pageInfo.endCursor ?? after;
    if (!pageInfo.hasNextPage) return after;
  }
}

test('nobody reads events but a service with a token for them', async () => {
  expect(errorCode(await events({}, {}))).toBe('UNAUTHENTICATED');
  expect(errorCode(await events({}, { token: newServiceToken(systemRandom) }))).toBe('UNAUTHENTICATED');
  expect(errorCode(await events({}, { token: hashOfToken(token) }))).toBe('UNAUTHENTICATED');
  const { accessToken, userId } = await signInOn(service, '+9779800017201');
  expect(errorCode(await events({}, { token: accessToken }))).toBe('FORBIDDEN');
  await service.db.execute(sql`UPDATE users SET role = 'ADMIN' WHERE id = ${userId}`);
  expect(errorCode(await events({}, { token: accessToken }))).toBe('FORBIDDEN');
});

test('the token of a service is nobody’s access token', async () => {
  expect(errorCode(await service.graphql('{ me { id } }', {}, { token }))).toBe('UNAUTHENTICATED');
});

test('a service reads on from where it was, page by page, and misses nothing', async () => {
  let after = await endOfStream();
  const userId = await newUser(service.db);
  const kinds = ['registered', 'phone_verified', 'profile_changed', 'user_locked', 'user_unlocked'] as const;
  for (const kind of kinds) await happen(service.db, kind, { userId });
  const read: string[] = [];
  for (let more = true; more; ) {
    const { edges, pageInfo } = await page({ first: 2, after });
    // biome-ignore lint/suspicious/noExplicitAny: edges of the query above.
    read.push(...edges.map((edge: any) => edge.node.kind));
    expect(pageInfo.startCursor).toBe(edges[0].cursor);
    after = pageInfo.endCursor;
    more = pageInfo.hasNextPage;
  }
  expect(read).toEqual(['USER_CREATED', 'USER_PHONE_VERIFIED', 'USER_UPDATED', 'USER_LOCKED', 'USER_UPDATED']);
  expect(await page({ after })).toMatchObject({ edges: [], pageInfo: { hasNextPage: false, endCursor: null } });
});

test('an event has the data of its webhook', async () => {
  const after = await endOfStream();
  const { userId } = await signInOn(service, '+9779800017202');
  await happen(service.db, 'profile_changed', { userId });
  const { edges } = await page({ after, kinds: ['USER_UPDATED'] });
  expect(edges[0].node).toMatchObject({
    userId,
    sessionId: null,
    data: { userId, user: { phoneNumber: '+9779800017202', phoneVerified: true } },
  });
});

test('only some kinds, in the order of all', async () => {
  const after = await endOfStream();
  const [one, other] = [await newUser(service.db), await newUser(service.db)];
  await happen(service.db, 'user_locked', { userId: one });
  await happen(service.db, 'profile_changed', { userId: one });
  await happen(service.db, 'registered', { userId: other });
  await happen(service.db, 'user_locked', { userId: other });
  const { edges } = await page({ after, kinds: ['USER_LOCKED', 'USER_CREATED', 'USER_LOCKED'] });
  // biome-ignore lint/suspicious/noExplicitAny: edges of the query above.
  expect(edges.map(({ node }: any) => [node.kind, node.userId])).toEqual([
    ['USER_LOCKED', one],
    ['USER_CREATED', other],
    ['USER_LOCKED', other],
  ]);
  expect((await page({ after, kinds: [] })).edges).toEqual([]);
});

test.each([
  ['first', { first: 0 }],
  ['first', { first: 101 }],
  ['after', { after: 'nonsense' }],
  ['after', { after: Buffer.from('event 01').toString('base64url') }],
  ['after', { after: '' }],
])('a wrong %s is refused: %j', async (argument, variables) => {
  const { body } = await events(variables);
  expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument });
});
