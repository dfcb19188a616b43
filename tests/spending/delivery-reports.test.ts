import 'reflect-metadata';
import crypto from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createTwilioReceiver } from '../../src/providers/twilio/twilio.receiver.js';
import { twilioStatusUrl } from '../../src/providers/twilio/status-url.js';
import { MESSAGE_ID } from '../support/delivery/outgoing-message.js';
import { RecordingReports, type ReportServer, startReportServer } from '../support/delivery/report-server.js';
import { type SignedReport, signedReport } from '../support/twilio/twilio-report.js';
import type { TwilioAccount } from '../support/twilio/twilio-request.js';

/** Strangers who tell what became of a message: the address is public, its ids are in nobody's hands but Twilio's. */

const account = { accountSid: `AC${'0123456789abcdef'.repeat(2)}`, authToken: 'the-auth-token' };
const PUBLIC_URL = 'https://example.com/accounts';
const OTHER_ID = '01936d3e-7c00-7000-8000-000000000002';
const url = `${PUBLIC_URL}/webhooks/twilio?message=${MESSAGE_ID}`;
const fields = { MessageSid: `SM${'a'.repeat(32)}`, MessageStatus: 'delivered', To: '+9779800000000' };

const reports = new RecordingReports();
let server: ReportServer;
beforeAll(async () => {
  server = await startReportServer([await createTwilioReceiver({ ...account, reports })], PUBLIC_URL);
});
afterAll(() => server.close());
beforeEach(() => {
  reports.told.length = 0;
  reports.failWith(null);
});

function signed(
  given: Record<string, string> = {},
  { at = url, by = account }: { at?: string; by?: TwilioAccount } = {},
) {
  return signedReport({ url: at, fields: { ...fields, ...given } }, by);
}

/** Through a proxy that takes the prefix of PUBLIC_URL off. */
function post({ url: called, headers, body }: SignedReport): Promise<Response> {
  return fetch(called.replace(PUBLIC_URL, server.url), { method: 'POST', headers, body });
}

