import { link, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemRandom } from '../platform/random.js';
import { isAlive } from './folder.js';

/** `postmaster.pid`: PostgreSQL writes here which server uses the folder. The file stays when the server is killed. */
export interface PidFile {
  readonly pid: number;
  readonly port: number;
  /** Differs between two servers that use the folder one after the other. */
  readonly identity: string;
}

const fileName = 'postmaster.pid';

/** Null if there is no file, or if PostgreSQL is still writing it. */
export async function readPidFile(folder: string): Promise<PidFile | null> {
  return parse(await readFile(join(folder, fileName), 'utf8').catch(() => ''));
}

function parse(text: string): PidFile | null {
  // Process id, data folder, start time, port. The lines after these change while the server runs.
  const lines = text.split('\n', 4);
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 ? { pid, port, identity: lines.join('\n') } : null;
}

/**
 * Whether the process with this id is a running PostgreSQL server. `other` means that it is certainly something else.
 * `server` also covers systems that cannot tell. The id of a dead process is given to a new one, in containers often at
 * once.
 */
export async function processKind(pid: number): Promise<'server' | 'other' | 'none'> {
  if (!isAlive(pid)) return 'none';
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // Z: the process was killed, and its parent has not noticed yet. The first process of some containers never does.
  return status === null || /\(postgres\) [^ZX]/.test(status) ? 'server' : 'other';
}

/** Removes a stale file. If a server replaces the file at this moment, its new file is put back. */
export async function discardPidFile(folder: string, stale: PidFile): Promise<void> {
  const path = join(folder, fileName);
  const aside = `${path}.${systemRandom.bytes(4).toString('hex')}`;
  await rename(path, aside).catch(() => undefined);
  const text = await readFile(aside, 'utf8').catch(() => null);
  if (text !== null && parse(text)?.identity !== stale.identity) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}
