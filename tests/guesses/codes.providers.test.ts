import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { openSenders } from '../../src/providers/open-providers.js';
import { everyCell, findCodes, type SentCode } from '../support/operations/code-search.js';
import { ManualClock } from '../support/manual-clock.js';
import { otpDelivery, requestOtpAndFollow } from '../support/operations/operations.js';
import { messagesTo } from '../support/postgres/rows.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { signedReport } from '../support/twilio/twilio-report.js';

/** C1 through the real senders: providers that repeat what they were sent wherever they can, in answers and reports. */

const TOKEN = 'the-auth-token-of-twilio';
const SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const ACCOUNT = `AC${'0123456789abcdef'.repeat(2)}`;
const PUBLIC = 'https://accounts.example.com/base';
const SID = `SM${'a'.repeat(32)}`;

interface Heard {
  readonly address: string;
  readonly headers: string;
  readonly code: string;
}

const heard: Heard[] = [];
/** Statuses of the next answers; 0: the connection is cut. */
const script: number[] = [];
const answers: string[] = [];
const printed: string[] = [];
let parrot: Server;
let service: TestService;
let restore = () => {};

beforeAll(async () => {
  parrot = createServer(async (request, response) => {
    const body = await text(request);
    const code = codeIn(request, body);
    if (request.method === 'POST')
      heard.push({ address: request.url ?? '', headers: String(request.rawHeaders), code });
    const status = request.method === 'POST' ? (script.shift() ?? 200) : 200;
    if (status === 0) return void request.socket.destroy();
    const repeated = {
      id: heard.length % 2 > 0 ? `m-${code}` : `m-${numberIn(request, body)}`,
      providerCode: code,
      reason: code,
      message: body,
      more_info: body,
      detail: code,
    };
    response.writeHead(status, { 'content-type': 'application/json', 'x-code': code, 'retry-after': code });
    response.end(JSON.stringify({ ...repeated, sid: status < 300 ? SID : code, messages: [], calls: [] }));
  });
  parrot.listen(0, '127.0.0.1');
  await once(parrot, 'listening');
  const url = `http://127.0.0.1:${(parrot.address() as AddressInfo).port}`;
  const env = {
    ...MANY_TEXTS,
    LOG_LEVEL: 'trace',
    DELIVERY_ROUTES: 'SMS=twilio,webhook WHATSAPP=webhook,twilio VOICE=twilio,webhook',
    PUBLIC_URL: PUBLIC,
    TWILIO_ACCOUNT_SID: ACCOUNT,
    TWILIO_AUTH_TOKEN: TOKEN,
    TWILIO_PHONE_NUMBER: '+15005550006',
    TWILIO_WHATSAPP_NUMBER: '+15005550007',
    TWILIO_BASE_URL: url,
    WEBHOOK_URL: url,
    WEBHOOK_SECRET: SECRET,
  };
  const reading = readConfig({ NODE_ENV: 'test', ...env });
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  const clock = new ManualClock();
  const parts = {
    clock,
    output: new PassThrough(),
    publicUrl: PUBLIC,
    production: false,
    serviceName: null,
    stops: [],
  };
  const senders = await openSenders(reading.config.delivery.providers, parts);
  service = await startService({ clock, env, senders: [...senders.values()] });
  restore = listenToProcess();
  await sendEverything();
});
afterAll(async () => {
  restore();
  await service.close();
  parrot.closeAllConnections();
  parrot.close();
});

function listenToProcess(): () => void {
  const { stdout, stderr } = process;
  const [out, err] = [stdout.write, stderr.write];
  stdout.write = (chunk: unknown) => printed.push(String(chunk)) > 0;
  stderr.write = (chunk: unknown) => printed.push(String(chunk)) > 0;
  return () => Object.assign(stdout, { write: out }) && Object.assign(stderr, { write: err });
}

/** As a provider finds it. */
function codeIn({ headers }: IncomingMessage, body: string): string {
  if (headers['webhook-id'] !== undefined) return JSON.parse(body).code;
  const form = new URLSearchParams(body);
  const said = (form.get('Twiml') ?? '').replace(/<[^>]+>/g, ' ').match(/(?<!\d)\d(?!\d)/g) ?? [];
  return form.get('Body')?.match(/\b\d{6}\b/)?.[0] ?? said.slice(0, 6).join('');
}

/** Without its plus, as many gateways write numbers. */
function numberIn({ headers }: IncomingMessage, body: string): string {
  return headers['webhook-id'] === undefined ? '' : JSON.parse(body).to.slice(1);
}

