import { chmod, constants, copyFile, link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../platform/random.js';
import { StartupError } from '../platform/startup-error.js';

/** Marks secrets that were made for development. Production refuses them, also copied ones. */
export const DEVELOPMENT_SECRET_PREFIX = 'development-only-';

const LEAST_LENGTH = 32;

/**
 * The secret of a development machine. It is made on first start, and kept with the data that depends on it.
 * @throws StartupError when it cannot be made or read by this user
 */
export async function developmentSecret(dataDir: string, random: Random): Promise<string> {
  const file = join(dataDir, 'app-secret');
  await mkdir(dataDir, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new StartupError(`DATA_DIR: the folder ${dataDir} cannot be made (${error.code}).`);
  });
  if ((await ownerOf(file)) === null) await make(file, random);
  return read(file);
}

/** Null: there is no such file. */
async function ownerOf(file: string): Promise<number | null> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw unusable(file, `cannot be read (${error.code})`);
  });
  return found === null ? null : found.uid;
}

/** The file is complete from its first moment: another process may start now, or this one be killed. */
async function make(file: string, random: Random): Promise<void> {
  const made = `${file}.new-${random.bytes(8).toString('hex')}`;
  const secret = DEVELOPMENT_SECRET_PREFIX + random.bytes(32).toString('base64url');
  try {
    await writeFile(made, secret, { flag: 'wx', mode: 0o600 });
    // Not every file system has hard links.
    await link(made, file).catch(() => copyFile(made, file, constants.COPYFILE_EXCL));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : String(error);
    if (code !== 'EEXIST') throw unusable(file, `cannot be made (${code})`);
  } finally {
    await rm(made, { force: true }).catch(() => undefined);
  }
}

async function read(file: string): Promise<string> {
  const user = process.geteuid?.();
  const owner = await ownerOf(file);
  if (user !== undefined && user !== 0 && owner !== user) throw unusable(file, `belongs to the user with id ${owner}`);
  const secret = await chmod(file, 0o600)
    .then(() => readFile(file, 'utf8'))
    .catch((error: NodeJS.ErrnoException) => {
      throw unusable(file, `cannot be read (${error.code})`);
    });
  if (secret.trim().length >= LEAST_LENGTH) return secret.trim();
  throw new StartupError(`${file} is no secret: it is shorter than ${LEAST_LENGTH} characters. Restore or remove it.`);
}

function unusable(file: string, why: string): StartupError {
  const remedy = 'Start as the user who owns the folder, give it to this user (chown -R), or choose another DATA_DIR';
  return new StartupError(`${file} ${why}. ${remedy}.`);
}
