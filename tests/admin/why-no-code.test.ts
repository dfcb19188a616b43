import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rangesOf } from '../../src/pumping/number-ranges.js';
import { sendPauseTable } from '../../src/pumping/send-pause.table.js';
import { type CaptchaService, startCaptchaService } from '../support/captcha/captcha-service.js';
import { DESK_ENV, type HelpDesk, openHelpDesk, TEST_NUMBER } from '../support/operations/help-desk.js';
import { verifyOtp } from '../support/operations/operations.js';
import { GUARDED } from '../support/pumping.js';
import { startService, type TestService } from '../support/service.js';

/** "Why did I get no code?", asked by somebody who helps users: what happened on the left, the answer on the right. */

let desk: HelpDesk;
/** Sends to accounts only, and little. */
let strict: TestService;
let captcha: CaptchaService;
let support: string;
let admin: string;

beforeAll(async () => {
  desk = await openHelpDesk();
  const { database, provider: sender, service } = desk;
  const shared = { database, clock: service.clock, sender };
  strict = await startService({ ...shared, env: { ...DESK_ENV, UNKNOWN_PHONE: 'reject', OTP_SENDS_PER_HOUR: '2' } });
  captcha = await startCaptchaService('always', { ...shared, env: GUARDED });
  support = await desk.staff('SUPPORT');
  admin = await desk.staff('ADMIN');
});
afterAll(async () => {
  await captcha.close();
  await strict.close();
  await desk.close();
});

const ask: HelpDesk['ask'] = (...to) => desk.ask(...to);

/** What the provider says later. */
async function reported(phoneNumber: string, told: object): Promise<void> {
  const messageId = desk.provider.to(phoneNumber).at(-1)?.id ?? '';
  const report = { messageId, provider: 'webhook', providerMessageId: null, ...told } as const;
  await desk.service.background.deliveries.report(
    report as Parameters<typeof desk.service.background.deliveries.report>[0],
  );
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
  ['the code was typed', (to) => desk.signIn(to), 'VERIFIED', /was used at/],
];

async function later(to: string): Promise<unknown> {
  desk.service.clock.advance(61);
  return ask(to);
}

async function spendNumber(to: string): Promise<unknown> {
  await desk.signIn(to);
  for (let times = 0; times < 2; times += 1) {
    desk.service.clock.advance(61);
    await ask(to, {}, strict);
  }
  return null;
}

async function guessed(to: string): Promise<void> {
  await ask(to);
  const otp = desk.provider.code(to) === '000000' ? '111111' : '000000';
  for (let times = 0; times < 6; times += 1) await verifyOtp(desk.service, { phoneNumber: to, otp });
}

async function pausedRange(to: string): Promise<void> {
  const pausedAt = desk.service.clock.now();
  const pausedUntil = new Date(pausedAt.getTime() + 3_600_000);
  await desk.database.db
    .insert(sendPauseTable)
    .values({ key: rangesOf(to, 'TZ').range, pausedAt, pausedUntil, strikes: 0 });
  // The first code to a paused range tries whether people are back.
  await ask(to.replace(/.$/, '1'));
  await ask(to);
}

async function blocked(phoneNumber: string): Promise<void> {
  const block = `mutation ($input: BlockDestinationInput!) { blockDestination(input: $input) { __typename } }`;
  await desk.service.graphql(block, { input: { phoneNumber, reason: 'Sells codes.' } }, { token: admin });
  await ask(phoneNumber);
}

function refused(outcome: Parameters<HelpDesk['refuseNext']>[0]) {
  return (to: string) => {
    desk.refuseNext(outcome);
    return ask(to);
  };
}

async function tooLate(to: string): Promise<void> {
  await refused({ reason: 'slow_down', providerCode: 'HTTP_429' })(to);
  desk.service.clock.advance(601);
  await desk.service.background.outbox.run();
  await desk.service.background.outbox.drain();
}

async function arrivedLate(to: string): Promise<void> {
  await ask(to);
  desk.service.clock.advance(601);
  await reported(to, { state: 'delivered' });
}

describe('the first answer names the cause:', () => {
  const cases = stories.map(([name, happens, cause, explanation, to]) => ({ name, happens, cause, explanation, to }));
  test.each(cases)('$name', async ({ happens, cause, explanation, to }) => {
    const phoneNumber = to ?? desk.newNumber();
    await happens(phoneNumber);
    const told = await desk.report(phoneNumber, support);
    expect(told).toMatchObject({ cause, explanation: expect.stringMatching(explanation) });
    expect(told.explanation).toMatch(/^[^\s].*\.$/s);
    desk.service.clock.advance(1);
  });
});
