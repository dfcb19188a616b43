import { once } from 'node:events';
import { request } from 'node:http';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { EventStreams } from '../../src/inbox/event-streams.js';
import { Inbox } from '../../src/inbox/inbox.js';
import { addInbox } from '../../src/inbox/inbox.routes.js';
import { copyToInbox } from '../../src/inbox/inbox.sender.js';
import { openInbox } from '../../src/inbox/open-inbox.js';
import { providerList } from '../../src/providers/provider-list.js';
import { systemRandom } from '../../src/platform/random.js';
import { EventReader } from '../support/browser/event-reader.js';
import { eventually } from '../support/eventually.js';
import { type InboxService, inboxMessage, startInboxService } from '../support/browser/inbox-service.js';
import { ManualClock } from '../support/manual-clock.js';
import { requestOtp } from '../support/operations/operations.js';
import { textMessage } from '../support/delivery/outgoing-message.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { PUBLIC_URL, startService, TEST_SECRET } from '../support/service.js';

const developmentProviders = providerList.filter((each) => each.developmentOnly).map(({ name }) => name);
/** Whose messages go into the inbox. */
const copied = new Set(developmentProviders);

const SANDBOX_ORIGIN = 'https://studio.apollographql.com';
const FRONT_END = 'http://localhost:3000';
const PARTS = ['/inbox/inbox.css', '/inbox/inbox.js', '/inbox/icon.svg', '/inbox/events'];
const PATHS = ['/inbox', ...PARTS];

const PRODUCTION = {
  NODE_ENV: 'production',
  APP_SECRET: TEST_SECRET,
  PUBLIC_URL: 'https://accounts.example.com',
  SMS_PROVIDER: 'twilio',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'token',
  TWILIO_PHONE_NUMBER: '+15005550006',
};

let service: InboxService;

beforeAll(async () => {
  service = await startInboxService({ env: { NODE_ENV: 'development', CORS_ORIGINS: FRONT_END } });
});

afterAll(() => service.close());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** What came within the first moment, for streams have no end. */
  readonly text: string;
}

