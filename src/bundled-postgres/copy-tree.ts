import { chmod, constants, copyFile, link, lstat, mkdir, open, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Files that only builds against PostgreSQL need. */
const skipped = /(\.a|^pgxs|^pkgconfig)$/;

/**
 * Copies a folder of programs and syncs it to disk. All users can run the copies; only the owner can change them. A
 * file that has the right owner and mode already is hard-linked instead, if both folders are on one file system.
 */
export async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  const entries = await readdir(from, { withFileTypes: true });
  for (const entry of entries.filter(({ name }) => !skipped.test(name))) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await takeFile(source, target);
  }
}

async function takeFile(source: string, target: string): Promise<void> {
  const { uid, mode } = await lstat(source);
  const executable = (mode & 0o100) === 0 ? 0 : 0o111;
  const asWanted = uid === process.getuid?.() && (mode & 0o777) === (0o644 | executable);
  if (asWanted && (await linked(source, target))) return;
  await copyFile(source, target, constants.COPYFILE_EXCL);
  await chmod(target, 0o644 | executable);
  const handle = await open(target, 'r');
  await handle.sync().finally(() => handle.close());
}

async function linked(source: string, target: string): Promise<boolean> {
  return link(source, target).then(
    () => true,
    () => false,
  );
}
