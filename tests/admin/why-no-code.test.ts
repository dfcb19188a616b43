import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../src/budgets/limits.js';
import { rangesOf } from '../../src/pumping/number-ranges.js';
import { sendPauseTable } from '../../src/pumping/send-pause.table.js';
import { codeRequestTable } from '../../src/sign-in/code-requests/code-request.table.js';
import { type Role, userTable } from '../../src/users/user.table.js';
import { type CaptchaService, startCaptchaService } from '../support/captcha/captcha-service.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { hashOf } from '../support/hashed-subject.js';
import { requestOtp, verifyOtp } from '../support/operations.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { GUARDED } from '../support/pumping.js';
import { startService, type TestService } from '../support/service.js';

/** "Why did I get no code?", asked by somebody who helps users: what happened on the left, the answer on the right. */

const TEST_NUMBER = '+15005550006';
const REPORT = `query ($phoneNumber: String!) {
  deliveryReport(phoneNumber: $phoneNumber) {
    phoneNumber country cause explanation since lockedUntil
    requests { at purpose channel result reason budget retryAfterSeconds requestId ipAddress }
    challenges { purpose createdAt expiresAt sentAt consumedAt attempts }
    messages { id phoneNumber purpose channel status provider failure providerCode providerMessage attempts price priceCurrency }
    pauses { destination }
    blocks { reason }
  }
}`;

let database: TestDatabase;
let provider: ScriptedSender;
let service: TestService;
/** Sends to accounts only, and little. */
let strict: TestService;
let captcha: CaptchaService;
let support: string;
let admin: string;

beforeAll(async () => {
  database = await openTestDatabase();
  provider = new ScriptedSender('webhook');
  const env = {
    ...{ ...GUARDED, ALLOWED_COUNTRIES: 'TZ,NP,US', DEFAULT_REGION: 'TZ', TEST_PHONES: `${TEST_NUMBER}=123456` },
    // The clock moves on by hours.
    ACCESS_TOKEN_TTL: '43200',
  };
  service = await startService({ database, env, sender: provider });
  const { clock } = service;
  const few = { UNKNOWN_PHONE: 'reject', OTP_SENDS_PER_HOUR: '2' };
  strict = await startService({ database, clock, sender: provider, env: { ...env, ...few } });
  captcha = await startCaptchaService('always', { database, clock, sender: provider, env: GUARDED });
  support = await staff('SUPPORT');
  admin = await staff('ADMIN');
});
afterAll(async () => {
  await captcha.close();
  await strict.close();
  await service.close();
  await database.close();
});

let people = 0;

/** How mobile numbers of Tanzania begin. */
const OPERATORS = ['62', '65', '67', '68', '69', '71', '74', '75', '76', '77', '78'];

/** Each in a block of its own, because the pumping guard is on. */
function newNumber(): string {
  people += 1;
  const third = Math.floor(people / OPERATORS.length) % 10;
  return `+255${OPERATORS[people % OPERATORS.length]}${third}${String(people).padStart(5, '0')}0`;
}

async function signIn(phoneNumber: string): Promise<{ accessToken: string; id: string }> {
  await requestOtp(service, { phoneNumber });
  await service.background.outbox.drain();
  const answer = await verifyOtp(service, { phoneNumber, otp: provider.code(phoneNumber) });
  if (answer.__typename !== 'VerifyOtpSuccess') throw new Error(JSON.stringify(answer));
  return { accessToken: answer.tokens.accessToken, id: answer.user.id };
}

async function staff(role: Role): Promise<string> {
  const { accessToken, id } = await signIn(newNumber());
  await database.db.update(userTable).set({ role }).where(eq(userTable.id, id));
  return accessToken;
}

async function ask(phoneNumber: string, more: object = {}, by: TestService = service) {
  const answer = await requestOtp(by, { phoneNumber, ...more });
  await by.background.outbox.drain();
  // A report comes from one process, and the note of another one within a second.
  await by.background.codeRequests.idle();
  return answer;
}

// biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of REPORT.
async function report(phoneNumber: string, token = support): Promise<any> {
  const { body } = await service.graphql(REPORT, { phoneNumber }, { token });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data.deliveryReport;
}

/** What the provider says later. */
async function reported(phoneNumber: string, told: object): Promise<void> {
  const messageId = provider.to(phoneNumber).at(-1)?.id ?? '';
  const report = { messageId, provider: 'webhook', providerMessageId: null, ...told } as const;
  await service.background.deliveries.report(report as Parameters<typeof service.background.deliveries.report>[0]);
}

/** What happens, to whom, and how the answer begins. */
type Story = readonly [
  name: string,
  happens: (phoneNumber: string) => Promise<unknown>,
  cause: string,
  explanation: RegExp,
  phoneNumber?: string,
];

const NEXT_DOOR = {
  providerCode: '21211',
  providerMessage: "The 'To' number +255 679 000 111 is not a valid phone number.",
};

const stories: readonly Story[] = [
  ['nobody asked', async () => {}, 'NOT_REQUESTED', /^No code was asked for since/],
  ['half a number was typed', (typed) => ask(typed), 'NOT_A_NUMBER', /it is too short\.$/, '0679 12'],
  ['words were typed', (typed) => ask(typed), 'NOT_A_NUMBER', /^This is no phone number/, 'my number'],
  ['a country that gets no codes', (to) => ask(to), 'COUNTRY', /not sent by text to DE/, '+4915112345678'],
  ['a landline', (to) => ask(to), 'NUMBER_TYPE', /a landline can be called/, '+97714123456'],
  ['a test number', (to) => ask(to), 'TEST_NUMBER', /TEST_PHONES/, TEST_NUMBER],
  ['a channel that is not offered', (to) => ask(to, { channel: 'WHATSAPP' }), 'NOT_ON_CHANNEL', /by WhatsApp/],
  [
    'a number without an account, where only members get codes',
    (to) => ask(to, {}, strict),
    'UNKNOWN_NUMBER',
    /^No account/,
  ],
  [
    'a reset of a password that nobody has',
    (to) => ask(to, { purpose: 'RESET_PASSWORD' }),
    'UNKNOWN_NUMBER',
    /told so\.$/,
  ],
  ['no CAPTCHA was passed', (to) => ask(to, {}, captcha.service), 'CAPTCHA', /had to pass a CAPTCHA/],
  [
    '"Resend" was pressed at once',
    async (to) => [await ask(to), await ask(to)],
    'TOO_SOON',
    /too soon after the code before/,
  ],
  ['the number had its texts', spendNumber, 'BUDGET_SPENT', /a limit was reached: Codes to one number/],
  ['six wrong codes', guessed, 'LOCKED', /^The number is locked until \d{4}-/],
  ['fraud is suspected around the number', pausedRange, 'PAUSED', /the range of the number is paused/],
  ['an administrator blocked the number', blocked, 'BLOCKED', /\(“Sells codes\.”\)/],
  [
    'the provider does not know the number',
    refused({ reason: 'invalid_number', ...NEXT_DOOR }),
    'INVALID_NUMBER',
    /does not exist/,
  ],
  [
    'the owner said STOP',
    async (to) => [await refused({ reason: 'opted_out', providerCode: '21610' })(to), await later(to)],
    'OPTED_OUT',
    /START/,
  ],
  [
    'the provider is away',
    refused({ reason: 'provider_unavailable', providerCode: 'HTTP_502' }),
    'PROVIDERS_DOWN',
    /HTTP_502/,
  ],
  [
    'the provider asks to wait',
    refused({ reason: 'slow_down', providerCode: 'HTTP_429' }),
    'QUEUED',
    /still to be sent by webhook/,
  ],
  [
    'the provider has no credit',
    refused({ reason: 'rejected', providerCode: 'E-7', providerMessage: 'Insufficient credit' }),
    'PROVIDER_REFUSED',
    /^webhook refused .*Insufficient credit/,
  ],
  [
    'the phone is off',
    async (to) => [
      await ask(to),
      await reported(to, {
        state: 'failed',
        failure: 'unreachable',
        providerCode: '30003',
        providerMessage: 'Unreachable destination handset',
      }),
    ],
    'UNDELIVERED',
    /Unreachable destination handset/,
  ],
  ['the message went out late', tooLate, 'EXPIRED', /before its message could be sent/],
  ['the message arrived late', arrivedLate, 'EXPIRED', /after its code had expired/],
  ['the provider took it', (to) => ask(to), 'SENT', /^webhook took the message at/],
  [
    'it arrived',
    async (to) => [await ask(to), await reported(to, { state: 'delivered' })],
    'DELIVERED',
    /says that the message arrived/,
  ],
  ['the code was typed', signIn, 'VERIFIED', /was used at/],
];

