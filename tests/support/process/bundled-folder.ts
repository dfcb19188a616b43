import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { startBundledServer } from '../../../src/bundled-postgres/server.js';

/** A data folder for one test, below a folder that is open to other users, or closed as a home directory often is. */
export async function makeDataDir(access: 'open' | 'closed'): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'phone-accounts-bundled-'));
  await chmod(home, access === 'open' ? 0o755 : 0o700);
  return join(home, 'data');
}

/** With owners and modes, as `cp -a` does. */
export async function copyDataDir(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', from, to]);
}

/** Ends the server that the folder still has, if any. By its own means, as a noted process id may be another's by now. */
export async function endServer(dataDir: string): Promise<void> {
  if (await serverPid(dataDir).catch(() => null)) {
    const server = await startBundledServer({ dataDir, settings: { fsync: 'off' } });
    await server.stop();
  }
}

export async function dropDataDir(dataDir: string): Promise<void> {
  await endServer(dataDir);
  await rm(join(dataDir, '..'), { recursive: true, force: true, maxRetries: 5 });
}

/** Process id in the server's own note. */
export async function serverPid(dataDir: string): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
}

/** kill -9 of the server. */
export async function killServer(dataDir: string): Promise<void> {
  process.kill(await serverPid(dataDir), 'SIGKILL');
}

/** One statement on a connection of its own. */
export async function query<Row extends postgres.Row>(url: string, statement: string): Promise<Row[]> {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
  return sql.unsafe<Row[]>(statement).finally(() => sql.end({ timeout: 0 }));
}

/** Whether a server answers there at all. */
export async function answers(url: string): Promise<boolean> {
  return query(url, 'select 1').then(
    () => true,
    () => false,
  );
}
