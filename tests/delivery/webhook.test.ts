import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebhookSender } from '../../src/providers/gateway/gateway.sender.js';
import { systemClock } from '../../src/platform/clock.js';
import { type GatewayAnswer, type GatewayStandIn, startGatewayStandIn } from '../support/delivery/gateway-stand-in.js';
import { requestOtp, verifyOtp } from '../support/operations/operations.js';
import { messagesTo } from '../support/postgres/rows.js';
import { startService, type TestService } from '../support/service.js';

/** A service whose texts go through a gateway of its own, from asking for a code to signing in with it. */

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const TIMEOUT_MS = 2_000;

let gateway: GatewayStandIn;
let service: TestService;
let phoneNumber: string;
let serial = 10;
beforeAll(async () => {
  gateway = await startGatewayStandIn(secret);
  // What the gateway verifies with looks at the system's clock, and not at the one that the test moves.
  const sender = new WebhookSender({ url: gateway.url, secret, timeoutMs: TIMEOUT_MS }, systemClock);
  const env = { SMS_PROVIDER: 'webhook', WEBHOOK_URL: gateway.url, WEBHOOK_SECRET: secret };
  service = await startService({ sender, env });
});
afterAll(async () => {
  await service.close();
  await gateway.close();
});
beforeEach(() => {
  serial += 1;
  phoneNumber = `+97798000024${serial}`;
});

/** The row of the only message, once its last attempt is over. */
async function attempted() {
  await service.background.outbox.drain();
  const [row, ...others] = await messagesTo(service, phoneNumber);
  if (!row || others.length > 0) throw new Error('There is not one message.');
  return row;
}

/** Lets time pass until the next attempt, however late it comes, and waits until it is over. */
async function attemptAgain() {
  service.clock.advance(130);
  await service.background.outbox.run();
  return attempted();
}

const requests = () => gateway.requests.filter(({ body }) => body.includes(phoneNumber));
const messages = () => gateway.messages.filter(({ to }) => to === phoneNumber);

async function ask() {
  expect(await requestOtp(service, { phoneNumber })).toMatchObject({ __typename: 'RequestOtpSuccess' });
}

test('the code arrives at the gateway under the id of its row, and signs in', async () => {
  await ask();
  const row = await attempted();
  const [message] = messages();
  expect(row).toMatchObject({ status: 'sent', provider: 'webhook', failure: null });
  expect(message).toMatchObject({ id: row.id, channel: 'SMS', to: phoneNumber, locale: 'en' });
  expect(String(message?.['text'])).toContain(String(message?.['code']));
  expect(await verifyOtp(service, { phoneNumber, otp: String(message?.['code']) })).toMatchObject({
    __typename: 'VerifyOtpSuccess',
  });
});

