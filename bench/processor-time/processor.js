import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts processor time in ticks. */
const TICKS_PER_SECOND = 100;
/** Places in /proc/<pid>/stat behind the process's name: its parent, its own time, and that of its ended children. */
const PARENT = 1;
const OWN_TIME = [11, 12];
const ENDED_CHILDREN_TIME = [13, 14];

/** Seconds of processor time that one process has used. */
export function secondsOfProcess(pid) {
  return seconds(statOf(pid), OWN_TIME);
}

/** Seconds of processor time that a process and all its children have used, those that have ended included. */
export function secondsOfFamily(pid) {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
    .filter((stat) => Number(stat[PARENT]) === pid);
  const living = children.reduce((sum, stat) => sum + seconds(stat, OWN_TIME), 0);
  return living + seconds(statOf(pid), [...OWN_TIME, ...ENDED_CHILDREN_TIME]);
}

function seconds(stat, places) {
  return places.reduce((sum, place) => sum + Number(stat[place] ?? 0), 0) / TICKS_PER_SECOND;
}

/** Empty for a process that has just ended: its parent counts it then. */
function statOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
  } catch {
    return [];
  }
}
