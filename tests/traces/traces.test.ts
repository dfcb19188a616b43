import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { eventually } from '../support/eventually.js';
import { form, ME, REGISTER, REQUEST_OTP, signIn } from '../support/operations/operations.js';
import { lineOf, RecordedTraces } from '../support/recorded-traces.js';
import { startService, type TestService } from '../support/service.js';

/** Someone who follows a request through the systems that it passes. */

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const traceparent = `00-${TRACE_ID}-${CALLER}-01`;

let traces: RecordedTraces;
let service: TestService;
beforeAll(async () => {
  traces = new RecordedTraces();
  service = await startService({ env: { TRUST_PROXY: '127.0.0.1' }, tracing: traces.tracing });
});
beforeEach(() => traces.forget());
afterAll(() => service.close());

/** A code to a new number, behind a proxy that traces. */
async function askForCode(phoneNumber: string) {
  const answer = await service.graphql(REQUEST_OTP, { input: { phoneNumber } }, { headers: { traceparent } });
  await eventually(async () => traces.spans.find(({ name }) => name === 'send console'));
  await eventually(async () => traces.spans.find(({ name }) => name === 'POST /graphql'));
  return answer;
}

test('a service that traces nothing makes no span, although a tracer is there', async () => {
  const started = vi.spyOn(Object.getPrototypeOf(trace.getTracer('phone-accounts')), 'startSpan');
  onTestFinished(() => started.mockRestore());
  const traced = { tracing: traces.tracing };
  for (const [options, spans] of [
    [{}, 0],
    [traced, 1],
  ] as const) {
    const own = await startService(options);
    await signIn(own, '+9779800061005');
    await own.close();
    expect(Math.min(1, started.mock.calls.length)).toBe(spans);
  }
});

test('one trace leads from the caller through HTTP, GraphQL and SQL to the provider', async () => {
  await askForCode('+9779800061001');

  const spans = traces.of(TRACE_ID);
  const lines = spans.map((span) => lineOf(span, spans));
  const request = spans.find(({ name }) => name === 'POST /graphql');
  expect(request).toMatchObject({ kind: SpanKind.SERVER, parentSpanContext: { spanId: CALLER }, links: [] });
  expect(request?.attributes).toMatchObject({
    'http.request.method': 'POST',
    'http.route': '/graphql',
    'http.response.status_code': 200,
    'phone_accounts.outcome': 'ok',
  });
  const inField = 'Mutation.requestOtp < graphql requestOtp < POST /graphql';
  expect(lines).toContain(inField);
  const statements = spans.filter(({ attributes }) => attributes['db.system.name'] === 'postgresql');
  expect(statements.length).toBeGreaterThan(0);
  expect(lines.filter((line) => line.endsWith(`< ${inField}`)).length).toBeGreaterThanOrEqual(2);
  expect(lines.find((line) => line.startsWith('send console < '))).toMatch(/ < POST \/graphql$/);
  expect(spans.find(({ name }) => name === 'send console')).toMatchObject({
    kind: SpanKind.CLIENT,
    attributes: {
      'phone_accounts.provider': 'console',
      'phone_accounts.channel': 'SMS',
      'phone_accounts.outcome': 'accepted',
    },
  });
});

test('the operation has its name and its outcome, and the id of the request leads to the log', async () => {
  const answer = await askForCode('+9779800061002');
  const id = answer.headers.get('x-request-id');
  const operation = traces.of(TRACE_ID).find(({ name }) => name === 'graphql requestOtp');
  expect(operation?.attributes).toEqual({
    'graphql.operation.name': 'RequestOtp',
    'phone_accounts.fields': 'requestOtp',
    'phone_accounts.outcome': 'ok',
  });
  const request = traces.of(TRACE_ID).find(({ name }) => name === 'POST /graphql');
  expect(request?.attributes['phone_accounts.request_id']).toBe(id);
  const lines = service.logs.map((line) => JSON.parse(line)).filter(({ reqId }) => reqId === id);
  expect(lines).toContainEqual(
    expect.objectContaining({ msg: 'request', trace_id: TRACE_ID, span_id: request?.spanContext().spanId }),
  );
});

