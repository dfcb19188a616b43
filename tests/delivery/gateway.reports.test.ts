import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type DeliveryReport, deliveryFailures, type ReportRequest } from '../../src/providers/delivery-report.js';
import { WebhookReportReceiver } from '../../src/providers/gateway/gateway.receiver.js';
import { WebhookSender } from '../../src/providers/gateway/gateway.sender.js';
import { addSeconds } from '../../src/platform/clock.js';
import { ManualClock } from '../support/manual-clock.js';
import { textMessage } from '../support/delivery/outgoing-message.js';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwwJ7wGBbAx6U=';
const otherSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const id = '018f0000-0000-7000-8000-000000000001';

let clock: ManualClock;
let kept: DeliveryReport[];
let receiver: WebhookReportReceiver;
beforeEach(() => {
  clock = new ManualClock();
  kept = [];
  const reports = {
    async report(report: DeliveryReport) {
      kept.push(report);
      return true;
    },
  };
  receiver = new WebhookReportReceiver({ secret, reports, clock });
});

interface Signing {
  readonly secret?: string;
  readonly at?: Date;
  readonly id?: string;
}

/** A request as a gateway makes it with the library of Standard Webhooks. */
function signed(content: unknown, signing: Signing = {}): ReportRequest {
  const at = signing.at ?? clock.now();
  const webhookId = signing.id ?? 'msg_1';
  const body = typeof content === 'string' ? content : JSON.stringify(content);
  return {
    url: 'https://accounts.example.com/webhooks/delivery',
    headers: {
      'webhook-id': webhookId,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(signing.secret ?? secret).sign(webhookId, at, body),
    },
    body,
  };
}

function withHeaders(request: ReportRequest, headers: ReportRequest['headers']): ReportRequest {
  return { ...request, headers: { ...request.headers, ...headers } };
}

const delivered = { type: 'message.delivered', id };

