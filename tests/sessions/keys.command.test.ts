import { afterEach, beforeEach, expect, test } from 'vitest';
import { keySet, kidOf, notice, otherProcess, storedKeys } from '../support/keys.js';
import { signIn } from '../support/operations/operations.js';
import { runCommand } from '../support/process/operator-command.js';
import { startService, TEST_SECRET, type TestService } from '../support/service.js';
import { isSignedIn, refresh } from '../support/operations/session-operations.js';

const PHONE_NUMBER = '+9779800000000';

let service: TestService;

beforeEach(async () => {
  service = await startService();
});

afterEach(() => service.close());

/** `npm run keys:rotate` */
async function keysRotate(args: readonly string[] = [], given: Record<string, string> = {}) {
  const env = { DATABASE_URL: service.database.url, APP_SECRET: TEST_SECRET, ...given };
  const { code, stdout, stderr } = await runCommand({ name: 'keys-rotate', args, env });
  return { failed: code !== 0, stdout, stderr };
}

test('an operator who rotates in two terminals at once gets one key, and is told when it takes over', async () => {
  const [before] = await storedKeys(service);
  const runs = await Promise.all([keysRotate(), keysRotate()]);

  const [first, second] = await storedKeys(service);
  expect(await storedKeys(service)).toHaveLength(2);
  expect(first).toEqual(before);
  const takesOver = second?.signsFrom.toISOString();
  const leaves = new Date((second?.signsFrom.getTime() ?? 0) + 1_200_000).toISOString();
  const told = runs.map(({ stdout }) => stdout).sort();
  expect(told[0]).toContain(`Key 2 (${second?.kid}) is added.`);
  expect(told[0]).toContain(`It signs from ${takesOver}`);
  expect(told[0]).toContain(`Key 1 (${first?.kid}) leaves the key set at ${leaves}`);
  expect(told[1]).toContain(`Nothing to do: key 2 (${second?.kid}) was added already; it signs from ${takesOver}.`);
  expect(runs.map(({ failed, stderr }) => [failed, stderr])).toEqual([
    [false, ''],
    [false, ''],
  ]);
});

test('an operator whose key leaked withdraws it at once, and users refresh', async () => {
  const { tokens } = await signIn(service, PHONE_NUMBER);

  const { stdout, failed } = await keysRotate(['--now']);
  await notice(service);

  const [key] = await storedKeys(service);
  expect(failed).toBe(false);
  expect(stdout).toContain(`Key 2 (${key?.kid}) signs from now on.`);
  expect(stdout).toContain(`Withdrawn: ${kidOf(tokens.accessToken)}.`);
  expect(await keySet(service)).toEqual([key?.kid]);
  expect(await isSignedIn(service, tokens.accessToken)).toBe(false);
  const { tokens: fresh } = await refresh(service, tokens.refreshToken);
  expect(await isSignedIn(service, fresh.accessToken)).toBe(true);
});

test('an operator with another APP_SECRET in the shell, or a typing mistake, breaks nothing', async () => {
  const before = await storedKeys(service);

  const runs = await Promise.all([
    keysRotate(['--now'], { APP_SECRET: 'another secret, which is long enough as well' }),
    keysRotate(['-now']),
    keysRotate(['--now', 'please']),
    keysRotate([], { APP_SECRET: 'short' }),
    keysRotate([], { DATABASE_URL: 'postgres://127.0.0.1:1/nothing' }),
  ]);

  expect(await storedKeys(service)).toEqual(before);
  expect(runs.map(({ failed, stdout }) => [failed, stdout])).toEqual(runs.map(() => [true, '']));
  const [secret, typo, extra, short, away] = runs.map(({ stderr }) => stderr);
  expect(secret).toMatch(
    /^phone-accounts cannot start: APP_SECRET is not the one this database was used with[^\n]*\n$/,
  );
  expect([typo, extra]).toEqual(Array(2).fill(expect.stringContaining('npm run keys:rotate -- --now')));
  expect(short).toContain('APP_SECRET must have at least 32 bytes');
  expect(away).toMatch(/^phone-accounts cannot start: Cannot use the database[^\n]*\n$/);
});

test('on a database that no service has used yet the first key is made', async () => {
  await otherProcess(service).repository.remove((await storedKeys(service)).map(({ kid }) => kid));

  const { stdout } = await keysRotate();

  const [key] = await storedKeys(service);
  expect(stdout).toBe(`Key 1 (${key?.kid}) is the first: it signs from now on.\n`);
});
