import { sql } from 'drizzle-orm';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { type GatewayStandIn, startGatewayStandIn } from '../support/delivery/gateway-stand-in.js';
import { otpDelivery, requestOtpAndFollow, verifyOtp } from '../support/operations/operations.js';
import { ProcessPlace } from '../support/process/process-place.js';
import type { ServiceProcess } from '../support/process/process-service.js';
import { messagesTo } from '../support/postgres/rows.js';
import { MANY_TEXTS, TEST_SECRET } from '../support/service.js';
import { WITHOUT_CROWDS } from '../support/without-crowds.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { signedReport } from '../support/twilio/twilio-report.js';
import { startTwilioStandIn, type TwilioAnswer, type TwilioStandIn } from '../support/twilio/twilio-stand-in.js';

/** Twilio first, a gateway of one's own next: real processes, real time, requests over real connections. */

const ACCOUNT = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'a token' };
const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const PUBLIC_URL = 'https://accounts.test';
/** The measure: from the first provider's failure until the second one has the same code. */
const WITHIN_MS = 3_000;

let place: ProcessPlace;
let database: TestDatabase;
let twilio: TwilioStandIn;
let gateway: GatewayStandIn;
let first: ServiceProcess;
let second: ServiceProcess;
let phoneNumber: string;
let serial = 30;
beforeAll(async () => {
  [place, database, twilio, gateway] = await Promise.all([
    ProcessPlace.make(),
    openTestDatabase(),
    startTwilioStandIn(ACCOUNT),
    startGatewayStandIn(SECRET),
  ]);
  first = await start();
  second = await start();
});
afterAll(async () => {
  await place.end();
  await Promise.all([database.close(), twilio.close(), gateway.close()]);
});
beforeEach(() => {
  serial += 1;
  phoneNumber = `+2556791907${serial}`;
});

function start(): Promise<ServiceProcess> {
  return place.startReady({
    env: {
      ...WITHOUT_CROWDS,
      ...MANY_TEXTS,
      DATABASE_URL: database.url,
      APP_SECRET: TEST_SECRET,
      PUBLIC_URL,
      LOG_LEVEL: 'info',
      DELIVERY_ROUTES: 'SMS=twilio,webhook',
      TWILIO_ACCOUNT_SID: ACCOUNT.accountSid,
      TWILIO_AUTH_TOKEN: ACCOUNT.authToken,
      TWILIO_PHONE_NUMBER: '+15005550006',
      TWILIO_BASE_URL: twilio.url,
      WEBHOOK_URL: gateway.url,
      WEBHOOK_SECRET: SECRET,
    },
  });
}

async function ask(service = first): Promise<string> {
  const answer = await requestOtpAndFollow(service.client, { phoneNumber });
  expect(answer).toMatchObject({ __typename: 'RequestOtpSuccess', requestToken: expect.any(String) });
  return answer.requestToken;
}

const sends = () => twilio.requests.filter(({ form }) => form.get('To') === phoneNumber);
const atGateway = () => gateway.messages.find(({ to }) => to === phoneNumber);
const gatewayRequests = () => gateway.requests.filter(({ body }) => body.includes(phoneNumber));

/** The message's row, once it has a status. */
function rowAs(status: string) {
  return eventually(async () => (await messagesTo(database, phoneNumber)).find((row) => row.status === status));
}

async function expectTakenOverWithin(ms: number): Promise<void> {
  await eventually(async () => sends()[0]);
  const failed = performance.now();
  const message = await eventually(async () => atGateway());
  expect(performance.now() - failed).toBeLessThan(ms);
  const code = sends()[0]?.form.get('Body')?.slice(0, 6);
  expect(message['code']).toBe(code);
  expect(await rowAs('sent')).toMatchObject({ id: message.id, provider: 'webhook', attempts: 2 });
  expect(sends()).toHaveLength(1);
  // The process that verifies is not the one that sent.
  const signedIn = await verifyOtp(second.client, { phoneNumber, otp: code });
  expect(signedIn).toMatchObject({ __typename: 'VerifyOtpSuccess' });
}

type Failing = readonly [name: string, answer: TwilioAnswer];
const failing: readonly Failing[] = [
  ['500', { kind: 'error', code: 20500, status: 500 }],
  ['429', { kind: 'error', code: 20429, status: 429, retryAfter: 60 }],
  ['400', { kind: 'error', code: 21617, status: 400 }],
  ['garbage', { kind: 'http', status: 201, body: '<html>' }],
  ['a closed connection', { kind: 'close' }],
];

