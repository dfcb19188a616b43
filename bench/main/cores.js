import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { childrenOf } from '../processor-time/processor.js';

/** The service and its PostgreSQL share one core, the load has another. */
const [SERVER, LOAD] = ['0', '1'];

/** Whether processes can be kept on cores here: it takes `taskset` (Linux) and two cores. */
export const canPin = cpus().length > 1 && spawnSync('taskset', ['-p', String(process.pid)]).status === 0;

/** Keeps this process, which makes the load, off the core of the servers. */
export function pinLoad() {
  if (canPin) spawnSync('taskset', ['-acp', LOAD, String(process.pid)]);
}

/** Keeps a server that runs, and what it starts from now on, on the core of the servers. */
export function pinServer(pid) {
  if (!canPin) return;
  for (const each of [pid, ...childrenOf(pid)]) spawnSync('taskset', ['-acp', SERVER, String(each)]);
}

/** How to start a program of Node on the core of the servers. */
export function pinned() {
  if (!canPin) return {};
  return { execPath: 'taskset', execArgv: ['-c', SERVER, process.execPath] };
}