/** A request with headers that `fetch` would not let through. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(service.url + path, { method, headers, agent: false }, (response) => {
      const { statusCode: status = 0, headers: answered } = response;
      let text = '';
      const done = () => resolve({ status, headers: answered, text });
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
        if (answered['content-type'] !== 'text/event-stream') return;
        done();
        response.destroy();
      });
      response.once('end', done);
    });
    asked.once('error', reject).end();
  });
}

const statuses = async (headers: Record<string, string>, paths = PATHS) =>
  Promise.all(paths.map(async (path) => (await ask(path, headers)).status));

const everywhere = <Value>(value: Value, paths = PATHS) => paths.map(() => value);

async function read(headers: Record<string, string> = {}): Promise<EventReader> {
  const reader = await EventReader.open(service.url, headers);
  onTestFinished(() => reader.close());
  return reader;
}

describe('a developer', () => {
  test('opens /inbox and gets a page that loads nothing from elsewhere', async () => {
    const page = await ask('/inbox');

    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    const addresses = [...page.text.matchAll(/\b(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    expect(addresses.sort()).toEqual(['graphql', 'inbox/icon.svg', 'inbox/inbox.css', 'inbox/inbox.js']);
    expect(page.text).not.toMatch(/<script[^>]*>[^<]|<style|\son\w+=|\sstyle=/);
  });

  test('sees each code as it is printed, with number, channel and time', async () => {
    const reader = await read();
    await reader.backlog();

    await requestOtp(service, { phoneNumber: '+255 679 190 720' });

    expect(await reader.next()).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      type: 'message',
      data: {
        to: '+255679190720',
        channel: 'SMS',
        code: expect.stringMatching(/^\d{6}$/),
        subject: null,
        text: expect.stringMatching(/^\d{6} is your verification code\./),
        note: null,
        sentAt: service.clock.now().toISOString(),
      },
    });
  });

  test('misses nothing while the connection is away, and gets nothing twice', async () => {
    const first = await read();
    await first.backlog();
    service.receive({ text: 'seen' });
    const { id } = await first.next();
    first.close();
    service.receive({ text: 'missed' });
    service.receive({ text: 'missed, too' });

    const second = await read({ 'last-event-id': id });

    expect((await second.backlog()).map(({ data }) => data.text)).toEqual(['missed', 'missed, too']);
    service.receive({ text: 'new' });
    expect((await second.next()).data.text).toBe('new');
  });

  test('gets all there is after a restart, for then nobody knows the message that the page had last', async () => {
    const other = await startInboxService({ database: service.database });
    onTestFinished(() => other.close());
    const [old] = [await read()];
    service.receive({ text: 'before the restart' });
    const lastId = (await old.backlog()).at(-1)?.id ?? '';
    other.receive({ text: 'after the restart' });

    const reader = await EventReader.open(other.url, { 'last-event-id': lastId });

    expect((await reader.backlog()).map(({ data }) => data.text)).toEqual(['after the restart']);
  });

  test('keeps the latest hundred messages', async () => {
    for (let count = 1; count <= 101; count += 1) service.receive({ text: `number ${count}` });

    const texts = (await (await read()).backlog()).map(({ data }) => data.text);

    expect(texts).toHaveLength(100);
    expect([texts[0], texts.at(-1)]).toEqual(['number 2', 'number 101']);
  });

  test('reads a text with lines, markup and control characters as it was sent', async () => {
    const text =
      '575784 is your <b>Acme</b> code.\r\n\r\ndata: forged\n\nevent: ready\u2028\u0000@app.example.com #575784';
    const reader = await read();
    await reader.backlog();

    service.receive({ text });

    expect((await reader.next()).data.text).toBe(text);
  });

  test('does not see a text that could not be printed, since it is sent again', async () => {
    const inbox = new Inbox(systemRandom);
    const terminal = new ScriptedSender();
    terminal.next('provider_unavailable');
    const senders = new Map([['console', terminal]]);
    const sender = copyToInbox(inbox, { senders, copied, clock: new ManualClock() }).get('console');

    const outcomes = [await sender?.send(textMessage()), await sender?.send(textMessage())];

    expect(outcomes.map((outcome) => outcome?.kind)).toEqual(['failed', 'accepted']);
    expect(inbox.after(undefined)).toHaveLength(1);
  });

  test('does not see what another provider really sends to a phone', async () => {
    const inbox = new Inbox(systemRandom);
    const [terminal, provider] = [new ScriptedSender('console'), new ScriptedSender('twilio')];
    const senders = new Map([
      ['console', terminal],
      ['twilio', provider],
    ]);

    const copying = copyToInbox(inbox, { senders, copied, clock: new ManualClock() });
    for (const [name, sender] of copying) await sender.send(textMessage({ text: `by ${name}` }));

    expect(provider.attempts).toHaveLength(1);
    expect(inbox.after(undefined).map(({ text }) => text)).toEqual(['by console']);
  });

  test('sees the subject of an email', async () => {
    const inbox = new Inbox(systemRandom);
    const senders = new Map([['console', new ScriptedSender()]]);
    const sender = copyToInbox(inbox, { senders, copied, clock: service.clock }).get('console');

    await sender?.send({ ...textMessage({ to: 'asha@example.com' }), channel: 'EMAIL', subject: 'Your code' });

    const received = { to: 'asha@example.com', channel: 'EMAIL', subject: 'Your code', sentAt: service.clock.now() };
    expect(inbox.after(undefined)).toMatchObject([received]);
  });

  test('finds no code in the log of the requests', async () => {
    await requestOtp(service, { phoneNumber: '+9779812345678' });
    const last = (await (await read()).backlog()).at(-1)?.data;

    expect(last.to).toBe('+9779812345678');
    expect(service.logs.join('').replaceAll(/"time":"[^"]*"|"reqId":"[^"]*"/g, '')).not.toContain(last.code);
  });
});

describe('in production', () => {
  test('there is no inbox, not even where somebody hands one in', async () => {
    const inbox = new Inbox(systemRandom);
    const production = await startService({ env: PRODUCTION, inbox });
    onTestFinished(() => production.close());

    const answers = await Promise.all(PATHS.map((path) => fetch(production.url + path)));

    expect(answers.map(({ status }) => status)).toEqual(everywhere(404));
  });

  test('none is made, nor where everything is really sent', () => {
    const made = (production: boolean, ...used: string[]) => {
      const development = used.filter((name) => developmentProviders.includes(name));
      const needs = { production, delivery: { developmentProviders: new Set(development) } };
      expect(openInbox({ ...needs, inbox: 'off' }, systemRandom)).toBeNull();
      return openInbox({ ...needs, inbox: 'local' }, systemRandom) instanceof Inbox;
    };

    expect(made(false, 'console')).toBe(true);
    expect(made(false, 'console', 'twilio')).toBe(true);
    expect(made(true, 'console')).toBe(false);
    expect(made(true, 'twilio')).toBe(false);
    expect(made(false, 'twilio')).toBe(false);
  });
});

describe('somebody at another machine, while HOST lets the service be reached from there', () => {
  /** A request that the sockets say comes from `peer`. */
  async function from(peer: string, asked: InboxService, headers: Record<string, string> = {}) {
    // The events have no end, and an answer without end has no status here.
    const answers = PATHS.slice(0, -1).map((url) =>
      asked.background.server.inject({ url, remoteAddress: peer, headers: { host: 'localhost', ...headers } }),
    );
    return Promise.all(answers);
  }

  const START = { env: { NODE_ENV: 'development', HOST: '0.0.0.0' } };

  test.each(['192.168.1.20', '::ffff:192.168.1.20', 'fe80::1', '2001:db8::1', '127.0.0.1.evil'])(
    'gets nothing from %s, and reads which setting opens the inbox',
    async (peer) => {
      const answers = await from(peer, service);
      const forged = await from(peer, service, { 'x-forwarded-for': '127.0.0.1', forwarded: 'for=127.0.0.1' });

      expect(new Set([...answers, ...forged].map(({ statusCode }) => statusCode))).toEqual(new Set([403]));
      expect(answers[0]?.body).toContain('set INBOX=on');
      const events = await service.background.server.inject({ url: '/inbox/events', remoteAddress: peer });
      expect(events.statusCode).toBe(403);
    },
  );

  test('gets nothing through a trusted proxy on this machine either', async () => {
    const behind = await startInboxService({
      database: service.database,
      env: { ...START.env, TRUST_PROXY: 'loopback' },
    });
    onTestFinished(() => behind.close());

    const [page] = await from('127.0.0.1', behind, { 'x-forwarded-for': '192.168.1.20' });
    const [own] = await from('127.0.0.1', behind, { 'x-forwarded-for': '127.0.0.1' });

    expect([page?.statusCode, own?.statusCode]).toEqual([403, 200]);
  });

  test('reads it where INBOX=on says that all may, under the names that it has', async () => {
    const open = await startInboxService({ database: service.database, env: { ...START.env, INBOX: 'on' } });
    onTestFinished(() => open.close());

    const [page] = await from('192.168.1.20', open, { host: new URL(PUBLIC_URL).host });
    const [strange] = await from('192.168.1.20', open, { host: 'evil.example' });

    expect([page?.statusCode, strange?.statusCode]).toEqual([200, 403]);
  });

  test('is no reason to shut this machine out, over IPv4 or IPv6', async () => {
    for (const peer of ['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1']) {
      const [page] = await from(peer, service);
      expect([peer, page?.statusCode]).toEqual([peer, 200]);
    }
  });

  test('production refuses INBOX=on', () => {
    const env = { ...PRODUCTION, DATABASE_URL: 'bundled' };
    const reading = readConfig({ ...env, INBOX: 'on' });
    expect(reading).toMatchObject({ kind: 'problems', problems: [expect.stringMatching(/^INBOX must not be on/)] });
    expect(readConfig({ ...env, INBOX: 'off' }).kind).toBe('config');
  });
});

