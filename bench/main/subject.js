import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { startBundledServer } from '../../dist/bundled-postgres/server.js';
import { secondsOfFamily, secondsOfProcess } from '../processor-time/processor.js';
import { pinned, pinServer } from './cores.js';
import { whenStopped } from './end-early.js';

/**
 * Starts what is measured: a server process and a PostgreSQL of its own, both on the core of the servers.
 * @param adapter what is measured: `ours`, or a file in bench/peers
 * @param dataDir the folder of a database that stays; without it, the database goes away
 * @param fill fills the database
 */
export async function openSubject(adapter, { dataDir, fill } = {}) {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'phone-accounts-bench-'));
  const server = await startBundledServer({ dataDir: folder });
  const postmaster = Number(readFileSync(join(folder, 'postgres/postmaster.pid'), 'utf8').split('\n', 1)[0]);
  const sql = postgres(server.url, { max: 1, onnotice: () => undefined });
  const stopServer = async () => {
    await sql.end({ timeout: 1 });
    await server.stop();
    if (!dataDir) rmSync(folder, { recursive: true, force: true });
  };
  whenStopped(stopServer);
  try {
    await adapter.prepare(server.url);
    await fill?.(sql);
    pinServer(postmaster);
    const { child, port } = await startProgram(adapter, server.url);
    const issuer = adapter.issuesElsewhere ? await startProgram(adapter, server.url) : null;
    return {
      ...{ name: adapter.name, adapter, folder, child, port, issuerPort: issuer?.port, sql, databaseUrl: server.url },
      processor: () => ({ service: secondsOfProcess(child.pid), postgres: secondsOfFamily(postmaster) }),
      async stop() {
        await endProgram(child);
        if (issuer) await endProgram(issuer.child);
        await stopServer();
      },
    };
  } catch (error) {
    await stopServer();
    throw error;
  }
}

/** Starts the server process of a subject on a database. It tells its port, and ends when its parent disconnects. */
export async function startProgram(adapter, databaseUrl) {
  const child = fork(adapter.script, { env: { PATH: process.env.PATH, ...adapter.env(databaseUrl) }, ...pinned() });
  const told = once(child, 'message').then(([{ port }]) => port);
  const ended = once(child, 'exit').then(() => null);
  const port = await Promise.race([told, ended]);
  if (port === null) throw new Error(`${adapter.name} did not start.`);
  return { child, port };
}

export async function endProgram(child) {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  if (child.connected) child.disconnect();
  await ended;
}