async function later(to: string): Promise<unknown> {
  service.clock.advance(61);
  return ask(to);
}

async function spendNumber(to: string): Promise<unknown> {
  await signIn(to);
  for (let times = 0; times < 2; times += 1) {
    service.clock.advance(61);
    await ask(to, {}, strict);
  }
  return null;
}

async function guessed(to: string): Promise<void> {
  await ask(to);
  const otp = provider.code(to) === '000000' ? '111111' : '000000';
  for (let times = 0; times < 6; times += 1) await verifyOtp(service, { phoneNumber: to, otp });
}

async function pausedRange(to: string): Promise<void> {
  const pausedAt = service.clock.now();
  const pausedUntil = new Date(pausedAt.getTime() + 3_600_000);
  await database.db.insert(sendPauseTable).values({ key: rangesOf(to, 'TZ').range, pausedAt, pausedUntil, strikes: 0 });
  // The first code to a paused range tries whether people are back.
  await ask(to.replace(/.$/, '1'));
  await ask(to);
}

async function blocked(phoneNumber: string): Promise<void> {
  const block = `mutation ($input: BlockDestinationInput!) { blockDestination(input: $input) { __typename } }`;
  await service.graphql(block, { input: { phoneNumber, reason: 'Sells codes.' } }, { token: admin });
  await ask(phoneNumber);
}

function refused(outcome: { reason: string; providerCode: string; providerMessage?: string }) {
  return (to: string) => {
    provider.next({ kind: 'failed', ...outcome } as Parameters<typeof provider.next>[0]);
    return ask(to);
  };
}

async function tooLate(to: string): Promise<void> {
  await refused({ reason: 'slow_down', providerCode: 'HTTP_429' })(to);
  service.clock.advance(601);
  await service.background.outbox.run();
  await service.background.outbox.drain();
}

async function arrivedLate(to: string): Promise<void> {
  await ask(to);
  service.clock.advance(601);
  await reported(to, { state: 'delivered' });
}

describe('the first answer names the cause:', () => {
  test.each(stories)('%s', async (_name, happens, cause, explanation, phoneNumber = newNumber()) => {
    await happens(phoneNumber);
    const told = await report(phoneNumber);
    expect(told).toMatchObject({ cause, explanation: expect.stringMatching(explanation) });
    // One sentence.
    expect(told.explanation).toMatch(/^[A-Z\w“].*\.$/s);
    service.clock.advance(1);
  });
});

