import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WhatsAppReportReceiver } from '../../src/providers/whatsapp/whatsapp.receiver.js';
import { RecordingReports, type ReportServer, startReportServer } from '../support/delivery/report-server.js';
import { notificationOf, type ReportedStatus, signatureOf } from '../support/whatsapp/whatsapp-report.js';
import { wamidOf } from '../support/whatsapp/whatsapp-stand-in.js';

/** Notifications of Meta over HTTP: those that are heard, and what attackers try. */

const appSecret = '0123456789abcdef0123456789abcdef';
const verifyToken = 'a-token-that-nobody-guesses';
const phoneNumberId = '106540352242922';
const id = '018f0000-0000-7000-8000-000000000001';
const wamid = wamidOf('+9779800000000', '9A3CA5B3D4CD6E67E7');

let reports: RecordingReports;
let server: ReportServer;
beforeEach(async () => {
  reports = new RecordingReports();
  const receiver = new WhatsAppReportReceiver({ appSecret, verifyToken, phoneNumberId, reports });
  server = await startReportServer([receiver], 'https://accounts.example.com');
});
afterEach(() => server.close());

const status = (name: string, more: object = {}): ReportedStatus => ({
  id: wamid,
  status: name,
  biz_opaque_callback_data: id,
  ...more,
});

async function post(content: unknown, headers?: Record<string, string | undefined>): Promise<number> {
  const body = typeof content === 'string' ? content : JSON.stringify(content);
  const given = Object.entries({ ...signatureOf(body, appSecret), ...headers });
  const sent = given.filter((entry): entry is [string, string] => entry[1] !== undefined);
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...Object.fromEntries(sent) }, body };
  return (await fetch(`${server.url}/webhooks/whatsapp`, init)).status;
}

const about = (...statuses: readonly ReportedStatus[]) => notificationOf(phoneNumberId, statuses);

describe('a notification', () => {
  const of = { messageId: id, provider: 'whatsapp', providerMessageId: '9A3CA5B3D4CD6E67E7' };
  const free = { amount: 0, currency: 'USD' };
  const error = (code: number) => ({
    errors: [{ code, title: 'Title', error_data: { details: 'For 9779800000000.' } }],
  });

  test.each([
    [
      'sent',
      { pricing: { billable: true, pricing_model: 'PMP', category: 'authentication' } },
      { ...of, state: 'sent' },
    ],
    ['delivered', { pricing: { billable: false, category: 'service' } }, { ...of, state: 'delivered', price: free }],
    ['read', { pricing: { type: 'free_customer_service' } }, { ...of, state: 'delivered', price: free }],
    ['failed', error(131026), { ...of, state: 'failed', failure: 'not_on_channel', providerCode: '131026' }],
    ['failed', error(131049), { ...of, state: 'failed', failure: 'blocked', providerCode: '131049' }],
    ['failed', error(130472), { ...of, state: 'failed', failure: 'blocked', providerCode: '130472' }],
    ['failed', error(131042), { ...of, state: 'failed', failure: 'bad_credentials', providerCode: '131042' }],
    ['failed', error(999_999), { ...of, state: 'failed', failure: 'undelivered', providerCode: '999999' }],
  ])('says that a message is %s: %j', async (name, more, report) => {
    const told = report.state === 'failed' ? { ...report, providerMessage: 'For ….', price: free } : report;
    expect(await post(about(status(name, more)))).toBe(200);
    expect(reports.told).toEqual([told]);
  });

  test('without a reason is a failure all the same', async () => {
    expect(await post(about(status('failed')))).toBe(200);
    expect(reports.told).toMatchObject([{ state: 'failed', failure: 'undelivered', providerCode: null }]);
  });

  test('may say much at once, in its order', async () => {
    const many = Array.from({ length: 500 }, () => [status('sent'), status('delivered')]).flat();
    expect(JSON.stringify(about(...many)).length).toBeGreaterThan(100_000);
    expect(await post(about(...many))).toBe(200);
    expect(reports.told.map(({ state }) => state).slice(0, 4)).toEqual(['sent', 'delivered', 'sent', 'delivered']);
    expect(reports.told).toHaveLength(1_000);
  });

  test.each<[string, object]>([
    ['another number of the account', notificationOf('999', [status('read')])],
    ['a message of somebody else', about(status('read', { biz_opaque_callback_data: 'order-7' }))],
    ['a message without a name', about(status('read', { biz_opaque_callback_data: undefined }))],
    ['a status that is new', about(status('played'))],
    [
      'a person who wrote',
      { object: 'whatsapp_business_account', entry: [{ changes: [{ value: { messages: [{}] } }] }] },
    ],
    [
      'an account that changed',
      { object: 'whatsapp_business_account', entry: [{ id: '1', changes: [{ field: 'x' }] }] },
    ],
  ])('about %s is acknowledged, so that it does not come again', async (_name, content) => {
    expect(await post(content)).toBe(200);
    expect(reports.told).toEqual([]);
  });

  test('that could not be kept comes again', async () => {
    reports.failWith(new Error('the database is away'));
    expect(await post(about(status('read')))).toBe(503);
    reports.failWith(null);
    expect(await post(about(status('read')))).toBe(200);
  });

  test.each(['', '{', 'null', '[]', '{"object":"page","entry":[]}', '{"object":"whatsapp_business_account"}'])(
    'that cannot be read is told so: %j',
    async (body) => {
      expect(await post(body)).toBe(400);
      expect(reports.told).toEqual([]);
    },
  );
});

