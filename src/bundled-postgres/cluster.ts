import { chown, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemRandom } from '../platform/random.js';
import { canReach, requireNamedUser } from './os-user.js';
import { BundledServerError, codeOf, useOwnDatabase } from './error.js';
import { buildFolder, exists } from './folder.js';
import { workingFolder } from './data-folder.js';
import { type OsUser, errorLine, type Finished, isPlainForShell, run } from './run-program.js';

/** A folder of PostgreSQL data, and what is needed to run a server on it. */
export interface Cluster {
  /** Absolute path of the data. */
  readonly folder: string;
  /** Folder of `initdb` and `pg_ctl`. */
  readonly programs: string;
  readonly osUser: OsUser | null;
  /** Called each time that this process has started one of the programs and only waits for it. */
  readonly onWait?: (() => void) | undefined;
}

const majorVersion = '18';
const passwordFile = 'phone-accounts.password';
const unsyncedFile = 'phone-accounts.unsynced';
const otherFolderAdvice = `move it away, choose another DATA_DIR, or ${useOwnDatabase}`;

/**
 * Creates the cluster on first use.
 * @param durable whether to sync it to disk. Only tests turn this off.
 * @throws BundledServerError when the folder holds something else
 */
export async function prepareCluster(cluster: Cluster, durable: boolean): Promise<void> {
  const { folder, osUser } = cluster;
  if (!(await holdsCluster(folder))) await createCluster(cluster, durable);
  if (osUser && (await stat(folder)).uid !== osUser.uid) {
    throw new BundledServerError(
      `${folder} belongs to root, which PostgreSQL refuses: run chown -R ${osUser.name}: on it`,
    );
  }
  const version = (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim();
  if (version === majorVersion) return;
  throw new BundledServerError(
    `${folder} was made by PostgreSQL ${version}, the bundled one is ${majorVersion}: ${otherFolderAdvice}`,
  );
}

/**
 * Syncs a new cluster to disk. A running PostgreSQL syncs its own writes; this is for the files that initdb wrote. It
 * takes from a tenth of a second to several seconds, so it happens after the server has started. If the process ends
 * before the sync is done, the next start repeats it.
 */
export async function syncNewCluster(cluster: Cluster): Promise<void> {
  const note = join(cluster.folder, unsyncedFile);
  if (!(await exists(note))) return;
  const { ok } = await runProgram(cluster, 'initdb', ['--sync-only']);
  if (ok) await rm(note, { force: true });
}

/** The password that the cluster was created with. */
export async function readPassword(folder: string): Promise<string> {
  return readFile(join(folder, passwordFile), 'utf8').catch((error: unknown) => {
    const message = `${folder} is a PostgreSQL folder without a readable ${passwordFile} (${codeOf(error)})`;
    throw new BundledServerError(`${message}: ${otherFolderAdvice}`, { cause: error });
  });
}

/** Runs `initdb` or `pg_ctl` on the cluster. Relative paths in `args` start at its folder. */
export async function runProgram(cluster: Cluster, name: string, args: readonly string[]): Promise<Finished> {
  const { programs, folder, osUser, onWait } = cluster;
  // PostgreSQL makes the path absolute. Its user may not be allowed to enter the folders above (a checkout below a
  // closed home directory). Then the program starts inside the folder and gets the kernel's link to its working folder.
  // pg_ctl and initdb pass the path through a shell, which must see no `$` or backtick in it.
  const reachable = !osUser || (await canReach(dirname(folder), osUser));
  const data = !reachable ? workingFolder : isPlainForShell(folder) ? folder : '.';
  const running = run({
    program: join(programs, name),
    args: [...args, '-D', data],
    cwd: folder,
    libraries: join(programs, '..', 'lib'),
    osUser,
  });
  onWait?.();
  return running;
}

async function holdsCluster(folder: string): Promise<boolean> {
  if (!(await exists(folder))) return false;
  const names = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOTDIR') return ['a file'];
    throw error;
  });
  if (names.length === 0 || names.includes('PG_VERSION')) return names.length > 0;
  throw new BundledServerError(`${folder} holds something other than PostgreSQL data: ${otherFolderAdvice}`);
}

async function createCluster(cluster: Cluster, durable: boolean): Promise<void> {
  requireNamedUser(cluster.osUser);
  await buildFolder(cluster.folder, async (content) => {
    const password = join(dirname(content), 'password');
    await writeFile(password, systemRandom.bytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
    await Promise.all([password, content].map((path) => giveTo(cluster.osUser, path)));
    await initialise({ ...cluster, folder: content });
    await rename(password, join(content, passwordFile));
    if (durable) await writeFile(join(content, unsyncedFile), '', { flag: 'wx' });
  });
}

async function giveTo(osUser: OsUser | null, path: string): Promise<void> {
  if (osUser) await chown(path, osUser.uid, osUser.gid);
}

async function initialise(cluster: Cluster): Promise<void> {
  const { ok, output } = await runProgram(cluster, 'initdb', [
    '--username=postgres',
    '--pwfile=../password',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // This locale is the same on all systems, and its lower() covers all of Unicode.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    '--no-sync',
  ]);
  if (!ok)
    throw new BundledServerError(`PostgreSQL could not set up its folder (${errorLine(output)}): ${otherFolderAdvice}`);
}