describe('the report shows what it is judged by:', () => {
  test('requests with their answers, budgets, addresses and ids', async () => {
    const to = newNumber();
    await ask(to);
    await ask(to);
    const { requests, since } = await report(to);
    const { name: budget } = limits.sendCooldown;
    expect(requests).toMatchObject([
      { result: 'TooManyRequestsError', budget, retryAfterSeconds: 60, purpose: 'SIGN_IN', channel: 'SMS' },
      { result: 'RequestOtpSuccess', budget: null, reason: null, ipAddress: '127.0.0.1' },
    ]);
    expect(requests[0].requestId).toEqual(expect.any(String));
    expect(service.logs.join('')).toContain(requests[0].requestId);
    expect(new Date(since).getTime()).toBe(service.clock.now().getTime() - 7 * 86_400_000);
  });

  test('a number in any spelling, its pauses and blocks, and its messages without what the provider quoted', async () => {
    const to = newNumber();
    await refused({
      reason: 'rejected',
      providerCode: 'E-1',
      providerMessage: `No route to ${to} for 123 456, user a@b.example`,
    })(to);
    const told = await report(`0${to.slice(4, 7)}-${to.slice(7)}`);
    expect(told).toMatchObject({ phoneNumber: to, country: 'TZ', pauses: [], blocks: [] });
    expect(told.messages).toMatchObject([
      { status: 'FAILED', failure: 'rejected', providerCode: 'E-1', providerMessage: 'No route to +… for …, user …' },
    ]);
  });

  test('the state of codes, and never a code', async () => {
    const to = newNumber();
    await ask(to);
    await verifyOtp(service, { phoneNumber: to, otp: provider.code(to) === '000000' ? '111111' : '000000' });
    const told = await report(to);
    expect(told.challenges).toMatchObject([{ purpose: 'SIGN_IN', consumedAt: null, attempts: 1 }]);
    expect(JSON.stringify(told)).not.toContain(provider.code(to));
  });

  test('of a process that was killed before it noted the request, the message', async () => {
    const to = newNumber();
    await ask(to);
    await database.db.delete(codeRequestTable).where(eq(codeRequestTable.number, hashOf(to)));
    expect(await report(to)).toMatchObject({ cause: 'SENT', requests: [] });
  });
});

describe('the log of requests', () => {
  test('names nobody: numbers are hashes, and what was typed in their place too', async () => {
    const to = newNumber();
    await ask(to);
    await ask('0679 13');
    const rows = JSON.stringify(await database.db.select().from(codeRequestTable));
    expect(rows).toContain(hashOf(to));
    expect(rows).not.toContain(to.slice(1));
    expect(rows).not.toContain('0679');
  });

  test('forgets what is older than seven days', async () => {
    const to = newNumber();
    await ask(to);
    service.clock.advance(7 * 86_400 + 1);
    await service.background.housekeeper.run();
    const rows = await database.db
      .select()
      .from(codeRequestTable)
      .where(eq(codeRequestTable.number, hashOf(to)));
    expect(rows).toEqual([]);
    support = await staff('SUPPORT');
  });

  test('a flood of refusals from one network writes thirty rows a minute, and codes that are sent are all noted', async () => {
    const rowsOf = () => database.db.$count(codeRequestTable);
    await service.background.codeRequests.idle();
    const before = await rowsOf();
    for (let index = 0; index < 40; index += 1) await ask(`+49151${10_000_000 + index}`);
    expect((await rowsOf()) - before).toBe(30);
    await ask(newNumber());
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
    const variables = { phoneNumber: newNumber(), first: 1 };
    const { accessToken } = await signIn(newNumber());
    const codes = [];
    for (const options of [{}, { token: accessToken }]) {
      const { body } = await service.graphql(query, variables, options);
      codes.push(body.errors?.[0]?.extensions.code);
    }
    expect(codes).toEqual(['UNAUTHENTICATED', 'FORBIDDEN']);
  });

  test('pages through the messages to a number, the newest first', async () => {
    const phoneNumber = newNumber();
    const ids = [];
    for (let times = 0; times < 3; times += 1) {
      await ask(phoneNumber);
      ids.unshift(provider.to(phoneNumber).at(-1)?.id);
      service.clock.advance(61);
    }
    const page = async (variables: object) =>
      (await service.graphql(PAGE, { phoneNumber, ...variables }, { token: support })).body;
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
