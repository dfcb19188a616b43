import { chown, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemRandom } from '../platform/random.js';
import { canReach, requireNamedUser } from './account.js';
import { BundledServerError, codeOf, ownDatabase } from './error.js';
import { buildFolder, exists } from './folder.js';
import { workingFolder } from './place.js';
import { type Account, complaint, type Finished, run } from './run.js';

/** One folder of PostgreSQL data and what it takes to run a server on it. */
export interface Cluster {
  /** Absolute path of the data. */
  readonly folder: string;
  /** Folder of `initdb` and `pg_ctl`. */
  readonly programs: string;
  readonly account: Account | null;
  /** Called whenever one of the programs has begun to run and this process only waits for it. */
  readonly onWait?: (() => void) | undefined;
}

const majorVersion = '18';
const passwordFile = 'phone-accounts.password';
const unsyncedFile = 'phone-accounts.unsynced';
const elsewhere = `move it away, choose another DATA_DIR, or ${ownDatabase}`;

/**
 * Makes the cluster on first use.
 * @param durable whether it is to be put on disk: only tests can do without
 * @throws BundledServerError when something else lies in its place
 */
export async function prepareCluster(cluster: Cluster, durable: boolean): Promise<void> {
  const { folder, account } = cluster;
  if (!(await holdsCluster(folder))) await createCluster(cluster, durable);
  if (account && (await stat(folder)).uid !== account.uid) {
    throw new BundledServerError(
      `${folder} belongs to root, which PostgreSQL refuses: run chown -R ${account.name}: on it`,
    );
  }
  const version = (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim();
  if (version === majorVersion) return;
  throw new BundledServerError(
    `${folder} was made by PostgreSQL ${version}, the bundled one is ${majorVersion}: ${elsewhere}`,
  );
}

/**
 * Puts a new cluster on disk. PostgreSQL does that with all that it writes as a server; what initdb wrote waits until
 * the server runs, as disks take from a tenth of a second to several for it. Cut off, it is done on the next start.
 */
export async function syncNewCluster(cluster: Cluster): Promise<void> {
  const note = join(cluster.folder, unsyncedFile);
  if (!(await exists(note))) return;
  const { ok } = await runProgram(cluster, 'initdb', ['--sync-only']);
  if (ok) await rm(note, { force: true });
}

/** The password that the cluster was made with. */
export async function readPassword(folder: string): Promise<string> {
  return readFile(join(folder, passwordFile), 'utf8').catch((error: unknown) => {
    const message = `${folder} is a PostgreSQL folder without a readable ${passwordFile} (${codeOf(error)})`;
    throw new BundledServerError(`${message}: ${elsewhere}`, { cause: error });
  });
}

/** Runs `initdb` or `pg_ctl` on the cluster. Relative paths in `args` start at its folder. */
export async function runProgram(cluster: Cluster, name: string, args: readonly string[]): Promise<Finished> {
  const { programs, folder, account, onWait } = cluster;
  // PostgreSQL wants an absolute path. Where its user cannot walk it (a checkout below a closed home directory), the
  // program is started inside the folder and told the link to it that the kernel keeps, which needs no walk.
  const data = !account || (await canReach(dirname(folder), account)) ? folder : workingFolder;
  const running = run({
    program: join(programs, name),
    args: [...args, '-D', data],
    cwd: folder,
    libraries: join(programs, '..', 'lib'),
    account,
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
  throw new BundledServerError(`${folder} holds something that is no PostgreSQL data: ${elsewhere}`);
}

async function createCluster(cluster: Cluster, durable: boolean): Promise<void> {
  requireNamedUser(cluster.account);
  await buildFolder(cluster.folder, async (content) => {
    const password = join(dirname(content), 'password');
    await writeFile(password, systemRandom.bytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
    await Promise.all([password, content].map((path) => giveTo(cluster.account, path)));
    await initialise({ ...cluster, folder: content });
    await rename(password, join(content, passwordFile));
    if (durable) await writeFile(join(content, unsyncedFile), '', { flag: 'wx' });
  });
}

async function giveTo(account: Account | null, path: string): Promise<void> {
  if (account) await chown(path, account.uid, account.gid);
}

async function initialise(cluster: Cluster): Promise<void> {
  const { ok, output } = await runProgram(cluster, 'initdb', [
    '--username=postgres',
    '--pwfile=../password',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The same everywhere, and lower() knows all of Unicode.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    '--no-sync',
  ]);
  if (!ok) throw new BundledServerError(`PostgreSQL could not set up its folder (${complaint(output)}): ${elsewhere}`);
}
