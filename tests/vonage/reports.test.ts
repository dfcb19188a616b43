import { createHash } from 'node:crypto';
import { SignJWT } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DeliveryFailure, ReportRequest } from '../../src/providers/delivery-report.js';
import { VonageReportReceiver } from '../../src/providers/vonage/vonage.receiver.js';
import { MESSAGE_ID } from '../support/delivery/outgoing-message.js';
import { RecordingReports, startReportServer } from '../support/delivery/report-server.js';
import { ManualClock } from '../support/manual-clock.js';

/** Vonage reports a status. An attacker forges and repeats reports (https://developer.vonage.com/en/api/messages, "Message Status"). */

const signatureSecret = 'the-signature-secret-of-the-account';
const applicationId = 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab';
const apiKey = 'abcd1234';
const MESSAGE_UUID = 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ac';

let clock: ManualClock;
let reports: RecordingReports;
let receiver: VonageReportReceiver;
beforeEach(() => {
  clock = new ManualClock();
  reports = new RecordingReports();
  receiver = new VonageReportReceiver({ signatureSecret, applicationId, apiKey, reports, clock });
});

/** As in the reference. */
const submitted = {
  message_uuid: MESSAGE_UUID,
  to: '447700900000',
  from: '447700900001',
  timestamp: '2025-02-03T12:14:25Z',
  status: 'submitted',
  client_ref: MESSAGE_ID,
  usage: { currency: 'EUR', price: '0.0333' },
  channel: 'sms',
  destination: { network_code: '12345' },
  sms: { count_total: '2' },
};
const error = (code: string) => ({
  type: `https://developer.vonage.com/api-errors/messages#${code}`,
  title: code,
  detail: 'Absent subscriber 447700900000',
  instance: 'bf0ca0bf927b3b52e3cb03217e1a1ddf',
});

interface Signing {
  readonly secret?: string;
  readonly secondsAgo?: number;
  readonly claims?: object;
  readonly body?: string;
  readonly alg?: string;
}

async function signed(content: unknown, signing: Signing = {}): Promise<ReportRequest> {
  const body = typeof content === 'string' ? content : JSON.stringify(content);
  const claims = {
    iss: 'Vonage',
    jti: 'c5ba8f24-1a14-4c10-bfdf-3fbe8ce511b5',
    payload_hash: createHash('sha256').update(body).digest('hex'),
    api_key: apiKey,
    application_id: applicationId,
    ...signing.claims,
  };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: signing.alg ?? 'HS256', typ: 'JWT' })
    .setIssuedAt(Math.floor(clock.now().getTime() / 1000) - (signing.secondsAgo ?? 0))
    .sign(new TextEncoder().encode(signing.secret ?? signatureSecret));
  return {
    url: 'https://accounts.example.com/webhooks/vonage',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: signing.body ?? body,
  };
}

