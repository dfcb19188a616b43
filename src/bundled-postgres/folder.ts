import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemClock } from '../platform/clock.js';
import { systemRandom } from '../platform/random.js';
import { codeOf } from './error.js';
import { thisWorld } from './world.js';

const leftoverAge = 10 * 60_000;
const building = new Set<string>();

/**
 * Creates a folder that is complete from its first moment: it is built beside its place and then renamed. If another
 * process is faster, the folder of that process stays. `build` gets an empty folder; files that it puts beside that
 * folder are deleted.
 */
export async function buildFolder(target: string, build: (content: string) => Promise<void>): Promise<void> {
  const world = (await thisWorld()).tag;
  await removeLeftovers(target, world);
  const workFolder = `${target}.new-${process.pid}-${world}-${systemRandom.bytes(4).toString('hex')}`;
  const content = join(workFolder, 'content');
  building.add(basename(workFolder));
  try {
    await mkdir(content, { recursive: true });
    // Another OS user may have to enter the folder, even with a strict umask.
    await chmod(workFolder, 0o711);
    await build(content);
    await moveIntoPlace(content, target);
  } finally {
    await remove(workFolder);
    building.delete(basename(workFolder));
  }
}

async function moveIntoPlace(content: string, target: string): Promise<void> {
  try {
    await rename(content, target);
  } catch (error) {
    const taken = ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(codeOf(error) ?? '') && (await exists(target));
    if (!taken) throw error;
    return;
  }
  await syncFolder(dirname(target));
}

/**
 * A rename survives a power failure only after its parent folder is synced. Windows cannot do this and does not need
 * it.
 */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Removes the folders of processes that were killed while they built. */
async function removeLeftovers(target: string, world: string): Promise<void> {
  const prefix = `${basename(target)}.new-`;
  const names = await readdir(dirname(target));
  for (const name of names.filter((each) => each.startsWith(prefix) && !building.has(each))) {
    const path = join(dirname(target), name);
    const [pid, builtIn = world] = name.slice(prefix.length).split('-');
    if (!(await isBeingBuilt(path, { pid: Number(pid), elsewhere: builtIn !== world }))) await remove(path);
  }
}

/**
 * A folder is being built while its process lives. The process id may have been given to another process since, and those
 * of another container are not seen here, so old folders count as left behind.
 */
async function isBeingBuilt(path: string, builder: { pid: number; elsewhere: boolean }): Promise<boolean> {
  if (!builder.elsewhere && (builder.pid === process.pid || !isAlive(builder.pid))) return false;
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
  // A clock that was set back makes a folder seem to be written in the future.
  return Math.abs(systemClock.now().getTime() - mtimeMs) < leftoverAge;
}

/**
 * If a folder cannot be removed (an orphaned initdb still writes to it), it does no harm. The next start tries again.
 */
async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

/** Whether a process with this id exists that belongs to this OS user. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
