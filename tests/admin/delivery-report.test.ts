import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../src/budgets/limits/limits.js';
import { codeRequestTable } from '../../src/sign-in/code-requests/code-request.table.js';
import { hashOf } from '../support/hashed-subject.js';
import { DESK_ENV, type HelpDesk, openHelpDesk, REPORT } from '../support/operations/help-desk.js';
import { verifyOtp } from '../support/operations/operations.js';
import { PostgresProxy } from '../support/postgres/postgres-proxy.js';
import { startService } from '../support/service.js';

let desk: HelpDesk;
let support: string;
beforeAll(async () => {
  desk = await openHelpDesk();
  support = await desk.staff('SUPPORT');
});
afterAll(() => desk.close());

describe('the report shows what it is judged by:', () => {
  test('requests with their answers, budgets, addresses and ids', async () => {
    const to = desk.newNumber();
    await desk.ask(to);
    await desk.ask(to);
    const { requests, since } = await desk.report(to, support);
    const { name: budget } = limits.sendCooldown;
    expect(requests).toMatchObject([
      { result: 'TooManyRequestsError', budget, retryAfterSeconds: 60, purpose: 'SIGN_IN', channel: 'SMS' },
      { result: 'RequestOtpSuccess', budget: null, reason: null, ipAddress: '127.0.0.1' },
    ]);
    expect(requests[0].requestId).toEqual(expect.any(String));
    expect(desk.service.logs.join('')).toContain(requests[0].requestId);
    expect(new Date(since).getTime()).toBe(desk.service.clock.now().getTime() - 7 * 86_400_000);
  });

  test('a number in any spelling, its pauses and blocks, and its messages without what the provider quoted', async () => {
    const to = desk.newNumber();
    desk.refuseNext({
      reason: 'rejected',
      providerCode: 'E-1',
      providerMessage: `No route to ${to} for 123 456, user a@b.example`,
    });
    await desk.ask(to);
    const told = await desk.report(`0${to.slice(4, 7)}-${to.slice(7)}`, support);
    expect(told).toMatchObject({ phoneNumber: to, country: 'TZ', pauses: [], blocks: [] });
    expect(told.messages).toMatchObject([
      { status: 'FAILED', failure: 'rejected', providerCode: 'E-1', providerMessage: 'No route to +… for …, user …' },
    ]);
  });

  test('the state of codes, and never a code', async () => {
    const to = desk.newNumber();
    await desk.ask(to);
    await verifyOtp(desk.service, { phoneNumber: to, otp: desk.provider.code(to) === '000000' ? '111111' : '000000' });
    const told = await desk.report(to, support);
    expect(told.challenges).toMatchObject([{ purpose: 'SIGN_IN', consumedAt: null, attempts: 1 }]);
    expect(JSON.stringify(told)).not.toMatch(new RegExp(`\\b${desk.provider.code(to)}\\b`));
  });

  test('of a process that was killed before it noted the request, the message', async () => {
    const to = desk.newNumber();
    await desk.ask(to);
    await desk.database.db.delete(codeRequestTable).where(eq(codeRequestTable.number, hashOf(to)));
    expect(await desk.report(to, support)).toMatchObject({ cause: 'SENT', requests: [] });
  });
});

test('a report costs four statements beside the one for the session, however much it shows', async () => {
  const to = desk.newNumber();
  const proxy = await PostgresProxy.start(desk.database.url);
  const {
    database,
    service: { clock },
    provider: sender,
  } = desk;
  const counted = await startService({ database, clock, sender, databaseUrl: proxy.url, env: DESK_ENV });
  const statementsOf = async () => {
    proxy.wire.reset();
    const { body } = await counted.graphql(REPORT, { phoneNumber: to }, { token: support });
    expect(body.errors).toBeUndefined();
    return proxy.wire.count.statements;
  };
  // Statements are prepared once per connection.
  for (let times = 0; times < 20; times += 1) await statementsOf();
  const before = await statementsOf();
  for (let times = 0; times < 5; times += 1) await desk.ask(to);
  expect([before, await statementsOf()]).toEqual([5, 5]);
  await counted.close();
  await proxy.close();
});

/** Ids hold any digits. */
const UUID = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g;

describe('the log of requests', () => {
  test('names nobody: numbers are hashes, and what was typed in their place too', async () => {
    const to = desk.newNumber();
    await desk.ask(to);
    await desk.ask('0679 13');
    const rows = JSON.stringify(await desk.database.db.select().from(codeRequestTable));
    expect(rows).toContain(hashOf(to));
    expect(rows).not.toContain(to.slice(1));
    expect(rows.replaceAll(UUID, '')).not.toMatch(/0679 ?13/);
  });

  test('forgets what is older than seven days', async () => {
    const to = desk.newNumber();
    await desk.ask(to);
    desk.service.clock.advance(7 * 86_400 + 1);
    await desk.service.background.housekeeper.run();
    const rows = await desk.database.db
      .select()
      .from(codeRequestTable)
      .where(eq(codeRequestTable.number, hashOf(to)));
    expect(rows).toEqual([]);
    support = await desk.staff('SUPPORT');
  });

  test('a flood of refusals from one network writes thirty rows a minute, and codes that are sent are all noted', async () => {
    const rowsOf = () => desk.database.db.$count(codeRequestTable);
    await desk.service.background.codeRequests.idle();
    const before = await rowsOf();
    for (let index = 0; index < 40; index += 1) await desk.ask(`+49151${10_000_000 + index}`);
    expect((await rowsOf()) - before).toBe(30);
    await desk.ask(desk.newNumber());
    expect((await rowsOf()) - before).toBe(31);
  });
});

describe('who asks', () => {
  const PAGE = `query ($phoneNumber: String!, $first: Int!, $after: String) {
    messages(phoneNumber: $phoneNumber, first: $first, after: $after) {
      edges { cursor node { id status purpose } } pageInfo { hasNextPage endCursor }
    }
  }`;

  test.each([REPORT, PAGE])('must help users: %s', async (query) => {
    const variables = { phoneNumber: desk.newNumber(), first: 1 };
    const { accessToken } = await desk.signIn(desk.newNumber());
    const codes = [];
    for (const options of [{}, { token: accessToken }]) {
      const { body } = await desk.service.graphql(query, variables, options);
      codes.push(body.errors?.[0]?.extensions.code);
    }
    expect(codes).toEqual(['UNAUTHENTICATED', 'FORBIDDEN']);
  });

  test('pages through the messages to a number, the newest first', async () => {
    const phoneNumber = desk.newNumber();
    const ids = [];
    for (let times = 0; times < 3; times += 1) {
      await desk.ask(phoneNumber);
      ids.unshift(desk.provider.to(phoneNumber).at(-1)?.id);
      desk.service.clock.advance(61);
    }
    const page = async (variables: object) =>
      (await desk.service.graphql(PAGE, { phoneNumber, ...variables }, { token: support })).body;
    const first = (await page({ first: 2 })).data.messages;
    const second = (await page({ first: 2, after: first.pageInfo.endCursor })).data.messages;
    const found = [...first.edges, ...second.edges].map(({ node }: { node: { id: string } }) => node.id);
    expect(found).toEqual(ids);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    for (const wrong of [{ first: 0 }, { first: 101 }, { first: 1, after: 'x' }])
      expect((await page(wrong)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect((await page({ phoneNumber: 'nobody', first: 5 })).data.messages.edges).toEqual([]);
  });
});