describe('Twilio', () => {
  test('reports what became of a message, behind a proxy and a path of its own', async () => {
    const response = await post(signed());
    expect(response.status).toBe(204);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(reports.told).toEqual([
      { messageId: MESSAGE_ID, provider: 'twilio', providerMessageId: fields.MessageSid, state: 'delivered' },
    ]);
  });

  test.each(['called', 'told'] as const)(
    'may sign the address as it was %s, with what it is to do while the service is away or without it',
    async (signs) => {
      const told = twilioStatusUrl(PUBLIC_URL)?.(MESSAGE_ID) ?? '';
      expect((await post(signedReport({ url: told, fields, signs }, account))).status).toBe(204);
      expect(reports.told).toHaveLength(1);
    },
  );

  test('reports letters of every script and new fields, and comes with a port or without', async () => {
    expect((await post(signed({ ErrorMessage: "l'adresse é ñ नमस्ते 😀 +&=%", NewField: '' }))).status).toBe(204);
    const withPort = signed({}, { at: url.replace('example.com', 'example.com:443') });
    expect((await post({ ...withPort, url })).status).toBe(204);
    expect(reports.told).toHaveLength(2);
  });

  test.each([
    ['the database is away', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['something is wrong', new Error('surprise')],
  ])('is asked to come again where a report cannot be kept: %s', async (_name, failure) => {
    reports.failWith(failure);
    const response = await post(signed());
    expect(response.status).toBe(503);
    expect(await response.text()).toBe('');
    reports.failWith(null);
    expect((await post(signed())).status).toBe(204);
    expect(reports.told).toHaveLength(1);
  });
});

describe('a stranger who forges a report', () => {
  const token = { ...account, authToken: 'another-token' };
  const forged: readonly [name: string, report: () => SignedReport][] = [
    ['without a signature', () => ({ ...signed(), headers: without(signed().headers) })],
    ['with an empty signature', () => withSignature('')],
    ['with a signature made up', () => withSignature(`${'A'.repeat(27)}=`)],
    ['with a signature that is too long', () => withSignature('A'.repeat(8_000))],
    ['signed with another token', () => signed({}, { by: token })],
    ['about another message than the signature', () => ({ ...signed(), url: url.replace(MESSAGE_ID, OTHER_ID) })],
    ['with another status than the signature', () => changed('delivered', 'undelivered')],
    ['with a field more', () => ({ ...signed(), body: `${signed().body}&ErrorCode=21610` })],
    ['with a field less', () => changed('&To=%2B9779800000000', '')],
    ['with a field that comes twice', () => ({ ...signed(), body: `${signed().body}&MessageStatus=delivered` })],
    ['with the end of the address moved to the form', () => ({ ...signed(), url: `${url}AccountSid` })],
    ['with another query', () => ({ ...signed(), url: `${url}&x=1` })],
    ['of another account', () => signed({ AccountSid: `AC${'f'.repeat(32)}` })],
    ['without an account', () => ({ ...signed(), body: signed().body.replace(/AccountSid=\w+&/, '') })],
    ['for another host', () => ({ ...signed({}, { at: url.replace('example.com', 'evil.example') }), url })],
    ['for http', () => ({ ...signed({}, { at: url.replace('https', 'http') }), url })],
    ['with an empty body', () => ({ ...signed(), body: '' })],
    ['as JSON', () => ({ ...signed(), body: JSON.stringify(fields) })],
    ['with fields of an object', () => ({ ...signed(), body: '__proto__=1&constructor=2&toString=3' })],
  ];
  test.each(forged)('%s is refused, and nobody is told', async (_name, make) => {
    const response = await post(make());
    expect(response.status).toBe(403);
    expect(await response.text()).toBe('');
    expect(reports.told).toEqual([]);
  });

  test('with two signatures, one of them right, is refused', async () => {
    const { headers, body } = signed();
    const right = headers['x-twilio-signature'] ?? '';
    for (const signatures of [
      [right, `${'A'.repeat(27)}=`],
      [`${'A'.repeat(27)}=`, right],
      [right, right],
    ]) {
      expect(await statusOf({ ...headers, 'x-twilio-signature': signatures }, body)).toBe(403);
    }
    expect(await statusOf(headers, body)).toBe(204);
    expect(reports.told).toHaveLength(1);
  });

  test('two hundred times costs nobody but themselves anything', async () => {
    const report = withSignature(`${'A'.repeat(27)}=`);
    for (let round = 0; round < 10; round += 1) {
      const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await post(report)).status));
      expect(new Set(statuses)).toEqual(new Set([403]));
    }
    expect(reports.told).toEqual([]);
  });

  test('with thousands of fields, which would take long to check, is refused at once', async () => {
    const hmac = vi.spyOn(crypto, 'createHmac');
    onTestFinished(() => hmac.mockRestore());
    const many = Array.from({ length: 13_000 }, (_, index) => `&${index.toString(36)}=`).join('');
    const { receive } = await receiver();
    expect(await receive(`AccountSid=${account.accountSid}${many}`)).toBe(403);
    // To sign them, they would be put in order: a tenth of a second.
    expect(hmac).not.toHaveBeenCalled();
  });

  test('without the id of the account makes us compute nothing at all', async () => {
    const hmac = vi.spyOn(crypto, 'createHmac');
    onTestFinished(() => hmac.mockRestore());
    const { receive } = await receiver();
    for (const body of [`AccountSid=AC${'f'.repeat(32)}&Body=${'x'.repeat(60_000)}`, 'MessageStatus=sent']) {
      expect(await receive(body)).toBe(403);
    }
    expect(hmac).not.toHaveBeenCalled();
    expect(await receive(`AccountSid=${account.accountSid}`)).toBe(403);
    expect(hmac).toHaveBeenCalled();
  });

  async function receiver() {
    const one = await createTwilioReceiver({ ...account, reports });
    const headers = { 'x-twilio-signature': `${'A'.repeat(27)}=` };
    return { receive: (body: string) => one.receive({ url, headers, body }) };
  }

  function withSignature(signature: string): SignedReport {
    return { ...signed(), headers: { ...signed().headers, 'x-twilio-signature': signature } };
  }

  function changed(from: string, to: string): SignedReport {
    return { ...signed(), body: signed().body.replace(from, to) };
  }

  function without({ 'x-twilio-signature': _signature, ...others }: Readonly<Record<string, string>>) {
    return others;
  }

  /** By Node's own client, which sends a header twice. */
  function statusOf(headers: Record<string, string | string[]>, body: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const called = url.replace(PUBLIC_URL, server.url);
      httpRequest(called, { method: 'POST', headers }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end(body);
    });
  }
});

