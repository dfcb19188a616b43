import { afterAll, beforeAll, expect, test } from 'vitest';
import { Inbox } from '../../src/inbox/inbox.js';
import { systemRandom } from '../../src/platform/random.js';
import { statusOf } from '../support/packet.js';
import { startService, type TestService } from '../support/service.js';

/** A2b: packets that no browser sends. None makes the service answer 5xx or write an error to its log. */

let service: TestService;
let metricsUrl: string;
beforeAll(async () => {
  const env = { METRICS_PORT: '9465', SESSION_COOKIES: 'on', TRUST_PROXY: '1' };
  service = await startService({ inbox: new Inbox(systemRandom), env });
  metricsUrl = await service.background.metricsServer.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => service.close());

const QUERY = '{"query":"{__typename}"}';
const BODY = `Content-Type: application/json\r\nContent-Length: ${QUERY.length}\r\nConnection: close\r\n\r\n${QUERY}`;
const PATHS = [
  ...['/graphql', '/graphql?query=%7B__typename%7D', '/inbox', '/healthz', '/readyz', '/.well-known/jwks.json'],
  ...['/metrics', '/nothing', '/', '/%'],
];

function get(path: string, headers: string, version = '1.1'): string {
  return `GET ${path} HTTP/${version}\r\n${headers}Connection: close\r\n\r\n`;
}

function post(path: string, headers: string, version = '1.1'): string {
  return `POST ${path} HTTP/${version}\r\n${headers}${BODY}`;
}

/** Sends one after the other, and finds those that got a 5xx or made an error line. */
async function surprises(packets: readonly string[], url = service.url): Promise<string[]> {
  const found: string[] = [];
  const errors = () => service.logs.filter((line) => JSON.parse(line).level >= 50).length;
  for (const packet of packets) {
    const before = errors();
    const status = await statusOf(url, packet);
    if (status >= 500 || errors() > before) found.push(`${status}: ${JSON.stringify(packet.slice(0, 200))}`);
  }
  return found;
}

/** No URL can hold most of these as its host. */
const HOSTS = [
  ...[
    '',
    ' ',
    '[',
    ']',
    '[]',
    '[::1',
    '::1',
    '[::1]:x',
    '%',
    '%zz',
    '%00',
    'a b',
    'a\tb',
    '<script>',
    '#',
    '?',
    '/',
    '\\',
  ],
  ...['a:b:c', 'a:99999', ':', ':80', '@', 'a@b', 'a/b', 'a?b', '^', '|', '{}', '"', '..', '1.2.3.4.5', '999.1.1.1'],
  ...['\u00e9', '\u00ad', 'xn--', 'a'.repeat(300), 'a,b', 'localhost'],
];

test('a header Host that is no host: 400 or an answer', async () => {
  const packets = HOSTS.flatMap((host) => [
    get('/graphql?query=%7B__typename%7D', `Host: ${host}\r\n`),
    post('/graphql', `Host: ${host}\r\n`),
    post('/graphql', `Host: ${host}\r\n`, '1.0'),
    get('/inbox', `Host: ${host}\r\n`),
  ]);
  expect(await surprises(packets)).toEqual([]);
  expect(await statusOf(service.url, post('/graphql', 'Host: [\r\n'))).toBe(400);
  expect(await statusOf(service.url, post('/graphql', 'Host: localhost\r\n'))).toBe(200);
});

test('no header Host: HTTP/1.0 health checks are answered, and nothing is a surprise', async () => {
  const packets = PATHS.flatMap((path) => [get(path, '', '1.0'), post(path, '', '1.0'), get(path, '')]);
  expect(await surprises(packets)).toEqual([]);
  expect(await surprises(packets, metricsUrl)).toEqual([]);
  expect(await statusOf(service.url, get('/healthz', '', '1.0'))).toBe(200);
  expect(await statusOf(service.url, get('/readyz', '', '1.0'))).toBe(200);
  expect(await statusOf(metricsUrl, get('/metrics', '', '1.0'))).toBe(200);
});

test('a host or scheme that the proxy took over from the client', async () => {
  const names = ['X-Forwarded-Host', 'X-Forwarded-Proto'];
  const packets = HOSTS.flatMap((value) => names.map((name) => post('/graphql', `Host: x\r\n${name}: ${value}\r\n`)));
  expect(await surprises(packets)).toEqual([]);
});

const TARGETS = [
  ...['http://[/graphql', 'http:///graphql', 'http://a b/graphql', 'http://%/graphql', 'http://x:99999/graphql'],
  ...['ftp://x/graphql', 'http:graphql', '//graphql', '///', '/graphql//', '/graphql?%', '/graphql?query=%'],
  ...[
    '/graphql?variables=%ff',
    '/graphql?variables={',
    '/graphql#a',
    '/%',
    '/%zz',
    '/%ff',
    '/inbox/%',
    '/inbox/%2e%2e/x',
  ],
  ...[
    '*',
    '?',
    '',
    'graphql',
    '\\graphql',
    '/gra\\phql',
    '/graphql\u00e9',
    '/\u00ff',
    '/{',
    '/graphql;a=b',
    '/__proto__',
  ],
];

test('a target that is no path', async () => {
  const packets = TARGETS.flatMap((target) => [
    get(target, 'Host: x\r\n'),
    post(target, 'Host: x\r\n'),
    get(target, 'Host: localhost\r\n'),
  ]);
  expect(await surprises(packets)).toEqual([]);
  expect(await surprises(packets, metricsUrl)).toEqual([]);
});

test('a method that is none of ours, or none at all', async () => {
  const methods = [
    'HEAD',
    'PUT',
    'TRACE',
    'CONNECT',
    'OPTIONS',
    'M-SEARCH',
    'QUERY',
    'LINK',
    'SOURCE',
    'FOO',
    'get',
    '',
  ];
  const packets = methods.flatMap((method) =>
    ['/graphql', '/inbox', '*', 'x:1'].map((path) => post(path, 'Host: localhost\r\n').replace('POST', method)),
  );
  expect(await surprises(packets)).toEqual([]);
  expect(await surprises(packets, metricsUrl)).toEqual([]);
});

const HEADERS = [
  ...[
    'Content-Length: 5\r\nContent-Length: 6',
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: gzip',
    'Host: a\r\nHost: b',
  ],
  ...[
    'Expect: 100-continue',
    'Expect: x',
    'A',
    'A : b',
    ' A: b',
    ': b',
    'A: b\r\n c',
    'Cookie: %\r\nCookie: =',
    'TE: x',
  ],
  ...[
    'Content-Type: text/plain',
    'Content-Encoding: gzip\r\nContent-Encoding: br',
    'Origin: a\r\nOrigin: b',
    'Range: bytes=-',
  ],
  ...[
    'Authorization: Bearer a\r\nAuthorization: Bearer b',
    'Session-Mode: cookie\r\nSession-Mode: cookie',
    'Trailer: a',
  ],
  ...[
    'Upgrade: websocket\r\nConnection: Upgrade',
    'Upgrade: h2c\r\nHTTP2-Settings: AA\r\nConnection: Upgrade, HTTP2-Settings',
  ],
  ...['X-Forwarded-For: a\r\nX-Forwarded-For: b', 'Accept-Language: a\r\nAccept-Language: b', 'Last-Event-Id: \u00ff'],
];

test('a header twice, half a header, a body that is not what it says', async () => {
  const packets = HEADERS.flatMap((headers) => [
    post('/graphql', `Host: localhost\r\n${headers}\r\n`),
    get('/inbox', `Host: localhost\r\n${headers}\r\n`),
  ]);
  const chunked =
    'Host: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n';
  const chunks = [
    'zz\r\n',
    '-1\r\n',
    '5;a=b\r\nabcde\r\n0\r\n\r\n',
    'ffffffffffff\r\n',
    '0\r\nA: b\r\n\r\n',
    '5\r\nabcdef\r\n',
  ];
  const bodies = chunks.map((chunk) => `POST /graphql HTTP/1.1\r\n${chunked}${chunk}`);
  expect(await surprises([...packets, ...bodies])).toEqual([]);
});
