import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Counts, learn, NOTHING, unknownFacts } from '../../src/learned-routes/route-facts.js';
import { routeFactsTable } from '../../src/learned-routes/route-facts.table.js';
import { runCommand } from '../support/process/operator-command.js';
import { startService, TEST_SECRET, type TestService } from '../support/service.js';
import { THROUGH_TWILIO } from '../support/twilio/twilio-settings.js';

/** `npm run routes` */

const { SMS_PROVIDER: _, ...TWILIO } = THROUGH_TWILIO;
const env = {
  ...TWILIO,
  DELIVERY_ROUTES: 'SMS=auto VOICE=twilio,webhook',
  WEBHOOK_URL: 'http://127.0.0.1:9',
  WEBHOOK_SECRET: `whsec_${'c2VjcmV0'.repeat(5)}`,
};

let service: TestService;

beforeAll(async () => {
  service = await startService();
  await keep('twilio', { ...NOTHING, tries: 100, verified: 84, cost: 23 });
  await keep('webhook', { ...NOTHING, tries: 60, verified: 49, cost: 0.9, priced: 60, told: 0.9 });
});
afterAll(() => service.close());

async function keep(provider: string, counts: Counts): Promise<void> {
  const now = new Date();
  const facts = learn(unknownFacts(now), counts, now);
  const of = { channel: 'SMS', country: 'NP', provider } as const;
  await service.db.insert(routeFactsTable).values([
    { ...of, memory: 'long', ...facts.long },
    { ...of, memory: 'short', ...facts.short },
  ]);
}

function routes(...args: readonly string[]) {
  return runCommand({
    name: 'routes',
    args,
    env: { ...env, DATABASE_URL: service.database.url, APP_SECRET: TEST_SECRET },
  });
}

test('an operator reads which provider is first, what it costs, and why the others are not', async () => {
  const { code, stdout } = await routes('--country', 'np', '--channel', 'SMS');
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines[0]).toBe('SMS to NP: the order is learned');
  expect(lines[2]).toMatch(/^1\. webhook +99 % +5\d +4\d +8\d % +7\d % and 9\d % +– +0\.0150 +0\.018\d$/);
  expect(lines[3]).toMatch(/^2\. twilio +1 % +9\d +7\d +8\d % +7\d % and 90 % +– +0\.2300 +0\.27\d\d$/);
  expect(lines[4]).toBe('webhook: It costs least for a verified number, of those that deliver well enough.');
  expect(lines[5]).toBe(
    'twilio: It costs more than webhook for a verified number. It gets 1 % of the codes first, in case that changes.',
  );
  expect(lines[6]).toContain('fades to a half in 2 days');
});

test('of every channel as JSON, those with the order of the settings too', async () => {
  const { stdout } = await routes('--country', 'NP', '--json');
  const reports = JSON.parse(stdout);
  expect(reports.map(({ channel, learned }: { channel: string; learned: boolean }) => [channel, learned])).toEqual([
    ['SMS', true],
    ['WHATSAPP', false],
    ['TELEGRAM', false],
    ['VOICE', false],
    ['EMAIL', false],
  ]);
  expect(reports[3].providers[0]).toMatchObject({ provider: 'twilio', standing: 'settled', part: 1, share: null });
});

test.each([
  [['--channel', 'SMS'], '--country must be two letters'],
  [['--country', 'Nepal'], '--country must be two letters'],
  [['--country', 'NP', '--channel', 'pigeon'], '--channel must be one of'],
  [['--land', 'NP'], 'there is no such option'],
])('what cannot be read is told with the usage: %j', async (args, problem) => {
  const { code, stderr } = await routes(...args);
  expect(code).toBe(1);
  expect(stderr).toContain(problem);
  expect(stderr).toContain('Usage: npm run routes');
});
