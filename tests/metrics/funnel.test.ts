import { afterAll, beforeAll, expect, test } from 'vitest';
import { scrape } from '../support/exposition.js';
import { requestOtp, verifyOtp } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';

/** Where people are lost between asking for a code and being signed in. */

let service: TestService;
let url: string;
beforeAll(async () => {
  service = await startService({ env: { METRICS_PORT: '9464' } });
  url = await service.background.metricsServer.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => service.close());

test('an operator sees by country and channel how far codes came', async () => {
  const [signsIn, getsNothing] = ['+9779800000901', '+9779800000902'];
  await requestOtp(service, { phoneNumber: signsIn });
  await requestOtp(service, { phoneNumber: getsNothing });
  // Refused: too soon after the one before.
  await requestOtp(service, { phoneNumber: getsNothing });
  await requestOtp(service, { phoneNumber: 'no number at all' });
  await service.background.outbox.drain();
  const [message] = service.phone.messages.filter(({ to }) => to === signsIn);
  const report = {
    messageId: message?.id ?? '',
    providerMessageId: null,
    provider: 'console',
    state: 'delivered',
  } as const;
  // Providers repeat themselves.
  for (let times = 0; times < 2; times += 1) await service.background.deliveries.report(report);
  await verifyOtp(service, { phoneNumber: signsIn, otp: service.phone.code(signsIn) });
  await service.background.deliveries.drain();

  const { value } = await scrape(service, url);
  const step = (name: string) => value(`otp_steps_total{step="${name}",channel="SMS",country="NP"}`);
  expect({
    requested: step('requested'),
    sent: step('sent'),
    delivered: step('delivered'),
    verified: step('verified'),
  }).toEqual({ requested: 3, sent: 2, delivered: 1, verified: 1 });
});

test('an operator sees how long calls take, those that fail apart from the others', async () => {
  const phoneNumber = '+9779800000903';
  await requestOtp(service, { phoneNumber });
  await requestOtp(service, { phoneNumber });

  const { value } = await scrape(service, url);
  const count = (result: string) => value(`operation_seconds_count{field="requestOtp",result="${result}"}`);
  expect(count('TooManyRequestsError')).toBe(
    value('operations_total{field="requestOtp",result="TooManyRequestsError"}'),
  );
  expect(count('ok')).toBe(3);
});
