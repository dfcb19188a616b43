import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A folder for processes to start in, with nothing in it: no env file, no data. */
export async function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'phone-accounts-process-'));
}

/** A checkout of its own as far as the working folder goes: the developer's env file and data stay out of it. */
export async function linkCheckout(folder: string): Promise<void> {
  const names = ['package.json', 'package-lock.json', 'scripts', 'src', 'dist', 'node_modules', 'drizzle', 'assets'];
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  await Promise.all(names.map((name) => symlink(join(root, name), join(folder, name))));
}

/** Ends whatever bundled server the folder still has, and removes it. */
export async function dropFolder(folder: string): Promise<void> {
  await killBundledServer(folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Process ids of the bundled server in `data`: the postmaster first, then its children. Empty: none runs. */
export async function bundledServer(folder: string): Promise<number[]> {
  const note = await readFile(join(folder, 'data', 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  const postmaster = Number.parseInt(note, 10);
  if (!Number.isInteger(postmaster) || !(await isPostgres(postmaster))) return [];
  return [postmaster, ...(await childrenOf(postmaster))];
}

/** kill -9 of the bundled server and all its children at one moment, as when the machine loses power. */
export async function killBundledServer(folder: string): Promise<void> {
  for (const pid of await bundledServer(folder)) kill(pid);
}

/** Those of the processes that still run. */
export async function living(pids: readonly number[]): Promise<number[]> {
  const lives = await Promise.all(pids.map(isAlive));
  return pids.filter((_, index) => lives[index]);
}

async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // Z: ended, but the first process of some containers never takes notice.
  return !/\) [ZX] /.test(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''));
}

/** The note outlives a killed server, and its process id may be another program's by now. */
async function isPostgres(pid: number): Promise<boolean> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => null);
  return name === null ? process.platform !== 'linux' && (await isAlive(pid)) : name.trim() === 'postgres';
}

/** Only where there is /proc; elsewhere the children end by themselves a moment later. */
async function childrenOf(parent: number): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name));
  const statuses = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  return statuses
    .filter((status) => / \(postgres\) \S (\d+)/.exec(status)?.[1] === String(parent))
    .map((status) => Number.parseInt(status, 10));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