test('a service without an inbox has no /inbox', async () => {
  const without = await startService({ database: service.database });
  onTestFinished(() => without.close());

  const answers = await Promise.all(PATHS.map((path) => fetch(without.url + path)));

  expect(answers.map(({ status }) => status)).toEqual(everywhere(404));
});

describe('a web page of somebody else', () => {
  test('that made its name point to this machine (DNS rebinding) gets nothing', async () => {
    const names = [
      'evil.example',
      'evil.example:4000',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      'evil.example#localhost',
      'localhost@evil.example',
      'evil.example@',
      'notlocalhost',
      '0.0.0.0:4000',
      '192.168.0.7:4000',
      '[::]:4000',
      '%',
    ];

    for (const host of names) expect([host, await statuses({ host })]).toEqual([host, everywhere(403)]);
    expect((await ask('/inbox', { host: 'evil.example' })).text).toContain('localhost');
    expect(await statuses({ 'x-forwarded-host': 'evil.example' })).toEqual(everywhere(403));
    expect(await statuses({ 'x-forwarded-host': 'localhost, evil.example' })).toEqual(everywhere(403));
  });

  test('cannot load any part of it, be it of another site or of another port of this machine', async () => {
    for (const site of ['cross-site', 'same-site']) {
      const load = { 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' };
      expect(await statuses(load)).toEqual(everywhere(403));
      const frame = { 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' };
      expect(await statuses(frame)).toEqual(everywhere(403));
    }
    expect(await statuses({ 'sec-fetch-site': 'anything new' })).toEqual(everywhere(403));
  });

  test('in a browser that tells no more than Origin cannot either', async () => {
    for (const origin of [FRONT_END, SANDBOX_ORIGIN, 'https://evil.example', 'null']) {
      expect(await statuses({ origin })).toEqual(everywhere(403));
    }
  });

  test('may link to the page, but not to the stream', async () => {
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

    expect(await statuses(link)).toEqual([200, ...everywhere(403, PARTS)]);
  });

  test('is never told by CORS that it may, not even those that may use the API', async () => {
    for (const origin of [FRONT_END, SANDBOX_ORIGIN]) {
      const preflight = { origin, 'access-control-request-method': 'GET' };
      const answers = await Promise.all(
        PATHS.flatMap((path) => [ask(path, { origin }), ask(path, preflight, 'OPTIONS'), ask(path)]),
      );
      const headers = answers.flatMap((answer) => Object.keys(answer.headers));
      expect(headers.filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect((await ask('/healthz', { origin })).headers['access-control-allow-origin']).toBe(origin);
    }
  });
});

test('the page itself is answered, under each name of this machine and the public one', async () => {
  const own = [{}, { 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }];
  const port = new URL(service.url).port;
  const hosts = ['localhost', `LOCALHOST:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, 'app.localhost'];

  for (const headers of own) expect(await statuses(headers)).toEqual(everywhere(200));
  for (const host of [...hosts, new URL(PUBLIC_URL).host]) expect(await statuses({ host })).toEqual(everywhere(200));
  expect(await statuses({ host: 'localhost:4000', origin: 'http://localhost:4000' })).toEqual(everywhere(200));
});

test('every answer, refusals too, forbids to run, keep, frame and guess at anything', async () => {
  const answers = [...(await Promise.all(PATHS.map((path) => ask(path)))), await ask('/inbox', { host: 'evil' })];

  for (const { headers } of answers) {
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'x-request-id': expect.any(String),
    });
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
  }
});

test('a request for the head of the stream ends, and nothing but the files of the page is served', async () => {
  const answers = await Promise.all([
    ask('/inbox/events', {}, 'HEAD'),
    ask('/inbox/index.html'),
    ask('/inbox/../package.json'),
    ask('/inbox/..%2f..%2fpackage.json'),
    ask('/inbox/%2e%2e/cities.tsv.gz'),
  ]);

  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
});

test('twenty pages may show the inbox, one more is told so, and gets in when one is closed', async () => {
  const small = await startInboxService({ database: service.database });
  onTestFinished(() => small.close());
  const readers = await Promise.all(Array.from({ length: 20 }, () => EventReader.open(small.url)));

  const refused = await EventReader.open(small.url);
  readers[0]?.close();
  const admitted = await eventually(async () => {
    const reader = await EventReader.open(small.url);
    return reader.status === 200 ? reader : null;
  });

  expect(readers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
  expect(admitted.status).toBe(200);
});

test('a page that takes nothing is let go before it fills the memory, and its place is free', async () => {
  const inbox = new Inbox(systemRandom);
  const streams = new EventStreams(inbox);
  const stuck = Array.from({ length: 20 }, () => streams.open(undefined));
  const message = inboxMessage({ text: 'x'.repeat(10_000) });

  let sent = 0;
  while (stuck.some((stream) => stream?.destroyed === false) && sent < 1_000) {
    inbox.receive(message);
    sent += 1;
  }
  await Promise.all(stuck.map((stream) => stream && once(stream, 'close')));

  // A hundred kept messages of this size must fit, or a page that comes back would be let go again.
  expect(sent).toBeGreaterThan(100);
  expect(sent).toBeLessThan(110);
  expect(streams.open(undefined)).not.toBeNull();
  streams.close();
});

test('a stream with nothing to tell shows that it lives', async () => {
  const server = fastify();
  const inbox = new Inbox(systemRandom);
  await addInbox(server, { inbox, publicUrl: PUBLIC_URL, forEveryone: false, heartbeatMs: 5 });
  const reader = await EventReader.open(await server.listen({ host: '127.0.0.1', port: 0 }));
  onTestFinished(() => server.close());
  await reader.backlog();

  expect([await reader.nextBlock(), await reader.nextBlock()]).toEqual([':', ':']);
});

test('open pages do not delay the stop of the service, and their streams end in order', async () => {
  const stopping = await startInboxService({ database: service.database });
  const readers = await Promise.all(Array.from({ length: 3 }, () => EventReader.open(stopping.url)));
  await Promise.all(readers.map((reader) => reader.backlog()));
  const began = performance.now();

  const lastBlocks = Promise.all(readers.map((reader) => reader.nextBlock()));
  await stopping.close();

  expect(await lastBlocks).toEqual([null, null, null]);
  // Whoever reads slowly ends its stream later, and its connection would be kept alive after that.
  expect(readers.map(({ headers }) => headers.connection)).toEqual(['close', 'close', 'close']);
  expect(performance.now() - began).toBeLessThan(2_000);
});