describe('a genuine report', () => {
  test('of a text that was sent on, with its price', async () => {
    expect(await receiver.receive(await signed(submitted))).toBe(204);
    expect(reports.told).toEqual([
      {
        ...{ messageId: MESSAGE_ID, provider: 'vonage', providerMessageId: MESSAGE_UUID, state: 'sent' },
        price: { amount: 0.0333, currency: 'EUR' },
      },
    ]);
  });

  test.each(['delivered', 'read'])('of a text that arrived: %s', async (status) => {
    const { usage, ...rest } = submitted;
    expect(await receiver.receive(await signed({ ...rest, status, unknown: usage }))).toBe(204);
    expect(reports.told).toEqual([
      { messageId: MESSAGE_ID, provider: 'vonage', providerMessageId: MESSAGE_UUID, state: 'delivered' },
    ]);
  });

  const losses: readonly [status: string, code: string, failure: DeliveryFailure][] = [
    ['rejected', '1240', 'opted_out'],
    ['rejected', '1470', 'blocked'],
    ['rejected', '1120', 'rejected'],
    ['undeliverable', '1190', 'invalid_number'],
    ['undeliverable', '1260', 'unreachable'],
    ['undeliverable', '1330', 'undelivered'],
    ['undeliverable', '9999', 'undelivered'],
  ];
  test.each(losses)('of a text that was lost: %s, %s', async (status, code, failure) => {
    for (const shape of [error(code), { error: error(code) }]) {
      expect(await receiver.receive(await signed({ ...submitted, status, error: shape }))).toBe(204);
    }
    const lost = { state: 'failed', failure, providerCode: code, providerMessage: 'Absent subscriber …' };
    expect(reports.told).toMatchObject([lost, lost]);
  });

  test('of a text that was lost without a reason', async () => {
    await receiver.receive(await signed({ ...submitted, status: 'undeliverable' }));
    expect(reports.told).toMatchObject([{ state: 'failed', failure: 'undelivered', providerCode: null }]);
  });

  test('without news, or about a message of another service, is of no interest', async () => {
    const { client_ref, ...foreign } = submitted;
    for (const content of [
      { ...submitted, status: 'accepted' },
      foreign,
      { ...foreign, client_ref: 'order-7' },
      client_ref,
    ])
      expect(await receiver.receive(await signed(JSON.stringify(content)))).toBe(204);
    expect(reports.told).toEqual([]);
  });

  test('is kept without a price that makes no sense', async () => {
    const usage = { currency: 'much', price: '-1' };
    expect(await receiver.receive(await signed({ ...submitted, usage }))).toBe(204);
    expect(reports.told[0]).not.toHaveProperty('price');
  });

  test('that is no JSON is unreadable', async () => {
    expect(await receiver.receive(await signed('{'))).toBe(400);
  });

  test('of an account whose key is not known here', async () => {
    const open = new VonageReportReceiver({ signatureSecret, applicationId, apiKey: null, reports, clock });
    expect(await open.receive(await signed(submitted, { claims: { api_key: 'ffff0000' } }))).toBe(204);
  });
});

describe('a report that is refused', () => {
  const forgeries: readonly [name: string, signing: Signing][] = [
    ['signed with another secret', { secret: 'another-secret-of-another-account' }],
    ['by another algorithm', { alg: 'HS512' }],
    ['of another application', { claims: { application_id: 'ffffffff-bbbb-4ccc-8ddd-0123456789ab' } }],
    ['of another account', { claims: { api_key: 'ffff0000' } }],
    ['whose body was changed', { body: JSON.stringify({ ...submitted, status: 'delivered' }) }],
    ['without a hash of its body', { claims: { payload_hash: undefined } }],
    ['repeated after more than five minutes', { secondsAgo: 302 }],
    ['from the future', { secondsAgo: -302 }],
  ];
  test.each(forgeries)('%s', async (_name, signing) => {
    expect(await receiver.receive(await signed(submitted, signing))).toBe(403);
    expect(reports.told).toEqual([]);
  });

  test.each(['', 'Bearer', 'Bearer a.b.c', `Basic ${'a'.repeat(40)}`])(
    'with the authorization "%s"',
    async (authorization) => {
      const request = await signed(submitted);
      expect(await receiver.receive({ ...request, headers: { authorization } })).toBe(403);
    },
  );

  test('with a token that nobody signed', async () => {
    const request = await signed(submitted);
    const [, claims] = String(request.headers['authorization']).split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    const authorization = `Bearer ${header}.${claims}.${'A'.repeat(43)}`;
    expect(await receiver.receive({ ...request, headers: { authorization } })).toBe(403);
  });
});

test('the service takes what Vonage posts over HTTP', async () => {
  const server = await startReportServer([receiver], 'https://accounts.example.com');
  const genuine = await signed(submitted);
  const forged = await signed(submitted, { secret: 'another-secret-of-another-account' });
  const answers = [];
  for (const { headers, body } of [genuine, forged]) {
    const sent = { method: 'POST', headers: headers as Record<string, string>, body };
    answers.push((await fetch(`${server.url}/webhooks/vonage`, sent)).status);
  }
  await server.close();
  expect(answers).toEqual([204, 403]);
  expect(reports.told).toHaveLength(1);
  expect(server.logs.join('')).not.toContain('447700900000');
});
