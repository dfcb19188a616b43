import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientAddress, clientNetworks } from '../../src/http/client-network.js';
import { httpLimits } from '../../src/http/http-limits.js';
import { signIn } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const CITIES = '{ cities(first: 1) { edges { cursor } } }';
const MUTATION = 'mutation { requestOtp(input: { phoneNumber: "+9779800000970" }) { __typename } }';

function post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> {
  const all = { 'content-type': 'application/json', ...headers };
  return fetch(`${service.url}/graphql`, { method: 'POST', headers: all, body });
}

async function refusalOf(response: Response): Promise<[status: number, code: unknown]> {
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  return [response.status, errors[0]?.extensions.code];
}

describe('G4: who a client is', () => {
  /** Whether calls with such headers count as the same client: only the first of them is answered. */
  async function answered(env: Record<string, string>, headers: readonly Record<string, string>[]): Promise<boolean[]> {
    const limited = await startService({ env: { FIELD_RATE_LIMIT: '1', ...env }, database: service.database });
    const answers: boolean[] = [];
    for (const one of headers) answers.push(!(await limited.graphql(CITIES, {}, { headers: one })).body.errors);
    await limited.close();
    return answers;
  }
  const via = (...addresses: string[]) => addresses.map((address) => ({ 'x-forwarded-for': address }));

  const names = [
    ...['x-forwarded-for', 'x-real-ip', 'cf-connecting-ip', 'true-client-ip', 'x-client-ip', 'x-cluster-client-ip'],
    ...['fastly-client-ip', 'x-originating-ip', 'x-remote-ip', 'x-remote-addr', 'x-forwarded', 'x-azure-clientip'],
  ];
  const forged = [
    ...names.flatMap((name) => [{ [name]: '198.51.100.1' }, { [name]: '2001:db8::1' }]),
    { forwarded: 'for=198.51.100.1' },
    { forwarded: 'for="[2001:db8::1]:443";proto=https' },
    { 'x-forwarded-host': 'other.example', 'x-forwarded-proto': 'https' },
    { host: 'other.example' },
    { 'user-agent': 'another', 'accept-language': 'ne', origin: 'https://other.example' },
  ];

  test('no header changes it where no proxy is trusted', async () => {
    expect(await answered({}, [{}, ...forged])).toEqual([true, ...forged.map(() => false)]);
  });

  test('behind a trusted proxy only X-Forwarded-For does', async () => {
    const others = forged.filter((headers) => !('x-forwarded-for' in headers));
    expect(await answered({ TRUST_PROXY: '1' }, [{}, ...others])).toEqual([true, ...others.map(() => false)]);
  });

  test('of X-Forwarded-For only what the trusted proxies wrote, counted in hops', async () => {
    const forgedBefore = via('198.51.100.1', '1.1.1.1, 198.51.100.1', '2.2.2.2, 3.3.3.3, 198.51.100.9');
    expect(await answered({ TRUST_PROXY: '1' }, forgedBefore)).toEqual([true, false, false]);
    const two = via('192.0.2.1, 10.0.0.1', '203.0.113.1, 10.0.0.1', '1.1.1.1, 203.0.113.1, 10.0.0.2', '192.0.2.7');
    expect(await answered({ TRUST_PROXY: '2' }, two)).toEqual([true, true, false, false]);
  });

  test('or by their addresses', async () => {
    const env = { TRUST_PROXY: '127.0.0.0/8, 10.1.0.0/16, 2001:db8:ffff::/48' };
    const chains = via(
      '198.51.100.1',
      '1.1.1.1, 198.51.100.1',
      '1.1.1.1, 198.51.100.1, 10.1.2.3',
      '198.51.100.1, ::ffff:10.1.2.3, 2001:db8:ffff::1',
      '203.0.113.5, 10.2.0.1',
      '198.51.100.1, 10.2.0.99',
    );
    // The last two came through a stranger, 10.2.0.0/24, who counts as the client.
    expect(await answered(env, chains)).toEqual([true, false, false, false, true, false]);
  });

  test('a list that does not hold the proxy in front believes nothing', async () => {
    expect(await answered({ TRUST_PROXY: '10.0.0.0/8' }, via('198.51.100.1', '203.0.113.1'))).toEqual([true, false]);
  });

  test('all addresses of one subscriber are one client: IPv4 /24, IPv6 /56, IPv4 in IPv6 dress', async () => {
    const env = { TRUST_PROXY: '1' };
    const v6 = via('2001:db8:1:200::1', '2001:db8:1:2ff:ffff:ffff:ffff:ffff', '2001:db8:1:300::1');
    expect(await answered(env, v6)).toEqual([true, false, true]);
    const v4 = via('198.51.100.1', '198.51.100.254', '::ffff:198.51.100.7', '::ffff:c633:6408', '198.51.101.1');
    expect(await answered(env, v4)).toEqual([true, false, false, false, true]);
    expect(await answered(env, via('198.51.100.1:5678', '198.51.100.2:9', '[2001:db8::1]:80', '2001:db8::2'))).toEqual([
      ...[true, false],
      ...[true, false],
    ]);
  });

  test('all who come with garbage are one client', async () => {
    const garbage = [
      'unknown',
      '<script>',
      '999.1.1.1',
      '1.2.3.4.5',
      '::g',
      '[',
      '_hidden',
      '%00',
      "' OR 1=1",
      '𝟙.1.1.1',
    ];
    const sent = via(...garbage.map((value) => Buffer.from(value).toString('latin1')));
    expect(await answered({ TRUST_PROXY: '1' }, sent)).toEqual([true, ...garbage.slice(1).map(() => false)]);
  });

  test('and none of it is kept as the address of a session', async () => {
    const trusting = await startService({ env: { TRUST_PROXY: '1' }, database: service.database });
    const { tokens } = await signIn(trusting, '+9779800000971');
    const refresh =
      'mutation ($t: String!) { refreshSession(refreshToken: $t) { ... on RefreshSessionSuccess { user { sessions { ipAddress } } } } }';
    const headers = { 'x-forwarded-for': '<b>not an address</b>' };
    const { body } = await trusting.graphql(refresh, { t: tokens.refreshToken }, { headers });
    await trusting.close();
    expect(body.data.refreshSession.user.sessions).toEqual([{ ipAddress: 'unknown' }]);
  });

  test.each([
    ['192.0.2.1', '192.0.2.1', '192.0.2.0/24'],
    ['192.0.2.1:80', '192.0.2.1', '192.0.2.0/24'],
    ['::ffff:192.0.2.1', '192.0.2.1', '192.0.2.0/24'],
    ['2001:DB8:0:1ff:1::1', '2001:db8:0:1ff:1::1', '2001:db8:0:100::/56'],
    ['[2001:db8::1]:80', '2001:db8::1', '2001:db8::/56'],
    ['[2001:db8::1]', '2001:db8::1', '2001:db8::/56'],
    ['fe80::1%eth0', 'fe80::1', 'fe80::/56'],
    ['', 'unknown', 'unknown'],
    ['a.b.c.d:80', 'unknown', 'unknown'],
  ])('%s is %s of %s', (given, address, network) => {
    expect(clientAddress(given)).toBe(address);
    expect(clientNetworks(clientAddress(given))[0]).toBe(network);
  });

  test.each([
    ['198.51.100.7', ['198.51.100.0/24', '198.51.0.0/16']],
    ['::ffff:198.51.100.7', ['198.51.100.0/24', '198.51.0.0/16']],
    ['2001:db8:12:34ff::1', ['2001:db8:12:3400::/56', '2001:db8:12::/48', '2001:db8::/32']],
    ['::1', ['::/56', '::/48', '::/32']],
    ['nonsense', ['unknown']],
  ])('%s is in the networks %s', (given, networks) => {
    expect(clientNetworks(clientAddress(given))).toEqual(networks);
  });
});

