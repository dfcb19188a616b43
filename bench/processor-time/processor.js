import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts the time of processes that have ended in ticks, and that of threads in nanoseconds. */
const TICKS_PER_SECOND = 100;
const NANOSECONDS = 1e9;
/** Places in /proc/<pid>/stat behind the process's name: its parent, and the time of its ended children. */
const PARENT = 1;
const ENDED_CHILDREN_TIME = [13, 14];

/** Seconds of processor time that the threads of a process have used. NaN where the system does not tell (not Linux). */
export function secondsOfProcess(pid) {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.reduce((sum, thread) => sum + secondsOfThread(pid, thread), 0);
  } catch {
    return Number.NaN;
  }
}

/** Seconds of processor time that a process and all its children have used, those that have ended included. */
export function secondsOfFamily(pid) {
  const living = childrenOf(pid).reduce((sum, child) => sum + (secondsOfProcess(child) || 0), 0);
  const ended = ENDED_CHILDREN_TIME.reduce((sum, place) => sum + Number(statOf(pid)[place] ?? 0), 0);
  return living + secondsOfProcess(pid) + ended / TICKS_PER_SECOND;
}

export function childrenOf(pid) {
  try {
    const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return processes.filter((name) => Number(statOf(name)[PARENT]) === pid).map(Number);
  } catch {
    return [];
  }
}

/** Zero for a thread that has just ended. */
function secondsOfThread(pid, thread) {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / NANOSECONDS;
  } catch {
    return 0;
  }
}

/** Empty for a process that has just ended: its parent counts it then. */
function statOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
  } catch {
    return [];
  }
}