async function sendEverything(): Promise<void> {
  let serial = 10;
  // Taken; refused; refused, then taken by the other; busy; away; cut off; nothing but trouble.
  for (const statuses of [[], [400, 400], [404], [429, 429], [500, 503], [0, 0], [401, 401], [302, 302], [200, 400]]) {
    for (const channel of ['SMS', 'WHATSAPP', 'VOICE']) {
      serial += 1;
      const phoneNumber = `+9779800006${String(serial).padStart(3, '0')}`;
      script.splice(0, script.length, ...statuses);
      const answer = await requestOtpAndFollow(service, { phoneNumber, channel });
      await service.background.outbox.drain();
      script.length = 0;
      service.clock.advance(10);
      await service.background.outbox.run();
      await service.background.outbox.drain();
      await reportAbout(phoneNumber);
      answers.push(JSON.stringify([answer, await otpDelivery(service, answer.requestToken)]));
    }
    // The breakers forget.
    service.clock.advance(600);
  }
}

/** Both providers say what became of it, and repeat the code in whatever they may name. */
async function reportAbout(phoneNumber: string): Promise<void> {
  const [message] = await messagesTo(service, phoneNumber);
  if (!message) throw new Error('There is no message.');
  const code = heard.at(-1)?.code ?? '';
  const form = { MessageSid: SID, MessageStatus: 'undelivered', ErrorCode: '30008', ErrorMessage: code, Body: code };
  const url = `${PUBLIC}/webhooks/twilio?message=${message.id}`;
  const byTwilio = signedReport({ url, fields: form }, { accountSid: ACCOUNT, authToken: TOKEN });
  const statuses = [await post(url, byTwilio.headers, byTwilio.body)];
  for (const named of [phoneNumber.slice(1), code, `gw-${code}`, `id:${code}.1`]) {
    for (const type of ['message.failed', 'message.delivered']) {
      const providerCode = named.replaceAll(':', '_');
      const body = JSON.stringify({ type, id: message.id, providerMessageId: named, providerCode, reason: code });
      const at = service.clock.now();
      const headers = {
        'content-type': 'application/json',
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(SECRET).sign('msg_1', at, body),
      };
      statuses.push(await post(`${PUBLIC}/webhooks/delivery`, headers, body));
    }
  }
  expect(new Set(statuses)).toEqual(new Set([204]));
}

/** Through a proxy that takes the path of PUBLIC_URL off. */
async function post(url: string, headers: Readonly<Record<string, string>>, body: string) {
  const response = await fetch(url.replace(PUBLIC, service.url), { method: 'POST', headers, body });
  answers.push(JSON.stringify([response.status, ...response.headers, await response.text()]));
  return response.status;
}

function codes(): SentCode[] {
  return [...new Set(heard.map(({ code }) => code))].map((code) => ({ code, context: ['SIGN_IN'] }));
}

describe('C1: codes that providers repeat', () => {
  test('are many, and every channel and provider had some', () => {
    expect(codes().length).toBeGreaterThan(20);
    expect(codes().every(({ code }) => /^\d{6}$/.test(code))).toBe(true);
    expect(new Set(heard.map(({ address }) => address))).toEqual(
      new Set(['/', `/2010-04-01/Accounts/${ACCOUNT}/Messages.json`, `/2010-04-01/Accounts/${ACCOUNT}/Calls.json`]),
    );
  });

  test('are in no log line, and nothing else is printed', () => {
    expect(service.logs.length).toBeGreaterThan(100);
    expect(findCodes(codes(), new Map(service.logs.map((line, index) => [`line ${index}`, line])))).toEqual([]);
    expect(findCodes(codes(), new Map([['printed', printed.join('')]]))).toEqual([]);
  });

  test('are in no cell of the database', async () => {
    expect(findCodes(codes(), await everyCell(service.db))).toEqual([]);
  });

  test('are in no answer, metric, address or header', async () => {
    const { payload } = await service.background.metricsServer.inject({ url: '/metrics' });
    const pieces = [...answers, payload, ...heard.flatMap(({ address, headers }) => [address, headers])];
    expect(findCodes(codes(), new Map(pieces.map((piece, index) => [String(index), piece])))).toEqual([]);
  });

  test('and no secret, nor a number as it was called, is in a log line', () => {
    const lines = [...service.logs, ...printed].join('');
    for (const hidden of [TOKEN, SECRET, SECRET.slice(6), Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64')]) {
      expect(lines).not.toContain(hidden);
    }
    expect(lines).not.toContain('9779800006');
  });
});
