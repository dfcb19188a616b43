import { createHash } from 'node:crypto';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { dictionary } from '@zxcvbn-ts/language-common';
import { StartupError } from '../../src/platform/startup-error.js';
import { BreachedPasswordFile } from '../../src/users/breached-passwords.js';
import { PasswordPolicy } from '../../src/users/password-policy.js';
import { form, problemsOf, register, signIn } from '../support/operations/operations.js';
import { startService } from '../support/service.js';
import { changePassword, login, registered } from '../support/operations/session-operations.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phone-accounts-breached-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;

async function write(content: string): Promise<string> {
  files += 1;
  const path = join(folder, `list-${files}.txt`);
  await writeFile(path, content);
  return path;
}

function sha1(password: string): string {
  return createHash('sha1').update(password).digest('hex').toUpperCase();
}

/** Passwords in the order of their hashes. */
const known = Array.from({ length: 400 }, (_, index) => `breached password ${index}`).sort((a, b) =>
  sha1(a) < sha1(b) ? -1 : 1,
);
const hashes = known.map(sha1);

async function search(content: string, passwords: readonly string[]): Promise<boolean[]> {
  const list = await BreachedPasswordFile.open(await write(content));
  const found = [];
  for (const password of passwords) found.push(await list.has(password));
  await list.close();
  return found;
}

describe('a list of breached passwords', () => {
  const counted = hashes.map((hash, index) => `${hash}:${(index % 7) ** 9 + 1}`);
  const forms: readonly [name: string, content: string][] = [
    ['as Have I Been Pwned writes it, with counts of all lengths and CRLF', `${counted.join('\r\n')}\r\n`],
    ['with counts', `${counted.join('\n')}\n`],
    ['without counts', `${hashes.join('\n')}\n`],
    ['without a line end at the end', hashes.join('\n')],
    ['with CRLF and without a line end at the end', counted.join('\r\n')],
    ['in small letters', `${hashes.join('\n').toLowerCase()}\n`],
    [
      'some lines with counts, some without',
      hashes.map((hash, index) => (index % 2 ? hash : counted[index])).join('\n'),
    ],
  ];

  test.each(forms)(
    '%s: every line is found, the first and the last included, and nothing else',
    async (_name, content) => {
      expect(await search(content, known)).toEqual(known.map(() => true));
      const others = Array.from({ length: 200 }, (_, index) => `unknown password ${index}`);
      expect(await search(content, others)).toEqual(others.map(() => false));
    },
  );

  test.each([1, 2, 3, 4, 5])('of %i lines', async (length) => {
    const lines = hashes.slice(0, length);
    const expected = known.slice(0, 10).map((_, index) => index < length);
    expect(await search(`${lines.join('\n')}\n`, known.slice(0, 10))).toEqual(expected);
    expect(await search(lines.join('\n'), known.slice(0, 10))).toEqual(expected);
  });
});

describe('a setting that cannot be meant', () => {
  const mistakes: readonly [name: string, path: () => Promise<string>][] = [
    ['a file that is missing', async () => join(folder, 'missing.txt')],
    ['a folder', async () => folder],
    ['an empty file', () => write('')],
    ['blank lines', () => write('\n\n\n')],
    ['the passwords themselves', () => write('123456\npassword\nqwerty\n')],
    ['SHA-256 hashes', () => write(`${'0'.repeat(64)}\n${'1'.repeat(64)}\n`)],
    ['NTLM hashes', () => write(`${'0'.repeat(32)}:1\n${'1'.repeat(32)}:1\n`)],
    ['a list ordered by how often a password was seen', () => write(shuffled().join('\n'))],
    ['a list in descending order', () => write(hashes.toReversed().join('\n'))],
    [
      'a list with a gap in the middle',
      () => write([...hashes.slice(0, 200), '#'.repeat(4000), ...hashes.slice(200)].join('\n')),
    ],
    ['two sorted lists in one file', () => write([...hashes.slice(0, 200), ...hashes].join('\n'))],
  ];

  test.each(mistakes)('%s: the service does not start and says why', async (_name, path) => {
    const opening = BreachedPasswordFile.open(await path());
    await expect(opening).rejects.toThrow(StartupError);
    await expect(opening).rejects.toThrow(/^BREACHED_PASSWORDS_FILE: .*(cannot be read|must hold one SHA-1)/);
  });

  function shuffled(): string[] {
    return hashes.toSorted((a, b) => (sha1(a) < sha1(b) ? -1 : 1));
  }
});

describe('a password from a breach', () => {
  test('is refused where one is chosen, and still opens the account that has it', async () => {
    const breached = 'correct horse battery staple';
    const service = await startService();
    const phoneNumber = '+9779800005001';
    const fields = form({ phoneNumber, password: breached, passwordConfirm: breached, username: 'early' });
    await registered(service, fields);
    const path = await write(`${[...hashes, sha1(breached)].sort().join('\n')}\n`);
    const strict = await startService({ env: { BREACHED_PASSWORDS_FILE: path }, database: service.database });
    const message = 'This password is known from a data breach. Choose another one.';

    const again = { ...fields, email: 'late@example.com', username: 'late' };
    expect(problemsOf(await register(strict, again))).toEqual({ password: message });
    const { tokens } = await signIn(strict, '+9779800005002');
    const change = (newPassword: string) => changePassword(strict, tokens.accessToken, { newPassword });
    expect(problemsOf(await change(breached))).toEqual({ newPassword: message });
    expect(problemsOf(await change('ｃorrect horse battery staple'))).toEqual({ newPassword: message });
    expect(await change(`${breached}!`)).toMatchObject({ __typename: 'ChangePasswordSuccess' });
    const opened = await login(strict, { identifier: 'early', password: breached });
    expect(opened).toMatchObject({ __typename: 'LoginSuccess' });
    await strict.close();
    await service.close();
  });
});

describe('a list of a million lines', () => {
  test('is searched where it lies, in about thirty short reads', async () => {
    const lines = Array.from({ length: 1_000_000 }, (_, index) => `${million(index)}:${(index % 9) + 1}`);
    const path = await write(`${lines.join('\n')}\n`);
    const list = await BreachedPasswordFile.open(path);
    const handle = await open(path, 'r');
    const read = vi.spyOn(Object.getPrototypeOf(handle), 'read');
    for (let look = 0; look < 200; look += 1) {
      read.mockClear();
      expect(await list.has(`nobody's password ${look}`)).toBe(false);
      const bytes = read.mock.calls.map((call) => call[2] as number);
      // Halving 43 MB until less than a line is left.
      expect(bytes.length).toBeGreaterThan(0);
      expect(bytes.length).toBeLessThanOrEqual(30);
      expect(Math.max(...bytes)).toBeLessThanOrEqual(128);
    }
    read.mockRestore();
    await handle.close();
    await list.close();
  });

  /** Ascending, all over the range. */
  function million(index: number): string {
    return `${Math.floor((index / 1_000_000) * 0xffffffff)
      .toString(16)
      .padStart(8, '0')}${'5'.repeat(32)}`.toUpperCase();
  }
});

test('the 3,000 most common passwords of eight characters or more are refused, in capitals too', async () => {
  const policy = new PasswordPolicy(null, []);
  const common = dictionary['passwords-common'].filter((word) => word.length >= 8).slice(0, 3_000);
  expect(common.length).toBe(3_000);
  const accepted: string[] = [];
  for (const word of common.flatMap((each) => [each, each.toUpperCase()])) {
    const problem = await policy.problem(word, []);
    if (problem?.code !== 'TOO_COMMON') accepted.push(word);
  }
  expect(accepted).toEqual([]);
});
