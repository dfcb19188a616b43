import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { auditEventTable } from '../../src/audit/audit-event.table.js';
import { blockedDestinationTable } from '../../src/blocks/blocked-destination.table.js';
import { limits } from '../../src/budgets/limits/limits.js';
import { sendPauseTable } from '../../src/pumping/send-pause.table.js';
import { guessWrongly, requestOtp, signIn, verifyOtp, wrongCode } from '../support/operations/operations.js';
import { messagesTo } from '../support/postgres/rows.js';
import { startService, type TestService } from '../support/service.js';
import { DAY, setRole } from '../support/sleepers.js';

/** Administrators decide where codes go: blocks, pauses of the pumping guard, limits of one number. */

let service: TestService;
/** Another process on the same database. */
let other: TestService;
let admin: string;
let support: string;
let numbers = 0;

beforeAll(async () => {
  service = await startService({ env: { SENDS_PER_DAY: '50000', SENDS_PER_NETWORK_PER_HOUR: '10000' } });
  other = await startService({ database: service.database, clock: service.clock });
});
beforeEach(async () => {
  service.clock.advance(60);
  await signInStaff();
});
afterAll(async () => {
  await other.close();
  await service.close();
});

function freshNumber(prefix = '+97798023'): string {
  numbers += 1;
  return prefix + String(numbers).padStart(5, '0');
}

/** Access tokens are short: once more where much time has passed. */
async function signInStaff(): Promise<void> {
  admin = await staff('ADMIN');
  support = await staff('SUPPORT');
}

async function staff(role: 'ADMIN' | 'SUPPORT'): Promise<string> {
  const { user, tokens } = await signIn(service, freshNumber());
  await setRole(service, user.id, role);
  return tokens.accessToken;
}

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the documents below ask for.
type Result = any;

async function ask(document: string, variables: object = {}, token = admin): Promise<Result> {
  const { body } = await service.graphql(document, variables, { token });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return Object.values(body.data as object)[0];
}

const BLOCK = 'blockedDestination { id phoneNumber prefix country reason until createdAt createdById }';
const block = (input: object): Promise<Result> =>
  ask(
    `mutation ($input: BlockDestinationInput!) { blockDestination(input: $input) { __typename
      ... on BlockDestinationSuccess { ${BLOCK} } ... on InvalidInputError { fields { field code } } } }`,
    { input },
  );
const unblock = (id: string): Promise<Result> =>
  ask(
    `mutation ($id: ID!) { unblockDestination(id: $id) { __typename ... on UnblockDestinationSuccess { ${BLOCK} } } }`,
    { id },
  );
const clearLimits = (phoneNumber: string, token = support): Promise<Result> =>
  ask(
    `mutation ($phoneNumber: String!) { clearLimits(phoneNumber: $phoneNumber) { __typename
      ... on ClearLimitsSuccess { phoneNumber cleared } ... on TooManyRequestsError { retryAfterSeconds }
      ... on InvalidInputError { fields { field code } } } }`,
    { phoneNumber },
    token,
  );

const BLOCKED = { __typename: 'DestinationNotAllowedError', reason: 'BLOCKED' };
const SENT = { __typename: 'RequestOtpSuccess' };

test('a blocked number is sent nothing at once, by no process and by no channel, its own devices included', async () => {
  const phoneNumber = freshNumber();
  const { deviceToken } = await signIn(service, phoneNumber);
  service.clock.advance(60);
  const { blockedDestination } = await block({
    phoneNumber: phoneNumber.replace('+977', '00977 '),
    reason: 'Asked us to stop.',
  });
  expect(blockedDestination).toMatchObject({ phoneNumber, prefix: null, country: null, until: null });
  expect(await requestOtp(service, { phoneNumber, deviceToken })).toMatchObject(BLOCKED);
  expect(await requestOtp(other, { phoneNumber, purpose: 'RESET_PASSWORD' })).toMatchObject(BLOCKED);
  expect(await requestOtp(other, { phoneNumber: freshNumber() })).toMatchObject(SENT);

  expect(await unblock(blockedDestination.id)).toMatchObject({ blockedDestination: { phoneNumber } });
  expect(await requestOtp(other, { phoneNumber })).toMatchObject(SENT);
  expect(await unblock(blockedDestination.id)).toEqual({ __typename: 'NotFoundError' });
  expect(await unblock('no id')).toEqual({ __typename: 'NotFoundError' });
});

