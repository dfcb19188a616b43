import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { requestOtp } from '../support/operations/operations.js';
import { freePort } from '../support/process/free-port.js';
import { ProcessPlace } from '../support/process/process-place.js';
import { shellBlocksOf } from '../support/shell-blocks.js';

/** An operator starts the service by the line of docs/tracing.md, beside a collector. */

const root = fileURLToPath(new URL('../../', import.meta.url));

interface CollectedSpan {
  readonly traceId: string;
  readonly name: string;
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { readonly key: string; readonly value: object }[] };
    readonly scopeSpans: readonly { readonly spans: readonly CollectedSpan[] }[];
  }[];
}

let place: ProcessPlace;
beforeEach(async () => {
  place = await ProcessPlace.makeSetUp();
});
afterEach(() => place.end());

function documentedCommand(): [string, ...string[]] {
  const lines = shellBlocksOf('docs/tracing.md').flatMap(({ code }) => code.split('\n'));
  const [line = ''] = lines.filter((each) => each.startsWith('node --import '));
  const [, ...words] = line.split(' ');
  expect(words.length).toBe(3);
  // Started in an empty folder.
  return [process.execPath, ...words.map((word) => word.replace(/^(\.\/dist|scripts)\//, `${root}$1/`))];
}

/** A collector that takes spans by OTLP over HTTP, in JSON. */
async function startCollector() {
  const exports: Export[] = [];
  const paths = new Set<string | undefined>();
  const server = createServer(async (request, response) => {
    paths.add(request.url);
    exports.push((await json(request)) as Export);
    response.setHeader('content-type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, exports, paths };
}

function logOf(stdout: string): Record<string, unknown>[] {
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line));
}

test('the collector has the whole trace when the service has stopped, and the log names it', async () => {
  const collector = await startCollector();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: 'accounts', LOG_LEVEL: 'info' };
  const service = await place.startReady({ command: documentedCommand(), env });
  const phoneNumber = '+9779800062001';
  await requestOtp(service.client, { phoneNumber });
  await service.printedCode(phoneNumber);
  const { code, stdout } = await service.stop();

  expect(code).toBe(0);
  expect([...collector.paths]).toEqual(['/v1/traces']);
  const resources = collector.exports.flatMap(({ resourceSpans }) => resourceSpans);
  const spans = resources.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  const request = spans.find(({ name }) => name === 'POST /graphql');
  const names = spans.filter(({ traceId }) => traceId === request?.traceId).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['graphql requestOtp', 'Mutation.requestOtp', 'send console']));
  const attributes = resources[0]?.resource.attributes;
  expect(attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'accounts' } });
  expect(logOf(stdout)).toContainEqual(expect.objectContaining({ msg: 'request', trace_id: request?.traceId }));
});

test('a collector that is away keeps the service from nothing, and the log says so', async () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`, LOG_LEVEL: 'info' };
  const service = await place.startReady({ command: documentedCommand(), env });
  const answer = await requestOtp(service.client, { phoneNumber: '+9779800062002' });
  expect(answer).toMatchObject({ __typename: 'RequestOtpSuccess' });
  const began = performance.now();
  const { code, stdout, stderr } = await service.stop();

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(performance.now() - began).toBeLessThan(15_000);
  expect(logOf(stdout)).toContainEqual(expect.objectContaining({ msg: 'stopping' }));
});
