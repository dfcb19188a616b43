import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { startService, type TestService } from '../support/service.js';

const REQUEST = 'mutation ($p: String!) { requestOtp(input: { phoneNumber: $p }) { __typename } }';
const VERIFY = 'mutation ($p: String!, $o: String!) { verifyOtp(input: { phoneNumber: $p, otp: $o }) { __typename } }';

/** A message is counted behind the answer. */
const ACCEPTED =
  /^phone_accounts_messages_total\{provider="console",channel="SMS",country="NP",outcome="accepted"\} 1$/m;

let service: TestService;
let url: string;
beforeAll(async () => {
  service = await startService({ env: { METRICS_PORT: '9464' } });
  url = await service.background.metricsServer.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => service.close());

const metrics = async () => (await fetch(`${url}/metrics`)).text();

test('an operator sees what became of the calls of each operation, and of the messages', async () => {
  const p = '+9779812345601';
  await service.graphql(REQUEST, { p });
  await service.graphql(REQUEST, { p });
  await service.graphql(VERIFY, { p, o: '000000' });
  await service.graphql('{ me { id } }');
  await service.graphql('{ cities { pageInfo { hasNextPage } } }');
  await eventually(async () => ACCEPTED.exec(await metrics()));
  const text = await metrics();
  for (const [field, result] of [
    ['requestOtp', 'ok'],
    ['requestOtp', 'TooManyRequestsError'],
    ['verifyOtp', 'InvalidOtpError'],
    ['me', 'UNAUTHENTICATED'],
    ['cities', 'ok'],
  ]) {
    expect(text).toContain(`phone_accounts_operations_total{field="${field}",result="${result}"} 1`);
  }
  expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
});

test('nobody finds a phone number, a code or an address in the metrics', async () => {
  await service.graphql(REQUEST, { p: '+9779812345602' });
  // The figures of the process are any numbers.
  const text = (await metrics()).replace(/^(process|nodejs)_.*$/gm, '');
  expect(text).not.toMatch(/98123456|127\.0\.0\.1/);
  for (const { text: sent } of service.phone.messages) expect(text).not.toContain(/\d{6}/.exec(sent)?.[0]);
});

test('users of the API cannot reach them', async () => {
  expect((await fetch(`${service.url}/metrics`)).status).toBe(404);
});

test('an operator sees which budgets and limits refuse', async () => {
  const env = { METRICS_PORT: '9464', OTP_SENDS_PER_HOUR: '1', FAILURES_PER_NETWORK_PER_HOUR: '12' };
  const refusing = await startService({ env });
  onTestFinished(() => refusing.close());
  const address = await refusing.background.metricsServer.listen({ host: '127.0.0.1', port: 0 });
  const p = '+9779812345603';
  await refusing.graphql(REQUEST, { p });
  refusing.clock.advance(60);
  await refusing.graphql(REQUEST, { p });
  await refusing.graphql(VERIFY, { p, o: '000000' });
  await refusing.graphql(VERIFY, { p, o: '000000' });
  const text = await (await fetch(`${address}/metrics`)).text();
  expect(text).toContain('phone_accounts_sends_refused_total{budget="number"} 1');
  expect(text).toContain('phone_accounts_guesses_refused_total{limit="network"} 1');
});
