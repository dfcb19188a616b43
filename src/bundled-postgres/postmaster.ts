import { readFile, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Cluster, runProgram } from './cluster.js';
import { BundledServerError } from './error.js';
import { readPidFile } from './pid-file.js';
import { complaint } from './run.js';
import { markSetting } from './session.js';

export const logFile = 'server.log';
const logLimit = 5_000_000;

const ownSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Small: no helper processes for reading ahead or replication.
  shared_buffers: '64MB',
  io_method: 'sync',
  max_logical_replication_workers: '0',
  // The log gets what the server itself has to say, and nothing of statements, whose errors quote phone numbers.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};

export interface Launch {
  /** Settings on top of the usual ones. */
  readonly settings: Readonly<Record<string, string>>;
  /** Tells this start from others': the server's users can read it. */
  readonly mark: string;
}

/** Starts a server on the cluster. Null once it runs, otherwise why it does not. */
export async function launch(cluster: Cluster, { settings, mark }: Launch): Promise<string | null> {
  const log = join(cluster.folder, logFile);
  const logged = await limitLog(log);
  const port = String(await freePort(await lastPort(cluster.folder)));
  const all = Object.entries({ ...ownSettings, ...settings, port, [markSetting]: mark });
  const options = all.map(([name, value]) => `-c ${requirePlain(name)}=${requirePlain(value)}`).join(' ');
  const { ok, output } = await runProgram(cluster, 'pg_ctl', ['start', '-w', '-s', '-l', logFile, '-o', options]);
  if (ok) return null;
  const news = await readFile(log).then(
    (text) => text.subarray(logged).toString(),
    () => '',
  );
  return complaint(`${output}\n${news}`);
}

/** The options pass through a shell. */
function requirePlain(text: string): string {
  if (/^[\w.:/-]*$/.test(text)) return text;
  throw new BundledServerError(`A setting of the bundled PostgreSQL cannot be ${JSON.stringify(text)}`);
}

/**
 * Stops the server within about `patience`: without waiting for clients, then without tidying up (it recovers on the
 * next start), then by force.
 * @param patience milliseconds
 */
export async function stopServer(cluster: Cluster, patience: number): Promise<void> {
  const server = await readPidFile(cluster.folder);
  if (!server) return;
  for (const [mode, share] of [
    ['fast', 0.7],
    ['immediate', 0.3],
  ] as const) {
    await runProgram(cluster, 'pg_ctl', ['stop', '-W', '-s', '-m', mode]);
    if (await isGone(cluster.folder, { ...server, patience: patience * share })) return;
  }
  process.kill(server.pid, 'SIGKILL');
}

async function isGone(
  folder: string,
  { identity, patience }: { identity: string; patience: number },
): Promise<boolean> {
  const deadline = AbortSignal.timeout(patience);
  while (!deadline.aborted) {
    const server = await readPidFile(folder);
    if (server?.identity !== identity) return true;
    await pause(10);
  }
  return false;
}

/** Puts a log that has grown too long aside, over the one that lies there. Returns the size of what is left, in bytes. */
async function limitLog(path: string): Promise<number> {
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  if (size <= logLimit) return size;
  await rename(path, `${path}.old`);
  return 0;
}

/** The same port as last time keeps addresses valid that were noted elsewhere, above all by processes that run. */
async function lastPort(folder: string): Promise<number> {
  const options = await readFile(join(folder, 'postmaster.opts'), 'utf8').catch(() => '');
  return Number(/"port=(\d+)"/.exec(options)?.[1] ?? 0);
}

async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  return new Promise<number>((resolve, reject) => {
    server.on('error', (error) => (wanted ? resolve(freePort(0)) : reject(error)));
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
