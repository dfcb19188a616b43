import { setTimeout as pause } from 'node:timers/promises';
import { takeTurn } from './turn.js';

/** Milliseconds after which idle processes of PostgreSQL have told what they did (PGSTAT_IDLE_INTERVAL is ten seconds). */
const TOLD = 11_000;
/** Those that write nothing, and the mix of the others. */
const LEFT_OUT = ['meNew', 'meSeen', 'mix'];

/**
 * How often PostgreSQL (version 18) flushes WAL to disk for one call, by the names of subjects and the keys of OPERATIONS. All
 * subjects are asked at the same time, because each operation takes a pause.
 */
export async function countFlushes(subjects, { calls }) {
  process.stderr.write('flushes are counted, with pauses of 11 s\n');
  const counted = await Promise.all(subjects.map((subject) => flushesOf(subject, calls)));
  return Object.fromEntries(subjects.map(({ name }, index) => [name, counted[index]]));
}

async function flushesOf(subject, calls) {
  const found = {};
  await takeTurn(subject, {
    calls,
    knownNumbers: subject.knownNumbers,
    async around(key, work) {
      if (LEFT_OUT.includes(key)) return work();
      await pause(TOLD);
      const before = await flushesSoFar(subject.sql);
      const answers = await work();
      await pause(TOLD);
      found[key] = ((await flushesSoFar(subject.sql)) - before) / answers.length;
      return answers;
    },
  });
  return found;
}

async function flushesSoFar(sql) {
  const [{ flushes }] = await sql`SELECT sum(fsyncs)::float8 AS flushes FROM pg_stat_io WHERE object = 'wal'`;
  return flushes;
}
