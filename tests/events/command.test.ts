import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { hashOfToken } from '../../src/service-tokens/service-token.js';
import { happen, newUser, tellEvents } from '../support/events/event-steps.js';
import { type EventReceiver, EVENTS_SECRET, startEventReceiver } from '../support/events/receiver.js';
import { runCommand } from '../support/process/operator-command.js';
import { startService, TEST_SECRET, type TestService } from '../support/service.js';

/** `npm run events` and `npm run service-token` */

let receiver: EventReceiver;
let service: TestService;
let user: string;
let other: string;
beforeAll(async () => {
  receiver = await startEventReceiver();
  service = await startService({ env: { EVENTS_URL: receiver.url, EVENTS_SECRET } });
  [user, other] = [await newUser(service.db), await newUser(service.db)];
  for (const userId of [user, other]) {
    await happen(service.db, 'registered', { userId, at: new Date('2026-11-01T12:00:00Z') });
    await happen(service.db, 'profile_changed', { userId, at: new Date('2026-11-02T12:00:00Z') });
    await happen(service.db, 'user_locked', { userId, at: new Date('2026-11-03T12:00:00Z') });
  }
  await tellEvents(service);
});
afterAll(async () => {
  await service.close();
  await receiver.close();
});

/** The command goes by real time, and that of the service stands still. */
async function tellLater(): Promise<void> {
  service.clock.advance(600);
  await tellEvents(service);
}

function events(...args: readonly string[]) {
  const env = { DATABASE_URL: service.database.url, APP_SECRET: TEST_SECRET, EVENTS_URL: receiver.url, EVENTS_SECRET };
  return runCommand({ name: 'events', args, env });
}

test('a receiver that lost what it knew of a user is told it once more, with the same ids and in order', async () => {
  const before = receiver.taken.filter(({ data }) => data.userId === user).slice(1);
  const told = receiver.taken.length;
  const { code, stdout } = await events('--since', '2026-11-02', '--user', user);
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining('The events of 1 user since then are delivered once more.'),
  ]);
  await tellLater();
  const again = receiver.taken.slice(told);
  expect(again.map(({ id, type }) => [id, type])).toEqual(before.map(({ id, type }) => [id, type]));
});

test('of everybody, from an instant on', async () => {
  const told = receiver.taken.length;
  expect((await events('--since', '2026-11-03T12:00:00Z')).code).toBe(0);
  await tellLater();
  const again = receiver.taken.slice(told).map(({ type, data }) => [type, data.userId]);
  expect(again.sort()).toEqual(
    [
      ['user.locked', user],
      ['user.locked', other],
    ].sort(),
  );
});

test('an operator sees them first', async () => {
  const told = receiver.taken.length;
  const { stdout } = await events('--since', '2026-11-02T12:00:00Z', '--user', user, '--list');
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/ +/).slice(1, 5)),
  ).toEqual([
    ['2026-11-02T12:00:00.000Z', 'user.updated', 'user', user],
    ['2026-11-03T12:00:00.000Z', 'user.locked', 'user', user],
  ]);
  await tellEvents(service);
  expect(receiver.taken).toHaveLength(told);
});

test.each([
  [[], 'say since when'],
  [['--since', 'yesterday'], '--since is no time'],
  [['--since', '2026-11-01', '--user', '+9779800000000'], '--user must be the id of a user'],
  [['--until', '2026-11-01'], 'there is no such option'],
])('%j: says what is wrong', async (args, problem) => {
  const { code, stderr } = await events(...args);
  expect([code, stderr]).toEqual([1, expect.stringContaining(problem)]);
});

test.each([
  ['events', ['crm']],
  ['entities', ['crm', 'entities']],
  ['support', ['crm', 'support']],
])('a new token for a service with the scope %s, and the setting that lets it in', async (scope, args) => {
  const { code, stdout } = await runCommand({ name: 'service-token', args, env: {} });
  expect(code).toBe(0);
  const [, token = ''] = /^ {2}(pasvc_[\w-]{43})$/m.exec(stdout) ?? [];
  const [, setting = ''] = /^ {2}(crm:\S+)$/m.exec(stdout) ?? [];
  const reading = readConfig({ NODE_ENV: 'test', SERVICE_TOKENS: setting });
  expect(reading).toMatchObject({
    config: { serviceTokens: [{ name: 'crm', scope, hash: hashOfToken(token) }] },
  });
});

test.each([[['CRM!']], [['crm', 'everything']], [['crm', 'entities', 'more']]])('no token for %j', async (args) => {
  const { code, stdout } = await runCommand({ name: 'service-token', args, env: {} });
  expect([code, stdout]).toEqual([1, '']);
});