test('somebody who recorded a report can say the same again, and nothing else', async () => {
  const recorded = signed();
  await post(recorded);
  expect((await post(recorded)).status).toBe(204);
  expect(new Set(reports.told.map((told) => JSON.stringify(told))).size).toBe(1);
});

describe('a request that is no report', () => {
  const address = () => `${server.url}/webhooks/twilio`;

  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('by %s is refused', async (method) => {
    const response = await fetch(address(), { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'text/xml'])(
    'of the type %s is refused',
    async (type) => {
      const { headers, body } = signed();
      expect((await post({ url, headers: { ...headers, 'content-type': type }, body })).status).toBe(415);
      expect(reports.told).toEqual([]);
    },
  );

  test('that is compressed is refused', async () => {
    const { headers, body } = signed();
    const packed = { method: 'POST', headers: { ...headers, 'content-encoding': 'gzip' }, body: gzipSync(body) };
    expect((await fetch(url.replace(PUBLIC_URL, server.url), packed)).status).toBe(415);
  });

  test('of more than 64 KB is refused', async () => {
    expect((await post(signed({ ErrorMessage: 'x'.repeat(65_536) }))).status).toBe(413);
    expect((await post(signed({ ErrorMessage: 'x'.repeat(60_000) }))).status).toBe(204);
  });

  test('to another path leads nowhere', async () => {
    for (const path of [
      '/webhooks',
      '/webhooks/',
      '/webhooks/twilio/',
      '/webhooks/other',
      '/webhooks/TWILIO',
      '/webhooks//twilio',
    ]) {
      expect((await fetch(server.url + path, { method: 'POST' })).status).toBe(404);
    }
  });

  test('from a page of an allowed origin gets no leave to read the answer', async () => {
    const origin = 'https://app.example.com';
    const asked = { origin, 'access-control-request-method': 'POST' };
    const preflight = await fetch(address(), { method: 'OPTIONS', headers: asked });
    const sent = await post({ ...signed(), headers: { ...signed().headers, origin } });
    for (const { headers } of [preflight, sent]) {
      expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });

  test('changes nothing about how others are read: /graphql still takes JSON and no form', async () => {
    const json = { 'content-type': 'application/json' };
    const asked = await fetch(`${server.url}/graphql`, { method: 'POST', headers: json, body: '{"query":"{ a }"}' });
    expect(asked.status).not.toBe(415);
    const { headers, body } = signed();
    expect((await fetch(`${server.url}/graphql`, { method: 'POST', headers, body })).status).toBe(415);
  });
});

test('C1: neither ids nor bodies nor signatures nor the number reach the log, whatever comes of a report', async () => {
  const { headers } = signed();
  await post(signed({ Body: '042069 is your code.' }));
  await post({ ...signed({ Body: '042069 is your code.' }), headers: { ...headers, 'x-twilio-signature': 'no' } });
  reports.failWith(new Error('not kept'));
  await post(signed({ Body: '042069 is your code.' }));
  const log = server.logs.join('');
  expect(log).toContain('"path":"/webhooks/twilio","status":503');
  for (const secret of ['042069', MESSAGE_ID, fields.MessageSid, '9779800000000', headers['x-twilio-signature'] ?? '-'])
    expect(log).not.toContain(secret);
});
