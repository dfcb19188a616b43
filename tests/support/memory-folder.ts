import { readFileSync, statfsSync } from 'node:fs';

const FOLDER = '/dev/shm';
/** Bytes. A run takes half a gigabyte. */
const ROOM = 4 * 1024 ** 3;
/** Tests write programs, too. */
const RUNS_PROGRAMS = /^\S+ \/dev\/shm tmpfs (?!\S*\bnoexec\b)/m;

/**
 * A folder in memory for what tests write, where Linux has one with room: a thousand files for each PostgreSQL, and none
 * needs to survive. Undefined: elsewhere.
 */
export function memoryFolder(): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(FOLDER);
    return bavail * bsize >= ROOM && RUNS_PROGRAMS.test(readFileSync('/proc/mounts', 'utf8')) ? FOLDER : undefined;
  } catch {
    return undefined;
  }
}
