import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../support/manual-clock.js';
import { runCommand } from '../support/process/operator-command.js';
import { ask, GUARDED, isPaused, numberIn, pauseEvents, pump } from '../support/pumping.js';
import { startService, TEST_SECRET, type TestService } from '../support/service.js';

const PUMPED = '25567910';

let service: TestService;

beforeEach(async () => {
  // The commands go by real time: what they list must be paused then, too.
  service = await startService({
    env: GUARDED,
    clock: new ManualClock(new Date(Date.now() - 1_800_000)),
  });
  await pump(service, PUMPED, 20);
});

afterEach(() => service.close());

/** `npm run pumping:<name>` */
async function command(name: 'list' | 'lift', ...args: readonly string[]) {
  const env = { DATABASE_URL: service.database.url, APP_SECRET: TEST_SECRET };
  const { code, stdout, stderr } = await runCommand({ name: `pumping-${name}`, args, env });
  return { failed: code !== 0, stdout, stderr };
}

test('an operator lists what is paused, lifts it, and codes are sent there again', async () => {
  expect(isPaused(await ask(service, numberIn(PUMPED, 100)))).toBe(true);

  const { stdout: before } = await command('list');
  const lifted = await command('lift', '+255 679 10');
  const { stdout: after } = await command('list');

  const block = PUMPED.slice(0, 6);
  expect(before).toMatch(new RegExp(`^${PUMPED} +since .+Z until .+Z$`, 'm'));
  expect(before).toMatch(new RegExp(`^${block} +since .+Z until .+Z$`, 'm'));
  expect(lifted).toMatchObject({ failed: false, stderr: '' });
  for (const name of [PUMPED, block])
    expect(lifted.stdout).toContain(`Codes are sent to ${name} again, at once and by every process.\n`);
  expect(after).toBe('Nothing is paused.\n');
  service.clock.advance(1800);
  expect(isPaused(await ask(service, numberIn(PUMPED, 101)))).toBe(false);
  expect(service.phone.to(numberIn(PUMPED, 101))).toHaveLength(1);
  const events = await pauseEvents(service);
  expect(events).toContainEqual({
    kind: 'pause_lifted',
    details: { paused: `range:TZ:${PUMPED}` },
  });
});

test('an operator who lifted a pause by mistake sees it paused again, by new evidence only', async () => {
  await command('lift', PUMPED);
  service.clock.advance(1800);

  const answers = await pump(service, PUMPED, 20, 1000);

  expect(isPaused(answers[2] ?? { __typename: '' })).toBe(false);
  expect(isPaused(answers[19] ?? { __typename: '' })).toBe(true);
});

test('an operator who mistypes is told how it is done, and nothing is lifted', async () => {
  const runs = await Promise.all([command('lift'), command('lift', '97798001'), command('lift', PUMPED, 'please')]);

  for (const { failed, stdout, stderr } of runs) {
    expect({ failed, stdout }).toEqual({ failed: true, stdout: '' });
    expect(stderr).toContain('npm run pumping:lift -- 97798001');
  }
  expect(isPaused(await ask(service, numberIn(PUMPED, 100)))).toBe(true);
});