describe('A2: a request', () => {
  test('that is compressed is not unpacked, whatever it calls itself', async () => {
    const body = JSON.stringify({ query: CITIES });
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(10_000_000, ' ')));
    for (const encoding of ['gzip', 'br', 'deflate', 'zstd', 'GZIP', 'identity, gzip']) {
      expect(await refusalOf(await post(bomb, { 'content-encoding': encoding }))).toEqual([
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      ]);
      expect((await post(body, { 'content-encoding': encoding })).status).toBe(415);
    }
    expect(await refusalOf(await post(bomb))).toEqual([400, 'BAD_REQUEST']);
    expect((await post(body, { 'content-encoding': 'identity' })).status).toBe(200);
  });

  test('whose body is too large, of another type or no JSON is refused as clients of GraphQL expect it', async () => {
    const large = 'x'.repeat(httpLimits.BODY_BYTES.maximum + 1);
    expect(await refusalOf(await post(large))).toEqual([413, 'BODY_TOO_LARGE']);
    expect(await refusalOf(await post('x', { 'content-type': 'application/xml' }))).toEqual([
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ]);
    expect(await refusalOf(await post('{'))).toEqual([400, 'BAD_REQUEST']);
    expect(await refusalOf(await post('{"query":"{__typename}","__proto__":{}}'))).toEqual([400, 'BAD_REQUEST']);
  });

  test('that grows while it is sent is cut at the limit, though no length was told', async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(' '.repeat(16 * 1024))),
    });
    const headers = { 'content-type': 'application/json' };
    const sending = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
    const answer = await fetch(`${service.url}/graphql`, sending).catch(() => null);
    expect(answer === null || answer.status === 413).toBe(true);
  });

  test('with headers over 16 KiB is refused', async () => {
    const { HEADERS_BYTES } = httpLimits;
    const answers = [HEADERS_BYTES.maximum - 1024, HEADERS_BYTES.maximum].map((length) =>
      post(JSON.stringify({ query: CITIES }), { 'x-long': 'x'.repeat(length) }).then(({ status }) => status),
    );
    expect(await Promise.all(answers)).toEqual([200, 431]);
  });

  test('that is registered by its hash is refused: nothing is stored for strangers', async () => {
    const sha256Hash = createHash('sha256').update(CITIES).digest('hex');
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    for (const request of [{ query: CITIES, extensions }, { extensions }]) {
      const { errors } = (await (await post(JSON.stringify(request))).json()) as { errors: object[] };
      expect(errors).toMatchObject([{ extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }]);
    }
  });

  test('that wants its answer in parts is refused or gets it whole', async () => {
    const accept = { accept: 'multipart/mixed; deferSpec=20220824, multipart/mixed; incrementalSpec=v0.2' };
    const deferred = '{ ... @defer { cities(first: 1) { edges @stream { cursor } } } }';
    expect((await post(JSON.stringify({ query: deferred }))).status).toBe(400);
    expect((await post(JSON.stringify({ query: CITIES }), accept)).status).toBe(406);
    const whole = await post(JSON.stringify({ query: CITIES }), { accept: `${accept.accept}, application/json` });
    expect([whole.status, whole.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('application/json'),
    ]);
  });

  test('that subscribes is refused as a fault of its own, and the log has no error', async () => {
    const before = service.logs.length;
    for (const query of ['subscription { me { id } }', 'subscription { x }', 'subscription { __typename }']) {
      const { status, body } = await service.graphql(query);
      const codes = body.errors?.map(({ extensions }) => extensions.code);
      expect([status, body.data ?? null, codes]).toEqual([400, null, ['GRAPHQL_VALIDATION_FAILED']]);
    }
    expect(service.logs.slice(before).join('')).not.toContain('request failed');
  });

  test('of another page, which a browser sends without asking: no operation runs', async () => {
    const simple = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''];
    for (const type of simple) {
      const answer = await post(JSON.stringify({ query: MUTATION }), { 'content-type': type });
      expect([400, 415]).toContain(answer.status);
    }
    const query = encodeURIComponent(MUTATION);
    const gets = [{}, { 'apollo-require-preflight': 'yes' }, { 'content-type': 'application/json' }];
    for (const headers of gets) {
      const answer = await fetch(`${service.url}/graphql?query=${query}`, { headers });
      expect([400, 405]).toContain(answer.status);
    }
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${service.url}/graphql`, {
        method,
        headers,
        body: JSON.stringify({ query: MUTATION }),
      });
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toBe('GET, POST');
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    }
    expect(service.phone.to('+9779800000970')).toEqual([]);
  });
});

describe('A2: a client that takes its time', () => {
  test('cannot hold a connection for long: not with headers, not with a body, not with silence', () => {
    const { server } = service.background.server;
    expect(server.headersTimeout).toBe(httpLimits.HEADERS_MS.maximum);
    expect(server.requestTimeout).toBe(httpLimits.REQUEST_MS.maximum);
    expect(server.timeout).toBe(httpLimits.SILENCE_MS.maximum);
    expect(server.keepAliveTimeout).toBe(httpLimits.KEEP_ALIVE_MS.maximum);
    expect(server.headersTimeout).toBeLessThan(server.requestTimeout);
  });

  test('sees a half request refused when another one is glued to it', async () => {
    const { port, hostname } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    const body = JSON.stringify({ query: CITIES });
    const head = 'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n';
    // Two lengths: the proxy in front could believe the one and this service the other.
    socket.write(`${head}Content-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\n\r\n${body}`);
    expect(await text(socket)).toMatch(/^HTTP\/1.1 400 /);
  });
});
