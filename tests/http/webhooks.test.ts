import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ReportReceiver, ReportRequest } from '../../src/providers/delivery-report.js';
import { type ReportServer, startReportServer } from '../support/delivery/report-server.js';

/** How reports of providers reach whoever reads them. What is refused is in abuse.delivery-reports.test.ts. */

let received: ReportRequest[];
let answer: 204 | 400 | 403;
function receiver(path: string, contentType: string): ReportReceiver {
  return {
    path,
    contentType,
    receive: async (request) => {
      received.push(request);
      return answer;
    },
  };
}

let server: ReportServer;
beforeAll(async () => {
  const both = [
    receiver('/webhooks/form', 'application/x-www-form-urlencoded'),
    receiver('/webhooks/json', 'application/json'),
  ];
  server = await startReportServer(both, 'https://example.com/accounts');
});
afterAll(() => server.close());
beforeEach(() => {
  received = [];
  answer = 204;
});

function post(path: string, type: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(server.url + path, { method: 'POST', headers: { 'content-type': type, ...headers }, body });
}

test('a body is handed on as it came, letter by letter, whatever its type means', async () => {
  const json = '{ "a" : 1,\n"a": "é ñ 😀" , }';
  expect((await post('/webhooks/json', 'application/json', json)).status).toBe(204);
  expect((await post('/webhooks/form', 'application/x-www-form-urlencoded', 'a=%41+b&a=&=&')).status).toBe(204);
  expect(received.map(({ body }) => body)).toEqual([json, 'a=%41+b&a=&=&']);
});

test('the address is the one that the provider was told, with the query letter by letter', async () => {
  const query = '?message=%41+b&x=(%27)&y=1&y=2&';
  await post(`/webhooks/json${query}`, 'application/json', '{}', {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
  });
  expect(received.map(({ url }) => url)).toEqual([`https://example.com/accounts/webhooks/json${query}`]);
});

test('headers are handed on by their names in lower case', async () => {
  await post('/webhooks/json', 'application/json; charset=utf-8', '{}', { 'Webhook-Signature': 'v1,abc' });
  expect(received[0]?.headers).toMatchObject({ 'webhook-signature': 'v1,abc' });
});

test('each receiver takes its own type only', async () => {
  expect((await post('/webhooks/form', 'application/json', '{}')).status).toBe(415);
  expect((await post('/webhooks/json', 'application/x-www-form-urlencoded', 'a=1')).status).toBe(415);
  expect(received).toEqual([]);
});

test('a request without a body is an empty one', async () => {
  expect((await fetch(`${server.url}/webhooks/json`, { method: 'POST' })).status).toBe(204);
  expect(received.map(({ body }) => body)).toEqual(['']);
});

test.each([204, 400, 403] as const)('the answer is what the receiver says: %i', async (status) => {
  answer = status;
  const response = await post('/webhooks/json', 'application/json', '{}');
  expect([response.status, await response.text()]).toEqual([status, '']);
});
