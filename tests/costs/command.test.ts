import { afterAll, beforeAll, expect, test } from 'vitest';
import { THROUGH_A_GATEWAY } from '../support/costs.js';
import { startApiStandIn } from '../support/delivery/api-stand-in.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { ManualClock } from '../support/manual-clock.js';
import { requestOtp, verifyOtp } from '../support/operations/operations.js';
import { runCommand } from '../support/process/operator-command.js';
import { startService, TEST_SECRET, type TestService } from '../support/service.js';
import { THROUGH_TWILIO } from '../support/twilio/twilio-settings.js';

/** `npm run costs` */

let service: TestService;
const sender = new ScriptedSender('webhook');

beforeAll(async () => {
  // The command goes by real time.
  const clock = new ManualClock(new Date(Date.now() - 3 * 86_400_000));
  service = await startService({ env: THROUGH_A_GATEWAY, senders: [sender], clock });
  await send('+9779800000701', true);
  clock.advance(2 * 86_400);
  await service.background.housekeeper.run();
  await send('+9779800000702', false);
  await send('+255679100701', false);
});
afterAll(() => service.close());

async function send(phoneNumber: string, verified: boolean): Promise<void> {
  await requestOtp(service, { phoneNumber });
  await service.background.outbox.drain();
  if (verified) await verifyOtp(service, { phoneNumber, otp: sender.code(phoneNumber) });
  await service.background.deliveries.drain();
}

async function costs(...args: readonly string[]) {
  const env = { DATABASE_URL: service.database.url, APP_SECRET: TEST_SECRET };
  return runCommand({ name: 'costs', args, env });
}

test('an operator sees what was sent, verified and paid, by country, provider and channel', async () => {
  const { code, stdout } = await costs('--days', '30');
  expect(code).toBe(0);
  const lines = stdout.split('\n').map((line) => line.split(/ {2,}/));
  expect(lines[0]?.[0]).toMatch(/^Days 20\d\d-\d\d-\d\d to 20\d\d-\d\d-\d\d \(UTC\)$/);
  expect(lines.slice(1, 5)).toEqual([
    ['country', 'provider', 'channel', 'sent', 'delivered', 'failed', 'verified', 'USD', 'USD/verified'],
    ['NP', 'webhook', 'SMS', '2', '0', '0', '1', '0.46', '0.460'],
    ['TZ', 'webhook', 'SMS', '1', '0', '0', '0', '0.28', '–'],
    ['all', '3', '0', '0', '1', '0.74', '0.740'],
  ]);
  expect(stdout).toContain('Providers told the price of 0 of 3 messages.');
});

test('of the days and by what was asked for, as JSON', async () => {
  const { stdout } = await costs('--days', '2', '--by', 'channel', '--json');
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    currency: 'USD',
    lines: [{ channel: 'SMS', sent: 2, verified: 0, moneyPerVerified: null }],
    total: { sent: 2 },
  });
  expect(report.total.money).toBeCloseTo(0.51, 6);
});

test('who mistypes is told how it is done', async () => {
  const runs = await Promise.all([costs('--days', '0'), costs('--by', 'town'), costs('--month')]);
  for (const { code, stdout, stderr } of runs) {
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('Usage: npm run costs');
  }
});

test('and what is left with a provider that tells it', async () => {
  const twilio = await startApiStandIn(() => ({
    kind: 'http',
    status: 200,
    body: { balance: '9.6', currency: 'USD' },
  }));
  const env = {
    DATABASE_URL: service.database.url,
    APP_SECRET: TEST_SECRET,
    ...THROUGH_TWILIO,
    TWILIO_BASE_URL: twilio.url,
  };
  const text = await runCommand({ name: 'costs', args: [], env });
  const json = await runCommand({ name: 'costs', args: ['--json'], env });
  await twilio.close();
  expect(text.stdout).toMatch(/^Left with twilio: 9\.60 USD\.$/m);
  expect(JSON.parse(json.stdout)).toMatchObject({ balances: [{ provider: 'twilio', amount: 9.6, currency: 'USD' }] });
});
