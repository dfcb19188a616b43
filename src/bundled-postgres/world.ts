import { createHash } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/**
 * Where a process runs. Processes of one world see each other's process ids, and each other at 127.0.0.1. Two containers
 * are two worlds, even on one machine.
 */
export interface World {
  readonly id: string;
  /** A short form of the id, for names of files. */
  readonly tag: string;
  /** Differs from machine to machine, and after each boot. */
  readonly kernel: string;
}

export async function thisWorld(): Promise<World> {
  const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => hostname());
  const kernel = bootId.trim();
  const namespaces = await Promise.all(
    ['pid', 'net'].map((each) => readlink(`/proc/self/ns/${each}`).catch(() => each)),
  );
  const id = [kernel, ...namespaces].join(' ');
  return { kernel, id, tag: createHash('sha256').update(id).digest('hex').slice(0, 8) };
}
