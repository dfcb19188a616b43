import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inParallel } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';

/** V7: one network sends requests that call no field, so that no limit on fields counts them. */

const LIMIT = 20;

let service: TestService;
beforeAll(async () => {
  service = await startService({ env: { HTTP_RATE_LIMIT: String(LIMIT), TRUST_PROXY: '1' } });
});
afterAll(() => service.close());

const from = (address: string) => ({ 'content-type': 'application/json', 'x-forwarded-for': address });

function send(address: string, body = '{"query":"{ __typename }"}'): Promise<Response> {
  return fetch(`${service.url}/graphql`, { method: 'POST', headers: from(address), body });
}

/** How many of so many requests at the same moment are read. */
async function readOf(count: number, address: (index: number) => string): Promise<number> {
  const statuses = await inParallel(count, async (index) => (await send(address(index))).status);
  return statuses.filter((status) => status !== 429).length;
}

describe('a network that sends documents that call no field', () => {
  test.each([
    ['that ask for a name', '{"query":"{ __typename }"}'],
    ['that do not parse', '{"query":"{"}'],
    ['that ask for the schema', '{"query":"{ __schema { types { name } } }"}'],
    [
      'of 30,000 nested arrays',
      `{"query":"{ __typename }","variables":{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}}`,
    ],
    ['that are no JSON', '{'],
  ])('%s: is refused beyond its limit, and the others are not', async (_what, body) => {
    const statuses = await inParallel(50, async () => (await send('192.0.2.1', body)).status);
    expect(statuses.filter((status) => status !== 429)).toHaveLength(LIMIT);
    expect((await send('198.51.100.1')).status).toBe(200);
    service.clock.advance(60);
    expect((await send('192.0.2.1')).status).toBe(200);
    service.clock.advance(60);
  });

  test('is told when it may go on, as clients of GraphQL and of HTTP expect it', async () => {
    await readOf(LIMIT, () => '192.0.2.1');
    service.clock.advance(17);
    const refused = await send('192.0.2.1');
    expect(refused.status).toBe(429);
    expect(Object.fromEntries(refused.headers)).toMatchObject({ 'retry-after': '43', 'cache-control': 'no-store' });
    const extensions = { code: 'RATE_LIMITED', retryAfterSeconds: 43 };
    expect(await refused.json()).toEqual({
      errors: [{ message: 'Too many requests. Try again in 43 s.', extensions }],
    });
    service.clock.advance(43);
    expect((await send('192.0.2.1')).status).toBe(200);
    service.clock.advance(60);
  });

  test('is refused before its body arrives, and its connection ends', async () => {
    await readOf(LIMIT, () => '192.0.2.1');
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    const head = ['POST /graphql HTTP/1.1', 'host: a', 'content-type: application/json', 'x-forwarded-for: 192.0.2.1'];
    socket.write([...head, 'content-length: 60000', '', '{'].join('\r\n'));
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 429 /);
    service.clock.advance(60);
  });

  test('by GET, too', async () => {
    const get = () =>
      fetch(`${service.url}/graphql?query={__typename}`, {
        headers: { ...from('192.0.2.1'), 'apollo-require-preflight': '1' },
      });
    const statuses = await inParallel(30, async () => (await get()).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(LIMIT);
    service.clock.advance(60);
  });

  test('finds health, keys and the rest open', async () => {
    await readOf(LIMIT + 1, () => '192.0.2.1');
    for (const path of ['/healthz', '/readyz', '/.well-known/jwks.json']) {
      expect((await fetch(service.url + path, { headers: from('192.0.2.1') })).status).toBe(200);
    }
    expect(service.logs.join('')).not.toContain('"level":50');
    service.clock.advance(60);
  });
});

describe('a network of networks spends its own limit', () => {
  const hex = (index: number) => index.toString(16).padStart(2, '0');

  test('IPv6 /48: four times as many, from as many /56 as it has', async () => {
    expect(await readOf(256, (index) => `2001:db8:1:${hex(index)}00::1`)).toBe(4 * LIMIT);
    expect((await send('2001:db8:2:100::1')).status).toBe(200);
    service.clock.advance(60);
  });

  test('IPv6 /32: sixteen times as many, from as many /48 as it has', async () => {
    expect(await readOf(400, (index) => `2001:db8:${index}::1`)).toBe(16 * LIMIT);
    expect((await send('2001:db9::1')).status).toBe(200);
    service.clock.advance(60);
  });

  test('IPv4 /16: sixteen times as many, from as many /24 as it has', async () => {
    expect(await readOf(400, (index) => `198.51.${index % 200}.1`)).toBe(16 * LIMIT);
    expect((await send('198.52.0.1')).status).toBe(200);
    service.clock.advance(60);
  });

  test('what is refused for one network spends nothing of the wider one', async () => {
    expect(await readOf(200, () => '198.51.100.1')).toBe(LIMIT);
    expect(await readOf(320, (index) => `198.51.${index % 100}.1`)).toBe(15 * LIMIT);
    service.clock.advance(60);
  });
});