describe('a gateway that misbehaves', () => {
  type Failing = [name: string, answer: GatewayAnswer, failure: string, code: string | null];
  const passing: readonly Failing[] = [
    ['5 seconds late', { kind: 'accept', delayMs: 5_000 }, 'timeout', null],
    ['500', { kind: 'http', status: 500 }, 'provider_unavailable', 'HTTP_500'],
    ['429', { kind: 'http', status: 429 }, 'slow_down', 'HTTP_429'],
    ['garbage', { kind: 'http', status: 200, body: '<html>' }, 'provider_unavailable', 'HTTP_200'],
    ['a closed connection', { kind: 'close' }, 'provider_unavailable', 'ECONNRESET'],
    ['an answer that got lost', { kind: 'lose' }, 'provider_unavailable', 'ECONNRESET'],
    ['a trickle', { kind: 'trickle', status: 200 }, 'timeout', null],
  ];
  test.each(passing)(
    'is asked once more, and the person gets one message: %s',
    async (_name, answer, failure, code) => {
      gateway.answerNext(answer);
      await ask();
      expect(await attempted()).toMatchObject({ status: 'queued', failure, providerCode: code });
      expect(requests()).toHaveLength(1);
      expect(await attemptAgain()).toMatchObject({ status: 'sent', attempts: 2 });
      expect(requests()).toHaveLength(2);
      expect(new Set(requests().map(({ headers }) => headers['webhook-id'])).size).toBe(1);
      expect(messages()).toHaveLength(1);
    },
  );

  // M7: plain words were posted up to five times.
  test.each<[string, GatewayAnswer]>([
    ['OK', { kind: 'http', status: 200, body: 'OK', headers: { 'content-type': 'text/html' } }],
    ['409', { kind: 'http', status: 409, body: 'duplicate' }],
  ])('or answers in its own way is posted to once: %s', async (_name, answer) => {
    gateway.answerNext(answer);
    await ask();
    expect(await attempted()).toMatchObject({ status: 'sent', attempts: 1 });
    await attemptAgain();
    expect(requests()).toHaveLength(1);
  });

  test.each<Failing>([
    ['200 with an error', { kind: 'http', status: 200, body: '{"error":"no credit"}' }, 'rejected', 'HTTP_200'],
    ['404', { kind: 'http', status: 404, body: 'not found' }, 'bad_credentials', 'HTTP_404'],
    ['400', { kind: 'http', status: 400 }, 'rejected', 'HTTP_400'],
    ['opted out', { kind: 'http', status: 422, body: '{"reason":"opted_out"}' }, 'opted_out', 'HTTP_422'],
    ['401', { kind: 'http', status: 401 }, 'bad_credentials', 'HTTP_401'],
  ])('or refuses is not asked again: %s', async (_name, answer, failure, code) => {
    gateway.answerNext(answer);
    await ask();
    expect(await attempted()).toMatchObject({ status: 'failed', failure, providerCode: code });
    await attemptAgain();
    expect(requests()).toHaveLength(1);
  });

  test('for ever is asked five times in all for one message', async () => {
    gateway.answerNext(...Array.from({ length: 5 }, (): GatewayAnswer => ({ kind: 'http', status: 500 })));
    await ask();
    let row = await attempted();
    for (let more = 0; more < 8 && row.status === 'queued'; more += 1) row = await attemptAgain();
    expect(row).toMatchObject({ status: 'failed', failure: 'provider_unavailable' });
    expect(requests()).toHaveLength(5);
  });
});

test.each([402, 404, 410])(
  'a gateway that answers %i to five people is left alone, and the next is told at once',
  async (status) => {
    await ask();
    expect(await attempted()).toMatchObject({ status: 'sent' });
    for (let person = 0; person < 5; person += 1) {
      phoneNumber = `+9779800${status}25${person}`;
      gateway.answerNext({ kind: 'http', status });
      await ask();
      expect(await attempted()).toMatchObject({ status: 'failed', failure: 'bad_credentials' });
    }
    phoneNumber = `+9779800${status}259`;
    expect(await requestOtp(service, { phoneNumber })).toMatchObject({ __typename: 'DeliveryUnavailableError' });
    service.clock.advance(600);
  },
);

test('C1: neither code nor secret nor number is in a log line, whatever the gateway did', async () => {
  const answers: readonly GatewayAnswer[] = [
    { kind: 'accept' },
    { kind: 'http', status: 500 },
    { kind: 'http', status: 200, body: '<html>' },
    { kind: 'http', status: 401 },
    { kind: 'http', status: 422, body: '{"reason":"opted_out"}' },
    { kind: 'close' },
  ];
  const before = gateway.requests.length;
  for (const [index, answer] of answers.entries()) {
    phoneNumber = `+97798000024${80 + index}`;
    gateway.answerNext(answer);
    await ask();
    await attempted();
  }
  const codes = gateway.requests.slice(before).map(({ body }) => String(JSON.parse(body).code));
  expect(codes).toHaveLength(answers.length);
  const logs = service.logs.join('\n');
  expect(logs).toContain('+977…80');
  // As a word: row ids and instants have digits, too.
  for (const code of codes) expect(logs).not.toMatch(new RegExp(`\\b${code}\\b`));
  for (const word of [secret, '97798000024']) expect(logs).not.toContain(word);
});