test('a beginning of numbers is blocked until its end, and numbers that begin otherwise are not', async () => {
  const until = new Date(service.clock.now().getTime() + DAY * 1000);
  await block({ prefix: '+977 98024', reason: 'A fraudster has this range.', until });
  expect(await requestOtp(service, { phoneNumber: freshNumber('+97798024') })).toMatchObject(BLOCKED);
  expect(await requestOtp(service, { phoneNumber: freshNumber('+97798025') })).toMatchObject(SENT);
  service.clock.advance(DAY);
  expect(await requestOtp(service, { phoneNumber: freshNumber('+97798024') })).toMatchObject(SENT);
});

test('a country is blocked', async () => {
  const { blockedDestination } = await block({ country: 'tz', reason: 'Nobody there uses us.' });
  expect(await requestOtp(service, { phoneNumber: '+255679100001' })).toMatchObject(BLOCKED);
  await unblock(blockedDestination.id);
  expect(await requestOtp(service, { phoneNumber: '+255679100001' })).toMatchObject(SENT);
});

test('a code that waits in the outbox when its number is blocked is never sent', async () => {
  const phoneNumber = freshNumber();
  await requestOtp(service, { phoneNumber });
  await service.background.outbox.drain();
  const sent = service.phone.to(phoneNumber).length;
  // As a process leaves it that dies right after it wrote the message down.
  await service.db.execute(sql`UPDATE messages SET status = 'queued', failure = NULL, settled_at = NULL
    WHERE phone_number = ${phoneNumber}`);
  const { blockedDestination } = await block({ phoneNumber, reason: 'A complaint.' });
  service.clock.advance(31);
  await service.background.outbox.run();
  await service.background.outbox.drain();
  expect(service.phone.to(phoneNumber)).toHaveLength(sent);
  expect(await messagesTo(service, phoneNumber)).toMatchObject([{ status: 'failed', failure: 'destination_blocked' }]);
  await unblock(blockedDestination.id);
});

test('a block says one thing of one destination, and why', async () => {
  const fields = async (input: object) => (await block({ reason: 'Why.', ...input })).fields;
  expect(await fields({})).toEqual([{ field: 'phoneNumber', code: 'REQUIRED' }]);
  expect(await fields({ country: 'NP', prefix: '+97798' })).toEqual([{ field: 'country', code: 'NOT_OFFERED' }]);
  expect(await fields({ phoneNumber: 'my phone' })).toEqual([{ field: 'phoneNumber', code: 'NOT_A_NUMBER' }]);
  expect(await fields({ prefix: '98024' })).toEqual([{ field: 'prefix', code: 'INVALID_FORMAT' }]);
  expect(await fields({ country: 'XX' })).toEqual([{ field: 'country', code: 'UNKNOWN_COUNTRY' }]);
  expect(await fields({ country: 'NP', reason: ' ', until: new Date(0) })).toEqual([
    { field: 'reason', code: 'BLANK' },
    { field: 'until', code: 'INVALID_FORMAT' },
  ]);
  const [first, again] = [
    await block({ prefix: '+97798026', reason: 'One.' }),
    await block({ prefix: '+97798026', reason: 'Two.' }),
  ];
  expect(again.blockedDestination).toMatchObject({ id: first.blockedDestination.id, reason: 'Two.' });
  await unblock(first.blockedDestination.id);
});

test('blocks are listed in pages, the newest first, and those that ended are not', async () => {
  for (const last of [1, 2, 3, 4, 5]) {
    await block({ prefix: `+9779802${last}9`, reason: `Page ${last}` });
    service.clock.advance(1);
  }
  await block({ prefix: '+97798027', reason: 'Ends.', until: new Date(service.clock.now().getTime() + 1000) });
  service.clock.advance(2);
  const page = (after: string | null) =>
    ask(
      `query ($after: String) { blockedDestinations(first: 2, after: $after) {
        edges { node { prefix createdById } } pageInfo { hasNextPage endCursor } } }`,
      { after },
      support,
    );
  const one = await page(null);
  expect(one.edges.map(({ node }: Result) => node.prefix)).toEqual(['+977980259', '+977980249']);
  const two = await page(one.pageInfo.endCursor);
  const three = await page(two.pageInfo.endCursor);
  expect([...two.edges, ...three.edges].map(({ node }: Result) => node.prefix)).toEqual([
    '+977980239',
    '+977980229',
    '+977980219',
  ]);
  expect(three.pageInfo.hasNextPage).toBe(false);
  const { body } = await service.graphql(
    '{ blockedDestinations(after: "x") { pageInfo { hasNextPage } } }',
    {},
    { token: admin },
  );
  expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'after' });
  await service.db.delete(blockedDestinationTable);
});

