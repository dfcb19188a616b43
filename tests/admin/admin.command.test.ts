import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventsOf, wantEvents } from '../support/events/event-steps.js';
import { signInOn } from '../support/devices.js';
import { form, register } from '../support/operations/operations.js';
import { runCommand } from '../support/process/operator-command.js';
import { MANY_TEXTS, startService, TEST_SECRET, type TestService } from '../support/service.js';
import { isSignedIn, login } from '../support/operations/session-operations.js';
import { showCode, userRow } from '../support/sleepers.js';
import { actsOn, type Person, somebody } from '../support/operations/staff-acts.js';

/** What people at the machine do with roles and accounts. */

const PASSWORD = 'SecurePassword123!';

let service: TestService;
beforeAll(async () => {
  service = await startService({ env: MANY_TEXTS });
});
afterAll(() => service.close());

async function run(name: 'admin' | 'users', ...args: readonly string[]) {
  const env = { DATABASE_URL: service.database.url, APP_SECRET: TEST_SECRET };
  const { code, stdout, stderr } = await runCommand({ name, args, env });
  return { failed: code !== 0, stdout, stderr };
}

test('an operator makes the first administrators, lists them, and the last one stays', async () => {
  const [one, two] = [await somebody(service), await somebody(service)];
  const granted = await run('admin', 'grant', one.phoneNumber);
  expect(granted).toMatchObject({ failed: false, stdout: expect.stringMatching(/^The role is ADMIN now\./) });
  expect(await isSignedIn(service, one.accessToken)).toBe(false);
  const acts = await actsOn(service, one.id);
  expect(acts).toContainEqual(expect.objectContaining({ kind: 'role_changed', actorKind: 'COMMAND', actorId: null }));

  const last = await run('admin', 'revoke', one.id);
  expect(last).toMatchObject({
    failed: true,
    stdout: '',
    stderr: expect.stringMatching(/only administrator.*one first/),
  });

  await run('admin', 'grant', two.phoneNumber, '--role', 'support');
  const [all, support] = await Promise.all([run('admin', 'list', '--json'), run('admin', 'list', '--role', 'SUPPORT')]);
  expect(
    JSON.parse(all.stdout)
      .users.map(({ role }: { role: string }) => role)
      .sort(),
  ).toEqual(['ADMIN', 'SUPPORT']);
  expect(support.stdout).toContain(two.phoneNumber);
  expect(support.stdout).not.toContain(one.phoneNumber);

  await run('users', 'role', two.phoneNumber, 'ADMIN');
  expect(await run('admin', 'revoke', one.phoneNumber)).toMatchObject({ failed: false });
  expect((await userRow(service, one.id))?.role).toBe('USER');
});

test('an operator who may not give a role is told what its owner does first', async () => {
  const { userId } = await signInOn(service, '+9779802299101');
  await register(service, form({ phoneNumber: '+9779802299102', email: 'only.registered@example.com' }));
  const [bare, unverified, nobody, unreadable, noRole] = await Promise.all([
    run('admin', 'grant', '+9779802299101'),
    run('admin', 'grant', '+9779802299102'),
    run('admin', 'grant', '+9779802299103'),
    run('admin', 'grant', 'somebody'),
    run('admin', 'grant', userId, '--role', 'KING'),
  ]);
  expect(bare.stderr).toMatch(/sets a password or verifies an email address first/);
  expect(unverified.stderr).toMatch(/not verified its phone number/);
  expect(nobody.stderr).toMatch(/no account has \+9779802299103.*sign in first/);
  expect(unreadable.stderr).toMatch(/neither an id nor a phone number/);
  expect(noRole.stderr).toMatch(/KING is no role to give/);
  for (const { failed, stdout } of [bare, unverified, nobody, unreadable, noRole])
    expect({ failed, stdout }).toEqual({ failed: true, stdout: '' });
});

test('an operator locks, unlocks and signs out', async () => {
  const user: Person = await somebody(service);
  const until = '2027-12-31T12:00:00.000Z';
  const locked = await run('users', 'lock', user.phoneNumber, '--reason', 'lost phone', '--until', until, '--json');
  expect(JSON.parse(locked.stdout)).toMatchObject({ id: user.id, lock: { reason: 'lost phone', until } });
  const refused = await login(service, { identifier: user.username, password: PASSWORD });
  expect(refused).toMatchObject({ __typename: 'AccountDisabledError', until });
  expect((await run('users', 'unlock', user.id)).stdout).toMatch(/^The lock is lifted\./);
  expect((await showCode(service, user.phoneNumber)).__typename).toBe('VerifyOtpSuccess');
  const out = await run('users', 'sign-out', user.phoneNumber);
  expect(out).toMatchObject({ failed: false, stdout: 'One session has ended.\n' });
});

test('an operator whose command changes nothing is told so, and other services hear nothing', async () => {
  const user = await somebody(service);
  await wantEvents(service.db);
  const commands = [
    ['users', 'unlock', user.id],
    ['admin', 'revoke', user.id],
    ['users', 'role', user.id, 'USER'],
    ['users', 'marketplace', user.id, '--access', 'off'],
  ] as const;
  for (const [name, ...args] of commands) {
    expect((await run(name, ...args)).stdout).toMatch(/^Nothing was changed[.:]/);
  }
  expect(await eventsOf(service.db, user.id)).toEqual([]);
  expect(await actsOn(service, user.id)).toHaveLength(commands.length);
});

test('an operator sets the marketplace profile, and deletes an account', async () => {
  const user = await somebody(service);
  const set = ['--access', 'on', '--business-type', 'grocer', '--shop', 'shop-7', '--b2b', 'on', '--json'];
  const profile = await run('users', 'marketplace', user.phoneNumber, ...set);
  expect(JSON.parse(profile.stdout)).toMatchObject({
    marketplace: { hasAccess: true, businessType: 'grocer', shopId: 'shop-7', b2bVerified: true },
  });
  const cleared = await run('users', 'marketplace', user.id, '--shop', '', '--access', 'off');
  expect(cleared.stdout).toMatch(/^access: off, B2B: on\nbusiness type: grocer, shop: none\n/);

  const [unsure, noReason, noEnd, nothing] = await Promise.all([
    run('users', 'delete', user.id, '--reason', 'asked for it'),
    run('users', 'lock', user.id),
    run('users', 'lock', user.id, '--reason', 'fraud', '--until', 'tomorrow'),
    run('users', 'marketplace', user.id),
  ]);
  expect(unsure.stderr).toMatch(/cannot be undone. Say --yes/);
  expect(noReason.stderr).toMatch(/--reason TEXT is missing/);
  expect(noEnd.stderr).toMatch(/--until is no time/);
  expect(nothing.stderr).toMatch(/say what to change/);
  const gone = await run('users', 'delete', user.id, '--reason', 'asked for it', '--yes');
  expect(gone).toMatchObject({ failed: false, stdout: `The account ${user.id} is deleted.\n` });
  expect(await userRow(service, user.id)).toBeUndefined();
  expect(await actsOn(service, user.id)).toMatchObject([
    { kind: 'account_deleted', actorKind: 'COMMAND', details: { reason: 'asked for it' } },
  ]);
});