describe('S: an attacker who knows the address but not the secret', () => {
  const body = JSON.stringify(about(status('read')));
  const signature = signatureOf(body, appSecret)['x-hub-signature-256'];

  test.each<[string, string, string | undefined]>([
    ['signs with a secret of their own', body, signatureOf(body, 'f'.repeat(32))['x-hub-signature-256']],
    ['changes the body', body.replace('read', 'sent'), signature],
    ['adds a space', `${body} `, signature],
    ['signs nothing', body, undefined],
    ['sends an empty signature', body, ''],
    ['names the method only', body, 'sha256='],
    ['signs by the older method', body, `sha1=${'a'.repeat(40)}`],
    ['leaves the method out', body, signature?.slice(7)],
    ['sends two signatures', body, `${signature}, ${signature}`],
  ])('%s: refused', async (_name, content, header) => {
    expect(await post(content, { 'x-hub-signature-256': header })).toBe(403);
    expect(reports.told).toEqual([]);
  });

  test('sends more than Meta ever does: refused unread', async () => {
    expect(await post(' '.repeat(3 * 1024 * 1024 + 1))).toBe(413);
  });
});

describe('the question whether the address is ours', () => {
  async function ask(query: Record<string, string> | string, method = 'GET') {
    const search = typeof query === 'string' ? query : new URLSearchParams(query).toString();
    const answer = await fetch(`${server.url}/webhooks/whatsapp?${search}`, { method });
    return { status: answer.status, text: await answer.text(), type: answer.headers.get('content-type') };
  }
  const right = { 'hub.mode': 'subscribe', 'hub.challenge': '1158201444', 'hub.verify_token': verifyToken };

  test('is answered to Meta, as text', async () => {
    expect(await ask(right)).toEqual({ status: 200, text: '1158201444', type: 'text/plain; charset=utf-8' });
  });

  test.each<[string, Record<string, string>]>([
    ['another token', { ...right, 'hub.verify_token': 'a-token-that-somebody-guessed' }],
    ['no token', { ...right, 'hub.verify_token': '' }],
    ['another question', { ...right, 'hub.mode': 'unsubscribe' }],
    ['a page instead of a challenge', { ...right, 'hub.challenge': '<script>' }],
    ['a challenge that is too long', { ...right, 'hub.challenge': '1'.repeat(201) }],
  ])('with %s is refused, with nothing said', async (_name, query) => {
    expect(await ask(query)).toMatchObject({ status: 403, text: '' });
  });

  test('with a name twice is refused, and so are other methods', async () => {
    expect(await ask(`${new URLSearchParams(right)}&hub.challenge=2`)).toMatchObject({ status: 403 });
    for (const method of ['HEAD', 'PUT', 'DELETE']) expect(await ask(right, method)).toMatchObject({ status: 405 });
  });

  test('leaves no token in the log', async () => {
    await ask(right);
    expect(server.logs.join('')).not.toContain(verifyToken);
  });
});