describe('Twilio fails, the gateway has the same code within 3 seconds, and it signs in', () => {
  // A text that gets through in between keeps its breaker closed.
  afterEach(async () => {
    phoneNumber = `+2556791908${serial}`;
    await ask();
    expect(await rowAs('sent')).toMatchObject({ provider: 'twilio' });
  });

  test.each(failing)('%s', async (_name, answer) => {
    twilio.answerNext(answer);
    await ask();
    await expectTakenOverWithin(WITHIN_MS);
  });

  test.each(['hang', 'trickle', 'close'] as const)(
    '503, and whether it took the text it cannot tell (%s)',
    async (kind) => {
      twilio.answerNextLookUp({ kind });
      twilio.answerNext({ kind: 'error', code: 20503, status: 503 });
      await ask();
      await expectTakenOverWithin(WITHIN_MS);
    },
  );
});

test('Twilio answers after 5 seconds: whoever asked sees it wait, then sent; nobody else sends, nothing is repeated', async () => {
  twilio.answerNext({ kind: 'accept', delayMs: 5_000 });
  const began = performance.now();
  const token = await ask();
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(await otpDelivery(second.client, token)).toMatchObject({ status: 'QUEUED' });
  await rowAs('sent');
  expect(await otpDelivery(second.client, token)).toMatchObject({ status: 'SENT' });
  expect([sends().length, gatewayRequests().length]).toEqual([1, 0]);
});

test('Twilio took it, and the answer got lost: it is found there, and the gateway sends no second one', async () => {
  twilio.answerNext({ kind: 'lose', answer: 'close' });
  await ask();
  expect(await rowAs('sent')).toMatchObject({ provider: 'twilio', attempts: 1 });
  expect([sends().length, gatewayRequests().length]).toEqual([1, 0]);
});

test('kill -9 while the gateway has it: the other process hands the gateway the same id, and Twilio is not asked again', async () => {
  twilio.answerNext({ kind: 'error', code: 21617, status: 400 });
  gateway.answerNext({ kind: 'hang' });
  const doomed = await start();
  await ask(doomed);
  await eventually(async () => gatewayRequests()[0]);
  await doomed.stop('SIGKILL');
  // What 30 seconds would bring: nobody has it in hand any more.
  await database.db.execute(sql`UPDATE messages SET next_attempt_at = now() WHERE status = 'queued'`);
  expect(await rowAs('sent')).toMatchObject({ provider: 'webhook', attempts: 3, ruledOut: ['twilio'] });
  expect(new Set(gatewayRequests().map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect([sends().length, gatewayRequests().length]).toEqual([1, 2]);
});

test('Twilio reports it lost, at the other process: the gateway sends the same code, and reports that it arrived', async () => {
  const token = await ask();
  const row = await rowAs('sent');
  const [request] = sends();
  const callback = request?.form.get('StatusCallback') ?? '';
  const fields = { MessageSid: row.providerMessageId ?? '', MessageStatus: 'undelivered', ErrorCode: '30007' };
  const { url, headers, body } = signedReport({ url: callback, fields }, ACCOUNT);
  const told = performance.now();
  // Twice at once, as Twilio may.
  const answers = await Promise.all(
    [first, second].map((each) => fetch(url.replace(PUBLIC_URL, each.url), { method: 'POST', headers, body })),
  );
  expect(answers.map(({ status }) => status)).toEqual([204, 204]);
  const message = await eventually(async () => atGateway());
  expect(performance.now() - told).toBeLessThan(WITHIN_MS);
  expect(message).toMatchObject({ id: row.id, code: request?.form.get('Body')?.slice(0, 6) });
  await rowAs('sent');

  const arrived = JSON.stringify({ type: 'message.delivered', id: row.id });
  const now = new Date();
  const answer = await fetch(`${second.url}/webhooks/delivery`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': 'report-1',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(SECRET).sign('report-1', now, arrived),
    },
    body: arrived,
  });
  expect(answer.status).toBe(204);
  expect(await rowAs('delivered')).toMatchObject({ provider: 'webhook', failure: null });
  // A device that the account does not know is told nothing of all that.
  expect(await otpDelivery(first.client, token)).toMatchObject({ status: 'SENT', problem: null });
  expect([sends().length, gatewayRequests().length]).toEqual([1, 1]);
});