test('every block, and every end of one, stands in the audit trail with its administrator', async () => {
  const { blockedDestination } = await block({ prefix: '+97798028', reason: 'Audited.' });
  await unblock(blockedDestination.id);
  const { kind, actorId, actorKind, details, requestId, ipAddress } = auditEventTable;
  const events = await service.db
    .select({ kind, actorId, actorKind, details, requestId, ipAddress })
    .from(auditEventTable)
    .where(eq(actorId, blockedDestination.createdById))
    .orderBy(auditEventTable.at, auditEventTable.id);
  expect(events.slice(-2)).toMatchObject([
    { kind: 'destination_blocked', actorKind: 'ADMINISTRATOR', details: { blocked: '+97798028*', reason: 'Audited.' } },
    { kind: 'destination_unblocked', actorKind: 'ADMINISTRATOR', details: { blocked: '+97798028*' } },
  ]);
  expect(events.at(-1)?.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(events.at(-1)?.ipAddress).toBe('127.0.0.1');
});

test('what happened to a blocked number is found by the number', async () => {
  const { phoneNumber, kind } = auditEventTable;
  const number = freshNumber('+97798021');
  const { blockedDestination } = await block({ phoneNumber: number, reason: 'Audited.' });
  await unblock(blockedDestination.id);
  await block({ prefix: number.slice(0, -1), reason: 'Audited.' });
  const events = await service.db
    .select({ kind, phoneNumber })
    .from(auditEventTable)
    .where(sql`${phoneNumber} LIKE ${`${number.slice(0, -1)}%`}`)
    .orderBy(auditEventTable.at, auditEventTable.id);
  expect(events).toEqual([
    { kind: 'destination_blocked', phoneNumber: number },
    { kind: 'destination_unblocked', phoneNumber: number },
  ]);
  await service.db.delete(blockedDestinationTable);
});

test('S10: cleared limits let a locked number in again, and give nobody a guess beyond the 20 of the day', async () => {
  const phoneNumber = freshNumber();
  await signIn(service, phoneNumber);
  let wrong = 0;
  let cleared = 0;
  for (let round = 0; round < 8; round += 1) {
    service.clock.advance(60);
    const sent = await requestOtp(service, { phoneNumber });
    if (sent.__typename === 'RequestOtpSuccess') {
      const otp = wrongCode(service.phone.code(phoneNumber));
      for (let guess = 0; guess < 3; guess += 1) {
        const { __typename } = await verifyOtp(service, { phoneNumber, otp });
        if (__typename === 'InvalidOtpError') wrong += 1;
      }
    }
    const { __typename } = await clearLimits(phoneNumber);
    if (__typename === 'ClearLimitsSuccess') cleared += 1;
  }
  expect(cleared).toBe(3);
  expect(wrong).toBeLessThanOrEqual(20);
});

test('S10: a day that is spent stays locked, whoever clears', async () => {
  const phoneNumber = freshNumber();
  for (let guesses = 0; guesses < 20; ) {
    service.clock.advance(3700);
    await requestOtp(service, { phoneNumber });
    guesses += 3;
    await guessWrongly(service, phoneNumber, 3);
  }
  await signInStaff();
  const answer = await clearLimits(phoneNumber);
  expect(answer.cleared).not.toContain(limits.guessesBeforeLock.name);
  service.clock.advance(60);
  await requestOtp(service, { phoneNumber });
  const otp = service.phone.code(phoneNumber);
  expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'AccountLockedError' });
});

test('S10: a day that is spent gives no more texts, whoever clears, since each allows a guess', async () => {
  const phoneNumber = freshNumber();
  for (let guesses = 0; guesses < 20; guesses += 3) {
    service.clock.advance(3700);
    await requestOtp(service, { phoneNumber });
    await guessWrongly(service, phoneNumber, 3);
  }
  let answer = SENT;
  for (let codes = 0; codes < 10 && answer.__typename === SENT.__typename; codes += 1) {
    service.clock.advance(61);
    answer = await requestOtp(service, { phoneNumber });
  }
  expect(answer).toMatchObject({ __typename: 'AccountLockedError' });
  await signInStaff();
  const { __typename, cleared } = await clearLimits(phoneNumber);
  expect({ __typename, cleared }).toEqual({ __typename: 'ClearLimitsSuccess', cleared: [] });
  service.clock.advance(61);
  expect(await requestOtp(service, { phoneNumber })).toMatchObject({ __typename: 'AccountLockedError' });
});

