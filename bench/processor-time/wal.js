import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';

/** Milliseconds after which idle processes of PostgreSQL have told what they did (PGSTAT_IDLE_INTERVAL is ten seconds). */
const TOLD = 11_000;

/**
 * What the work of a service writes ahead in its bundled PostgreSQL (version 18), all that follows the answers included: bytes
 * of WAL, how many of them are copies of whole pages, and how often WAL is flushed to disk.
 * @param service what `startService` returns
 */
export async function writtenAhead({ data }, work) {
  const [, , , port] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  const password = readFileSync(join(data, 'phone-accounts.password'), 'utf8');
  const sql = postgres({
    host: '127.0.0.1',
    port: Number(port),
    user: 'postgres',
    password,
    database: 'postgres',
    max: 1,
  });
  try {
    await pause(TOLD);
    const before = await look(sql);
    await work();
    await pause(TOLD);
    const after = await look(sql);
    return Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - before[name]]));
  } finally {
    await sql.end();
  }
}

async function look(sql) {
  const [row] = await sql`
    SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS bytes,
      (SELECT wal_fpi FROM pg_stat_wal)::float8 AS pages,
      (SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal')::float8 AS flushes`;
  return row;
}