test('a failure is named in the spans by its code, and an error line leads to its trace', async () => {
  const own = await startService({ tracing: traces.tracing });
  onTestFinished(() => own.close());
  const { tokens } = await signIn(own, '+9779800061003');
  await own.db.execute(sql`ALTER TABLE cities RENAME TO cities_away`);
  traces.forget();
  await own.graphql(ME, {}, { token: tokens.accessToken });
  await eventually(async () => traces.spans.find(({ name }) => name === 'POST /graphql'));
  const failedSpans = () => traces.spans.filter(({ attributes }) => attributes['error.type'] === '42P01');
  await eventually(async () => failedSpans().find(({ attributes }) => attributes['db.system.name'] === 'postgresql'));

  const field = traces.spans.find(({ name }) => name === 'Query.me');
  expect(field?.status).toEqual({ code: SpanStatusCode.ERROR });
  const failed = failedSpans();
  expect(JSON.stringify(failed.map(({ attributes, events }) => [attributes, events]))).not.toContain('cities_away');
  const line = own.logs.map((each) => JSON.parse(each)).find(({ msg }) => msg === 'request failed');
  expect(line).toMatchObject({ trace_id: field?.spanContext().traceId });
});

test('a caller that is no proxy of ours cannot write into a trace, or decide that it is kept', async () => {
  const own = await startService({ env: { TRUST_PROXY: '192.0.2.1' }, tracing: traces.tracing });
  onTestFinished(() => own.close());
  // Spans of the tests before may still end.
  const theirs = '5cf92f3577b34da6a3ce929d0e0e4737';
  const headers = { traceparent: `00-${theirs}-${CALLER}-01` };
  await own.graphql('{ cities(first: 1) { edges { cursor } } }', {}, { headers });
  const linked = { context: expect.objectContaining({ traceId: theirs }) };
  const isLinked = (span: ReadableSpan) => span.links.some(({ context }) => context.traceId === theirs);
  const request = await eventually(async () => traces.spans.find(isLinked));
  expect(traces.of(theirs)).toEqual([]);
  expect(request.name).toBe('POST /graphql');
  expect(request.parentSpanContext).toBeUndefined();
  expect(request.links).toEqual([expect.objectContaining(linked)]);
});

test('a gateway with the secret goes on with its trace and its id of the request', async () => {
  const secret = 'a-secret-of-the-gateway'.padEnd(40, '-');
  const own = await startService({ env: { TRUSTED_GATEWAY: secret }, tracing: traces.tracing });
  onTestFinished(() => own.close());
  const headers = { traceparent, 'x-request-id': 'gateway-0001', 'x-gateway-secret': secret };
  const answer = await own.graphql('{ cities(first: 1) { edges { cursor } } }', {}, { headers });
  await eventually(async () => traces.of(TRACE_ID).find(({ name }) => name === 'POST /graphql'));
  expect(answer.headers.get('x-request-id')).toBe('gateway-0001');
});

test('no number, code, token, email address or password of a sign-in is in a trace', async () => {
  const [phoneNumber, email] = ['+9779800061004', 'traced.person@example.com'];
  const input = form({ phoneNumber, email });
  await service.graphql(REGISTER, { input });
  service.clock.advance(60);
  const { tokens } = await signIn(service, phoneNumber);
  await service.graphql(ME, {}, { token: tokens.accessToken });
  await service.graphql(`query Code123456 { me { id } }`, {}, { token: tokens.accessToken });
  await fetch(`${service.url}/nothing/here/9800061004?otp=123456`);
  await eventually(async () => traces.spans.find(({ name }) => name === 'GET'));

  const written = traces.spans.map(({ name, attributes, events, links, status }) =>
    JSON.stringify({ name, attributes, events, links, status }),
  );
  expect(written.length).toBeGreaterThan(20);
  const codes = service.phone.messages.map(({ text }) => /\d{6}/.exec(text)?.[0]);
  const { accessToken, refreshToken } = tokens;
  const secrets = [
    '9800061004',
    'traced.person',
    accessToken,
    refreshToken,
    input.password,
    input.firstName,
    '123456',
    ...codes,
  ];
  // Ids of spans and requests are any digits.
  const text = written.join('\n').replaceAll(/"phone_accounts.request_id":"[^"]+"/g, '');
  expect(secrets.filter((secret) => secret && text.includes(secret))).toEqual([]);
});

test('health checks are not traced', async () => {
  // What the test before left to be written is traced.
  await service.background.codeRequests.idle();
  traces.forget();
  await fetch(`${service.url}/readyz`);
  await fetch(`${service.url}/.well-known/jwks.json`);
  await eventually(async () => traces.spans.find(({ name }) => name === 'GET /.well-known/jwks.json'));
  expect(traces.spans.map(({ name }) => name)).toEqual(['GET /.well-known/jwks.json']);
});