test('a number that used up its codes gets one again, and the answer names what was in the way', async () => {
  const phoneNumber = freshNumber();
  for (let codes = 0; codes < 5; codes += 1) {
    service.clock.advance(61);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject(SENT);
  }
  service.clock.advance(61);
  expect(await requestOtp(service, { phoneNumber })).toMatchObject({ __typename: 'TooManyRequestsError' });
  expect(await clearLimits(phoneNumber)).toEqual({
    __typename: 'ClearLimitsSuccess',
    phoneNumber,
    cleared: [limits.sendsPerNumberAndHour.name, limits.sendsPerNumberAndDay.name],
  });
  expect(await requestOtp(service, { phoneNumber })).toMatchObject(SENT);
  expect((await clearLimits(freshNumber())).cleared).toEqual([]);
});

test('limits are cleared three times a day, and then with the time of the next', async () => {
  const phoneNumber = freshNumber();
  for (let times = 0; times < 3; times += 1) await clearLimits(phoneNumber);
  expect(await clearLimits(phoneNumber, admin)).toMatchObject({ __typename: 'TooManyRequestsError' });
  service.clock.advance(DAY + 7200);
  await signInStaff();
  expect(await clearLimits(phoneNumber)).toMatchObject({ __typename: 'ClearLimitsSuccess' });
  expect(await clearLimits('12')).toMatchObject({
    __typename: 'InvalidInputError',
    fields: [{ field: 'phoneNumber' }],
  });
});

test('a support person does not clear the limits of an administrator, and blocks nothing', async () => {
  const phoneNumber = freshNumber();
  const { user } = await signIn(service, phoneNumber);
  await setRole(service, user.id, 'ADMIN');
  const refused = async (document: string, variables: object) =>
    (await service.graphql(document, variables, { token: support })).body.errors?.[0]?.extensions?.['code'];
  expect(
    await refused('mutation ($n: String!) { clearLimits(phoneNumber: $n) { __typename } }', { n: phoneNumber }),
  ).toBe('FORBIDDEN');
  expect(
    await refused('mutation ($i: BlockDestinationInput!) { blockDestination(input: $i) { __typename } }', {
      i: { country: 'NP', reason: 'Spite.' },
    }),
  ).toBe('FORBIDDEN');
});

test('a pause says what was counted, and is lifted by its id', async () => {
  const key = 'range:NP:97798029';
  const now = service.clock.now();
  const evidence = { sent: 24.2, proved: 1, expectedShare: 0.6, score: 9, limit: 8 };
  const pausedUntil = new Date(now.getTime() + 3_600_000);
  await service.db.insert(sendPauseTable).values({ key, pausedAt: now, pausedUntil, strikes: 0, evidence });
  const [pause] = await ask('{ pauses { id destination country reason pausedUntil } }', {}, support);
  expect(pause).toMatchObject({
    destination: '97798029',
    country: 'NP',
    reason: 'Of 24.2 codes that count, 1 were typed; 60 % are usual there.',
  });
  const lift = (id: string) =>
    ask(
      'mutation ($id: ID!) { liftPause(id: $id) { __typename ... on LiftPauseSuccess { pause { destination } } } }',
      { id },
      support,
    );
  expect(await lift(pause.id)).toEqual({ __typename: 'LiftPauseSuccess', pause: { destination: '97798029' } });
  expect(await lift(pause.id)).toEqual({ __typename: 'NotFoundError' });
  expect(await lift('AA')).toEqual({ __typename: 'NotFoundError' });
  expect(await ask('{ pauses { id } }')).toEqual([]);
});

test('shared budgets say how full they are, by service and by country', async () => {
  await requestOtp(service, { phoneNumber: freshNumber() });
  const budgets = await ask('{ sendBudgets { name scope limit spent unit windowSeconds availableAt } }', {}, support);
  const of = (scope: string, windowSeconds: number) =>
    budgets.find((budget: Result) => budget.scope === scope && budget.windowSeconds === windowSeconds);
  expect(of('all', 86_400)).toMatchObject({ name: limits.sendsPerDay.name, limit: 50_000, unit: 'messages' });
  expect(of('all', 300).spent).toBeGreaterThan(0);
  expect(of('country:NP', 3600).spent).toBeGreaterThan(0);
  expect(of('country:TZ', 300)).toBeUndefined();
});
