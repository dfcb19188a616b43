import { chmod, lstat, mkdir, readlink, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { systemRandom } from '../platform/random.js';
import { canReach } from './os-user.js';
import { BundledServerError, codeOf, useOwnDatabase } from './error.js';
import { exists } from './folder.js';
import type { OsUser } from './run-program.js';

/** The kernel's link to the working folder of a program: an absolute path that needs no access to the folders above. */
export const workingFolder = '/proc/self/cwd';

const rootFolder = '/var/lib/phone-accounts';

/**
 * The folder of the data: `postgres`, or the target of `postgres` if that is a link. Without /proc, another OS user
 * cannot get into a closed folder. Then the data goes to a folder that all users can reach, and `postgres` becomes a
 * link to it.
 */
export async function dataFolder(dataDir: string, osUser: OsUser | null): Promise<string> {
  const folder = join(dataDir, 'postgres');
  const reachable = !osUser || (await canReach(dataDir, osUser)) || (await exists(workingFolder));
  if (!reachable) await linkToRootFolder(folder);
  const end = await readlink(folder).catch(() => null);
  if (reachable || end) return resolve(dataDir, end ?? 'postgres');
  const message = `The OS user ${osUser.name}, which runs PostgreSQL for root, cannot reach ${folder} without /proc`;
  throw new BundledServerError(`${message}: mount it, or ${useOwnDatabase}`);
}

async function linkToRootFolder(folder: string): Promise<void> {
  const end = join(await openRootFolder(), `data-${systemRandom.bytes(8).toString('hex')}`);
  await symlink(end, folder).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
}

/**
 * A folder that belongs to root. All users can reach it, and only root can write to it.
 * @throws BundledServerError
 */
export async function openRootFolder(): Promise<string> {
  const made = await mkdir(rootFolder, { recursive: true }).catch((error: unknown) => {
    const message = `PostgreSQL refuses root, and ${rootFolder}, where another user could run it, cannot be made`;
    throw new BundledServerError(`${message} (${codeOf(error)}): start as another user, or ${useOwnDatabase}`);
  });
  if (made) await chmod(rootFolder, 0o755);
  const { uid, mode } = await lstat(rootFolder);
  if (uid === 0 && (mode & 0o777) === 0o755) return rootFolder;
  throw new BundledServerError(`${rootFolder} must belong to root and have mode 755: run chown and chmod on it`);
}