describe('a gateway that reports', () => {
  const none = { messageId: id, provider: 'webhook', providerMessageId: null };

  test.each([
    [
      { type: 'message.sent', id },
      { ...none, state: 'sent' },
    ],
    [delivered, { ...none, state: 'delivered' }],
    [
      { type: 'message.delivered', id, providerMessageId: 'gw-1', price: { amount: 0, currency: 'NPR' }, more: [1] },
      { ...none, providerMessageId: 'gw-1', state: 'delivered', price: { amount: 0, currency: 'NPR' } },
    ],
    [
      { type: 'message.failed', id, reason: 'unreachable', providerCode: '27' },
      { ...none, state: 'failed', failure: 'unreachable', providerCode: '27' },
    ],
    [
      { type: 'message.failed', id },
      { ...none, state: 'failed', failure: 'undelivered', providerCode: null },
    ],
    [
      { type: 'message.failed', id, reason: 'the dog ate it' },
      { ...none, state: 'failed', failure: 'undelivered', providerCode: null },
    ],
    [
      { ...delivered, reason: 'blocked', price: 'nothing', providerMessageId: null },
      { ...none, state: 'delivered' },
    ],
  ])('is heard: %j', async (content, report) => {
    expect(await receiver.receive(signed(content))).toBe(204);
    expect(kept).toEqual([report]);
  });

  test.each(deliveryFailures)('may give the reason %s', async (reason) => {
    expect(await receiver.receive(signed({ type: 'message.failed', id, reason }))).toBe(204);
    expect(kept).toMatchObject([{ failure: reason }]);
  });

  test('of a message that is gone is told that all is well: it need not try again', async () => {
    const gone = new WebhookReportReceiver({ secret, reports: { report: async () => false }, clock });
    expect(await gone.receive(signed(delivered))).toBe(204);
  });

  test('while its report cannot be kept sees the error, and tries again', async () => {
    const away = new WebhookReportReceiver({
      secret,
      reports: { report: () => Promise.reject(new Error('the database is away')) },
      clock,
    });
    await expect(away.receive(signed(delivered))).rejects.toThrow('the database is away');
  });

  test('signs with two secrets while one takes over, and is heard', async () => {
    const request = signed(delivered);
    const foreign = signed(delivered, { secret: otherSecret }).headers['webhook-signature'];
    const both = `v1a,${'A'.repeat(86)}== ${foreign} ${request.headers['webhook-signature']}`;
    expect(await receiver.receive(withHeaders(request, { 'webhook-signature': both }))).toBe(204);
    expect(kept).toHaveLength(1);
  });

  test('twice with the same request says the same twice', async () => {
    const request = signed(delivered);
    expect([await receiver.receive(request), await receiver.receive(request)]).toEqual([204, 204]);
    expect(kept[1]).toEqual(kept[0]);
  });

  test('over HTTP reads the status', async () => {
    const server = createServer(async (incoming, response) => {
      const url = `http://accounts.test${incoming.url}`;
      response.writeHead(await receiver.receive({ url, headers: incoming.headers, body: await text(incoming) })).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${receiver.path}`;
    const post = async ({ headers, body }: ReportRequest) => {
      const sent = { 'content-type': receiver.contentType, ...headers } as Record<string, string>;
      return (await fetch(url, { method: 'POST', headers: sent, body })).status;
    };
    expect(await post(signed({ ...delivered, note: 'é😀' }))).toBe(204);
    expect(await post(signed(delivered, { secret: otherSecret }))).toBe(403);
    expect(await post(signed('{'))).toBe(400);
    expect(kept).toHaveLength(1);
  });
});

describe('S, C: an attacker who knows the address but not the secret', () => {
  test.each<[string, (request: ReportRequest) => ReportRequest]>([
    ['signs with a secret of their own', () => signed(delivered, { secret: otherSecret })],
    ['changes the body', (request) => ({ ...request, body: request.body.replace('delivered', 'failed') })],
    ['adds a space to the body', (request) => ({ ...request, body: `${request.body} ` })],
    ['changes the id', (request) => withHeaders(request, { 'webhook-id': 'msg_2' })],
    ['signs nothing', (request) => withHeaders(request, { 'webhook-signature': undefined })],
    ['sends an empty signature', (request) => withHeaders(request, { 'webhook-signature': '' })],
    ['names a version only', (request) => withHeaders(request, { 'webhook-signature': 'v1,' })],
    [
      'calls the signature another version',
      (request) =>
        withHeaders(request, { 'webhook-signature': `v2,${String(request.headers['webhook-signature']).slice(3)}` }),
    ],
    [
      'cuts the signature short',
      (request) =>
        withHeaders(request, { 'webhook-signature': String(request.headers['webhook-signature']).slice(0, -1) }),
    ],
    [
      'hides the right one behind many',
      (request) =>
        withHeaders(request, { 'webhook-signature': `${'v1,x '.repeat(5000)}${request.headers['webhook-signature']}` }),
    ],
    [
      'doubles the signature',
      (request) =>
        withHeaders(request, { 'webhook-signature': Array(2).fill(String(request.headers['webhook-signature'])) }),
    ],
    ['doubles the id', (request) => withHeaders(request, { 'webhook-id': ['msg_1', 'msg_1'] })],
    ['leaves the id out', (request) => withHeaders(request, { 'webhook-id': undefined })],
    ['leaves the time out', (request) => withHeaders(request, { 'webhook-timestamp': undefined })],
  ])('%s: refused', async (_name, change) => {
    expect(await receiver.receive(change(signed(delivered)))).toBe(403);
    expect(kept).toEqual([]);
  });

  test('with an id that has a point, which would leave open what was signed: refused though the signature is right', async () => {
    expect(await receiver.receive(signed(delivered, { id: 'msg.1' }))).toBe(403);
    expect(kept).toEqual([]);
  });

  test.each([
    ['a report that they saw 5 minutes ago', -301],
    ['one from the future', 301],
  ])('replays %s: refused', async (_name, seconds) => {
    const within = signed(delivered, { at: addSeconds(clock.now(), Math.sign(seconds) * 299) });
    expect(await receiver.receive(within)).toBe(204);
    const outside = signed(delivered, { at: addSeconds(clock.now(), seconds) });
    expect(await receiver.receive(outside)).toBe(403);
    expect(kept).toHaveLength(1);
  });

  test.each(['', 'now', '1e9', '-1', '0', ' 1', '1 ', '0x10', '9'.repeat(400), '1.5', 'NaN', 'Infinity'])(
    'sends %j as the time: refused',
    async (timestamp) => {
      expect(await receiver.receive(withHeaders(signed(delivered), { 'webhook-timestamp': timestamp }))).toBe(403);
    },
  );

  test('turns one of our own requests back on us: it is signed well, and reports nothing', async () => {
    const seen: ReportRequest[] = [];
    const server = createServer(async (incoming, response) => {
      seen.push({ url: '', headers: incoming.headers, body: await text(incoming) });
      response.writeHead(204).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await new WebhookSender({ url, secret, timeoutMs: 5_000 }, clock).send(textMessage({ id }));
    const [ours] = seen;
    expect(ours && (await receiver.receive(ours))).toBe(400);
    expect(kept).toEqual([]);
  });
});

test.each([
  '',
  '{',
  'null',
  '[]',
  '"message.delivered"',
  '{}',
  JSON.stringify({ type: 'message.delivered' }),
  JSON.stringify({ type: 'message.read', id }),
  JSON.stringify({ type: 'MESSAGE.DELIVERED', id }),
  JSON.stringify({ type: 'message.delivered', id: 'message-1' }),
  JSON.stringify({ type: 'message.delivered', id: `${id}'; --` }),
  JSON.stringify({ type: 'message.delivered', id: [id] }),
  JSON.stringify({ type: 'message.delivered', id, providerMessageId: 'a b' }),
  JSON.stringify({ type: 'message.failed', id, providerCode: 'x'.repeat(41) }),
  `${'['.repeat(30_000)}`,
])('a gateway that signs what cannot be read is told so: %j', async (body) => {
  expect(await receiver.receive(signed(body))).toBe(400);
  expect(kept).toEqual([]);
});
