import { link, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemRandom } from '../platform/random.js';
import { isAlive } from './folder.js';

/** `postmaster.pid`: PostgreSQL's note of the server that has the folder. It outlives a server that was killed. */
export interface PidFile {
  readonly pid: number;
  readonly port: number;
  /** Tells one server from the next on the same folder. */
  readonly identity: string;
}

const fileName = 'postmaster.pid';

/** Null: there is none, or it is just being written. */
export async function readPidFile(folder: string): Promise<PidFile | null> {
  return parse(await readFile(join(folder, fileName), 'utf8').catch(() => ''));
}

function parse(text: string): PidFile | null {
  // Process id, data folder, start time, port. More follows, and changes while the server lives.
  const lines = text.split('\n', 4);
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 ? { pid, port, identity: lines.join('\n') } : null;
}

/**
 * Whether the process of that id is a living PostgreSQL server, as far as the system tells (`other`: surely not).
 * Ids of dead processes are given to new ones, in containers often at once.
 */
export async function processKind(pid: number): Promise<'server' | 'other' | 'none'> {
  if (!isAlive(pid)) return 'none';
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // Z: killed, and its parent has yet to take notice. Some containers' first process never does.
  return status === null || /\(postgres\) [^ZX]/.test(status) ? 'server' : 'other';
}

/** Takes a stale file out of PostgreSQL's way, and puts it back if a server has replaced it at that moment. */
export async function discardPidFile(folder: string, stale: PidFile): Promise<void> {
  const path = join(folder, fileName);
  const aside = `${path}.${systemRandom.bytes(4).toString('hex')}`;
  await rename(path, aside).catch(() => undefined);
  const text = await readFile(aside, 'utf8').catch(() => null);
  if (text !== null && parse(text)?.identity !== stale.identity) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}
