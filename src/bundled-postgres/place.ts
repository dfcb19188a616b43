import { chmod, lstat, mkdir, readlink, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { systemRandom } from '../platform/random.js';
import { canReach } from './account.js';
import { BundledServerError, codeOf, ownDatabase } from './error.js';
import { exists } from './folder.js';
import type { Account } from './run.js';

/** An absolute path to wherever a program runs, through a link that the kernel keeps: no folder above is walked. */
export const workingFolder = '/proc/self/cwd';

const rootFolder = '/var/lib/phone-accounts';

/**
 * Where the data lies: in the folder `postgres`, or, where that is a link, at its end. Without /proc there is no way
 * into a closed folder for another user; then the data goes to a place that has one, and a link is left.
 */
export async function dataFolder(dataDir: string, account: Account | null): Promise<string> {
  const folder = join(dataDir, 'postgres');
  const reachable = !account || (await canReach(dataDir, account)) || (await exists(workingFolder));
  if (!reachable) await linkToRootFolder(folder);
  const end = await readlink(folder).catch(() => null);
  if (reachable || end) return resolve(dataDir, end ?? 'postgres');
  const message = `The OS user ${account.name}, which runs PostgreSQL for root, cannot reach ${folder} without /proc`;
  throw new BundledServerError(`${message}: mount it, or ${ownDatabase}`);
}

async function linkToRootFolder(folder: string): Promise<void> {
  const end = join(await openRootFolder(), `data-${systemRandom.bytes(8).toString('hex')}`);
  await symlink(end, folder).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
}

/**
 * A folder of root's that every user can reach and nobody else can write to.
 * @throws BundledServerError
 */
export async function openRootFolder(): Promise<string> {
  const made = await mkdir(rootFolder, { recursive: true }).catch((error: unknown) => {
    const message = `PostgreSQL refuses root, and ${rootFolder}, where another user could run it, cannot be made`;
    throw new BundledServerError(`${message} (${codeOf(error)}): start as another user, or ${ownDatabase}`);
  });
  if (made) await chmod(rootFolder, 0o755);
  const { uid, mode } = await lstat(rootFolder);
  if (uid === 0 && (mode & 0o777) === 0o755) return rootFolder;
  throw new BundledServerError(`${rootFolder} must belong to root and have mode 755: run chown and chmod on it`);
}
