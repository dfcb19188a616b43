import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';

/** A data folder for one test, below a folder that is open to other users, or closed as a home directory often is. */
export async function makeDataDir(access: 'open' | 'closed' = 'open'): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'phone-accounts-bundled-'));
  await chmod(home, access === 'open' ? 0o755 : 0o700);
  return join(home, 'data');
}

/** Ends whatever server the folder still has, and removes it. */
export async function dropDataDir(dataDir: string): Promise<void> {
  await killServer(dataDir).catch(() => undefined);
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
