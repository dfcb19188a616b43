import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { developmentSecret } from '../../src/config/development-secret.js';
import { systemRandom } from '../../src/platform/random.js';

/** The secret that a development machine keeps with its data, and the users of that machine. */

const NOBODY = 65_534;
const ROOT = process.geteuid?.() === 0;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phone-accounts-secret-'));
  await chmod(folder, 0o755);
});

afterEach(() => rm(folder, { recursive: true }));

const obtain = () => developmentSecret(folder, systemRandom);

async function refusal(): Promise<string> {
  return obtain().then(
    () => 'none',
    ({ message }: Error) => message,
  );
}

async function refusalForNobody(): Promise<string> {
  process.seteuid?.(NOBODY);
  return refusal().finally(() => process.seteuid?.(0));
}

test('is made once, for this user only, also when several services start at the same moment', async () => {
  const secrets = await Promise.all(Array.from({ length: 8 }, obtain));

  expect(new Set(secrets).size).toBe(1);
  expect(await obtain()).toBe(secrets[0]);
  expect(await readdir(folder)).toEqual(['app-secret']);
  expect((await stat(join(folder, 'app-secret'))).mode & 0o777).toBe(0o600);
});

test('a file that was cut off is told, and is not used as a secret', async () => {
  for (const content of ['', '\n', 'development-only-']) {
    await writeFile(join(folder, 'app-secret'), content);
    expect(await refusal()).toMatch(/app-secret is no secret: .* Restore or remove it\.$/);
  }
});

describe.skipIf(!ROOT)('a user on whose machine root was first', () => {
  test('is told whose file it is, however open the file is', async () => {
    await obtain();
    for (const mode of [0o600, 0o644, 0o666]) {
      await chmod(join(folder, 'app-secret'), mode);
      expect(await refusalForNobody()).toMatch(/app-secret belongs to the user with id 0\. Start as the user who owns/);
    }
  });

  test('is told that the folder takes no file, or cannot be entered', async () => {
    expect(await refusalForNobody()).toMatch(/app-secret cannot be made \(EACCES\)\. .* choose another DATA_DIR\.$/);
    await chmod(folder, 0o700);
    expect(await refusalForNobody()).toMatch(/app-secret cannot be read \(EACCES\)\. /);
  });

  test('makes nothing there', async () => {
    await refusalForNobody();
    expect(await readdir(folder)).toEqual([]);
  });
});
