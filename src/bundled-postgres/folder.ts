import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemClock } from '../platform/clock.js';
import { systemRandom } from '../platform/random.js';
import { codeOf } from './error.js';

const leftoverAge = 10 * 60_000;
const building = new Set<string>();

/**
 * Makes a folder appear complete or not at all: built beside its place, then renamed into it. When another process is
 * faster, its folder stays. `build` gets a folder that exists and is empty; what it puts beside it is thrown away.
 */
export async function buildFolder(target: string, build: (content: string) => Promise<void>): Promise<void> {
  await removeLeftovers(target);
  const workshop = `${target}.new-${process.pid}-${systemRandom.bytes(4).toString('hex')}`;
  const content = join(workshop, 'content');
  building.add(basename(workshop));
  try {
    await mkdir(content, { recursive: true });
    // Another user may have to pass through, whatever the umask is.
    await chmod(workshop, 0o711);
    await build(content);
    await claim(content, target);
  } finally {
    await remove(workshop);
    building.delete(basename(workshop));
  }
}

async function claim(content: string, target: string): Promise<void> {
  try {
    await rename(content, target);
  } catch (error) {
    const taken = ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(codeOf(error) ?? '') && (await exists(target));
    if (!taken) throw error;
    return;
  }
  await syncFolder(dirname(target));
}

/** A rename survives a power failure only once its folder is on disk. Windows cannot and need not do this. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/** What processes that were killed in the middle have left behind. */
async function removeLeftovers(target: string): Promise<void> {
  const prefix = `${basename(target)}.new-`;
  const names = await readdir(dirname(target));
  for (const name of names.filter((each) => each.startsWith(prefix) && !building.has(each))) {
    const path = join(dirname(target), name);
    if (!(await isBeingBuilt(path, Number(name.slice(prefix.length).split('-')[0])))) await remove(path);
  }
}

/** By its process; the age decides where the process id has been given to another one since. */
async function isBeingBuilt(path: string, pid: number): Promise<boolean> {
  if (pid === process.pid || !isAlive(pid)) return false;
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
  return systemClock.now().getTime() - mtimeMs < leftoverAge;
}

/** A leftover that resists (its orphaned initdb still writes) is harmless and left to the next start. */
async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

/** Whether a process of this id exists that this user could have started. */
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
