import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportMyData } from '../support/operations/leaving-operations.js';
import { guessWrongly, obtainCode, signIn } from '../support/operations/operations.js';
import { auditOf } from '../support/operations/session-operations.js';
import { addPasskey, newAuthenticator } from '../support/passkeys/operations.js';
import { runCommand } from '../support/process/operator-command.js';
import { startService, TEST_SECRET, type TestService } from '../support/service.js';
import { form, register } from '../support/operations/operations.js';

const NUMBER = '+9779801500001';
const UNVERIFIED = '+9779801500002';

let service: TestService;
let userId: string;

beforeAll(async () => {
  service = await startService();
  const { user, tokens } = await signIn(service, NUMBER);
  userId = user.id;
  await addPasskey(service, tokens.accessToken, { authenticator: newAuthenticator(), name: 'Old telephone' });
  for (const name of ['first', 'second']) {
    await register(service, form({ phoneNumber: UNVERIFIED, email: `${name}@example.com`, username: `the.${name}` }));
  }
});
afterAll(() => service.close());

/** `npm run users -- …` */
async function users(...args: readonly string[]) {
  const env = { DATABASE_URL: service.database.url, APP_SECRET: TEST_SECRET };
  const { code, stdout, stderr } = await runCommand({ name: 'users', args, env });
  return { failed: code !== 0, stdout, stderr };
}

test('an operator finds people by what they say of themselves', async () => {
  const [byNumber, byName, asJson, nobody] = await Promise.all([
    users('find', '+977', '980-1500001'),
    users('find', 'the.second'),
    users('find', UNVERIFIED, '--json'),
    users('find', '100%'),
  ]);
  expect(byNumber).toMatchObject({ failed: false, stderr: '', stdout: `${userId}  ${NUMBER}\n` });
  expect(byName.stdout).toMatch(/^\S+ {2}\+9779801500002 \(unverified\) .* the\.second {2}second@example\.com\n$/);
  expect(JSON.parse(asJson.stdout).users).toHaveLength(2);
  expect(asJson.stdout).not.toContain('argon2');
  expect(nobody.stdout).toBe('Nobody is found.\n');
});

test('an operator sees everything about one account', async () => {
  const [text, json] = await Promise.all([users('show', NUMBER), users('show', userId, '--json')]);
  expect(text.stdout).toContain(`id: ${userId}\nphoneNumber: ${NUMBER}\nphoneVerified: true\n`);
  expect(text.stdout).toContain('lock: –\n');
  expect(text.stdout).toMatch(/sessions:\n- id: /);
  expect(text.stdout).toMatch(
    /passkeys:\n- id: \S+\n {2}name: Old telephone\n {2}createdAt: \S+Z\n {2}lastUsedAt: –\n/,
  );
  const { sessions, devices, role, passkeys } = JSON.parse(json.stdout);
  expect(Object.keys(passkeys[0])).toEqual(['id', 'name', 'createdAt', 'lastUsedAt', 'trustedFrom', 'clonedAt']);
  expect({ sessions: sessions.length, devices: devices.length, role }).toEqual({
    sessions: 1,
    devices: 1,
    role: 'USER',
  });
});

test('an operator who names nobody, or nobody in particular, is told what to name', async () => {
  const [nothing, nobody, several, word, option] = await Promise.all([
    users('show', 'asha'),
    users('show', '+9779801599999'),
    users('show', UNVERIFIED),
    users('forget', NUMBER),
    users('show', NUMBER, '--all'),
  ]);
  expect(nothing.stderr).toContain('neither an id nor a phone number');
  expect(nobody.stderr).toContain('no account has +9779801599999');
  expect(several.stderr).toMatch(/several accounts .* by its id:\n.*the\.(first|second).*\n.*the\.(first|second)/);
  expect(word.stderr).toContain('npm run users -- show NUMBER|ID');
  expect(option.stderr).toContain('npm run users -- find TEXT');
  for (const { failed, stdout } of [nothing, nobody, several, word, option]) {
    expect({ failed, stdout }).toEqual({ failed: true, stdout: '' });
  }
});

test('an operator gives a person who cannot sign in what is kept about them, and the audit trail says so', async () => {
  const [exported, nobody] = await Promise.all([users('export', NUMBER), users('export', '+9779801599999')]);
  const data = JSON.parse(exported.stdout);
  expect(data).toMatchObject({
    account: [{ id: userId, phoneNumber: NUMBER }],
    sessions: [{ userId }],
    passkeys: [{}],
  });
  expect(Object.keys(data)).toEqual(Object.keys(await ownExport()));
  expect(exported.stdout).not.toMatch(/argon2|passwordHash/);
  const trail = (await auditOf(service, userId)).filter(({ kind }) => kind === 'data_exported');
  expect(trail).toContainEqual(expect.objectContaining({ actorKind: 'COMMAND', sessionId: null, ipAddress: null }));
  expect(nobody.failed).toBe(true);
});

test('the data of somebody who only typed a number into a form is not given to whoever names the number', async () => {
  const typed = '+9779801500005';
  await register(service, form({ phoneNumber: typed, email: 'typed@example.com', username: 'the.typed' }));
  const refused = await users('export', typed);
  expect(refused).toMatchObject({ failed: true, stdout: '' });
  const [, id = ''] = /^([\da-f-]{36}) /m.exec(refused.stderr) ?? [];
  expect((await users('export', id)).stdout).toContain(typed);
});

test('an operator lifts the limits of a number that its owner used up, three times a day', async () => {
  const locked = '+9779801500003';
  await obtainCode(service, locked);
  for (let guess = 0; guess < 6; guess += 1) await guessWrongly(service, locked);
  const first = await users('clear-limits', '+977 980-150 0003', '--json');
  expect(JSON.parse(first.stdout)).toEqual({
    phoneNumber: locked,
    cleared: expect.arrayContaining([expect.any(String)]),
  });
  const text = await users('clear-limits', locked);
  expect(text.stdout).toContain(`Nothing was cleared for ${locked}.`);
  await users('clear-limits', locked);
  const [fourth, none] = await Promise.all([users('clear-limits', locked), users('clear-limits', 'asha')]);
  expect(fourth).toMatchObject({ failed: true, stderr: expect.stringMatching(/too often. Try again in \d+ seconds/) });
  expect(none).toMatchObject({ failed: true, stdout: '' });
});

async function ownExport(): Promise<object> {
  service.clock.advance(60);
  const { tokens } = await signIn(service, '+9779801500004');
  return exportMyData(service, tokens.accessToken);
}
