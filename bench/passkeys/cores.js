import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/**
 * Runs the work on the first core, where all processes stay that it starts, and this process on the second one from then on. So the
 * load does not take the time of what is measured. Elsewhere than on Linux, or with one core, nothing is moved.
 * @returns {Promise<boolean>} whether the two are apart
 */
export async function onACoreOfItsOwn(work) {
  const apart = availableParallelism() > 1 && moveTo(0);
  await work();
  return apart && moveTo(1);
}

/** This process with all its threads. False: the system has no such command. */
function moveTo(core) {
  return spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(process.pid)]).status === 0;
}
