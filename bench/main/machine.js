import { cpus, loadavg } from 'node:os';
import { canPin } from './cores.js';

/** Where and when figures were measured. */
export function machine() {
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}, Node.js ${process.versions.node}`,
    load: Math.round(loadavg()[0] * 10) / 10,
    cores: canPin ? 'a server and its PostgreSQL on one core, the load on another' : 'not pinned to cores',
  };
}
