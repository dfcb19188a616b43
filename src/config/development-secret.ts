import { chmod, mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../platform/random.js';
import { StartupError } from '../platform/startup-error.js';

/** Marks secrets that were made for development. Production refuses them, also copied ones. */
export const DEVELOPMENT_SECRET_PREFIX = 'development-only-';

/**
 * The secret of a development machine. It is made on first start, and kept with the data that depends on it.
 * @throws StartupError when the folder cannot be made.
 */
export async function developmentSecret(dataDir: string, random: Random): Promise<string> {
  const file = join(dataDir, 'app-secret');
  await mkdir(dataDir, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new StartupError(`DATA_DIR: the folder ${dataDir} cannot be made (${error.code}).`);
  });
  try {
    const handle = await open(file, 'wx', 0o600);
    const secret = DEVELOPMENT_SECRET_PREFIX + random.bytes(32).toString('base64url');
    await handle.writeFile(secret).finally(() => handle.close());
    return secret;
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
  }
  await chmod(file, 0o600);
  return (await readFile(file, 'utf8')).trim();
}
