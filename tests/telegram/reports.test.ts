import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addSeconds } from '../../src/platform/clock.js';
import { TelegramReportReceiver } from '../../src/providers/telegram/telegram.receiver.js';
import { RecordingReports, type ReportServer, startReportServer } from '../support/delivery/report-server.js';
import { ManualClock } from '../support/manual-clock.js';
import { type SignedReport, signedReport } from '../support/telegram/telegram-report.js';

/** Reports of Telegram's Gateway over HTTP: those that are heard, and what attackers try. */

const token = 'AAEAAAC8the-token-of-the-gateway';
const id = '018f0000-0000-7000-8000-000000000001';
const price = { amount: 0.01, currency: 'USD' };

let clock: ManualClock;
let reports: RecordingReports;
let server: ReportServer;
beforeEach(async () => {
  clock = new ManualClock(new Date('2026-01-01T00:00:00Z'));
  reports = new RecordingReports();
  server = await startReportServer(
    [new TelegramReportReceiver({ token, reports, clock })],
    'https://accounts.example.com',
  );
});
afterEach(() => server.close());

/** As in the documents: https://core.telegram.org/gateway/api#requeststatus */
function content(status: string, more: object = {}) {
  return {
    request_id: '4810292013984',
    phone_number: '+9779800000000',
    request_cost: 0.01,
    delivery_status: { status, updated_at: 1_767_225_600 },
    payload: id,
    ...more,
  };
}

const signed = (what: unknown, at = clock.now(), by = token) => signedReport(what, { token: by, at });

async function post({ headers, body }: SignedReport): Promise<number> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
  return (await fetch(`${server.url}/webhooks/telegram`, init)).status;
}

describe('a report', () => {
  const of = { messageId: id, provider: 'telegram', providerMessageId: '4810292013984' };

  test.each([
    ['sent', {}, { ...of, state: 'sent', price }],
    ['delivered', {}, { ...of, state: 'delivered', price }],
    ['read', { is_refunded: false, remaining_balance: 3 }, { ...of, state: 'delivered', price }],
    [
      'expired',
      { is_refunded: true },
      {
        ...of,
        state: 'failed',
        failure: 'unreachable',
        providerCode: 'EXPIRED',
        price: { amount: 0, currency: 'USD' },
      },
    ],
    ['revoked', {}, { ...of, state: 'failed', failure: 'undelivered', providerCode: 'REVOKED', price }],
  ])('says that a message is %s', async (status, more, report) => {
    expect(await post(signed(content(status, more)))).toBe(200);
    expect(reports.told).toEqual([report]);
  });

  test.each([
    ['a status that is new', content('forwarded')],
    ['what the user typed', content('', { delivery_status: undefined, verification_status: { status: 'code_valid' } })],
    ['a message of somebody else with the token', content('read', { payload: 'order-7' })],
    ['a message without a name', content('read', { payload: undefined })],
  ])('about %s is acknowledged, so that it does not come again', async (_name, what) => {
    expect(await post(signed(what))).toBe(200);
    expect(reports.told).toEqual([]);
  });

  test('that could not be kept comes again', async () => {
    reports.failWith(new Error('the database is away'));
    expect(await post(signed(content('read')))).toBe(503);
    reports.failWith(null);
    expect(await post(signed(content('read')))).toBe(200);
    expect(reports.told).toHaveLength(1);
  });

  test.each(['', '{', 'null', '[]', '{"ok":true}', JSON.stringify(content('read', { request_id: 'a b' }))])(
    'that cannot be read is told so: %j',
    async (body) => {
      expect(await post(signed(body))).toBe(400);
      expect(reports.told).toEqual([]);
    },
  );
});

describe('S: an attacker who knows the address but not the token', () => {
  const genuine = () => signed(content('read'));
  const withHeaders = (headers: Record<string, string>) => ({
    ...genuine(),
    headers: { ...genuine().headers, ...headers },
  });

  test.each<[string, () => SignedReport]>([
    ['signs with a token of their own', () => signed(content('read'), clock.now(), 'AAEAAAC8another')],
    ['changes the body', () => ({ ...genuine(), body: genuine().body.replace('read', 'expired') })],
    ['adds a space', () => ({ ...genuine(), body: `${genuine().body} ` })],
    ['moves the time', () => withHeaders({ 'x-request-timestamp': String(clock.now().getTime() / 1000 + 1) })],
    ['signs nothing', () => ({ ...genuine(), headers: {} })],
    ['sends an empty signature', () => withHeaders({ 'x-request-signature': '' })],
    ['cuts the signature short', () => withHeaders({ 'x-request-signature': 'ab' })],
    ['sends something else than hexadecimal digits', () => withHeaders({ 'x-request-signature': 'z'.repeat(64) })],
    ['writes the time in another way', () => withHeaders({ 'x-request-timestamp': '1767225600.0' })],
  ])('%s: refused', async (_name, forged) => {
    expect(await post(forged())).toBe(403);
    expect(reports.told).toEqual([]);
  });

  test.each([-301, 301])('replays a report %i seconds away from its time: refused', async (seconds) => {
    const within = signed(content('read'), addSeconds(clock.now(), Math.sign(seconds) * 299));
    expect(await post(within)).toBe(200);
    expect(await post(signed(content('read'), addSeconds(clock.now(), seconds)))).toBe(403);
    expect(reports.told).toHaveLength(1);
  });

  test('asks with another method: there is nothing', async () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE'])
      expect((await fetch(`${server.url}/webhooks/telegram`, { method })).status).toBe(405);
  });
});
