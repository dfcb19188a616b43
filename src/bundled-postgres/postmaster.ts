import { readFile, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Cluster, runProgram } from './cluster.js';
import { BundledServerError } from './error.js';
import { exists } from './folder.js';
import { type PidFile, processKind, readPidFile } from './pid-file.js';
import { errorLine } from './run-program.js';
import { startIdSetting } from './server-connection.js';
import { socketFolder } from './server-socket.js';

export const logFile = 'server.log';
const logLimit = 5_000_000;

const ownSettings = {
  listen_addresses: '127.0.0.1',
  // Use little memory: no helper processes for reading ahead or for replication.
  shared_buffers: '64MB',
  io_method: 'sync',
  max_logical_replication_workers: '0',
  // Log messages about the server only. Errors of statements quote phone numbers, so they stay out of the log.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};

export interface Launch {
  /** Server settings in addition to the usual ones. */
  readonly settings: Readonly<Record<string, string>>;
  /** Identifies this start. Processes that join the server can read it and see who started the server. */
  readonly startId: string;
}

/** Starts a server on the cluster. Returns null when it runs, or the reason why it does not. */
export async function launch(cluster: Cluster, { settings, startId }: Launch): Promise<string | null> {
  const log = join(cluster.folder, logFile);
  const logged = await limitLog(log);
  const port = String(await freePort(await lastPort(cluster.folder)));
  const unix_socket_directories = await socketFolder(cluster.folder);
  const own = { ...ownSettings, unix_socket_directories };
  const all = Object.entries({ ...own, ...settings, port, [startIdSetting]: startId });
  const options = all.map(([name, value]) => `-c ${requirePlain(name)}=${requirePlain(value)}`).join(' ');
  const { ok, output } = await runProgram(cluster, 'pg_ctl', ['start', '-w', '-s', '-l', logFile, '-o', options]);
  if (ok) return null;
  const newLines = await readFile(log).then(
    (text) => text.subarray(logged).toString(),
    () => '',
  );
  return errorLine(`${output}\n${newLines}`);
}

/**
 * Whether the server stopped by itself because another server took its folder, or because its files were removed. It
 * must not be started again then: PostgreSQL protects what is left.
 */
export async function stoppedToProtect(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, logFile), 'utf8').catch(() => null);
  if (text === null) return !(await exists(folder));
  return text.lastIndexOf('data directory lock file is invalid') > text.lastIndexOf('starting PostgreSQL');
}

/** The options pass through a shell, so only harmless characters are allowed. */
function requirePlain(text: string): string {
  if (/^[\w.:/-]*$/.test(text)) return text;
  throw new BundledServerError(`A setting of the bundled PostgreSQL cannot be ${JSON.stringify(text)}`);
}

/**
 * Stops the server within about `patience`. First it disconnects the clients (`fast`). If that takes too long, it skips
 * the checkpoint (`immediate`; the next start recovers). If that takes too long as well, it kills the server.
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
    if (await isGone(cluster.folder, { server, patience: patience * share })) return;
  }
  process.kill(server.pid, 'SIGKILL');
}

/** Resolves once the server's file and its process are gone: the process removes its file a moment before it ends. */
async function isGone(folder: string, { server, patience }: { server: PidFile; patience: number }): Promise<boolean> {
  const deadline = AbortSignal.timeout(patience);
  while (!deadline.aborted) {
    const current = await readPidFile(folder);
    if (current?.identity !== server.identity && (await processKind(server.pid)) !== 'server') return true;
    await pause(10);
  }
  return false;
}

/**
 * Renames a log that has grown too long; the log renamed before is lost. Returns the size of the current log in bytes.
 */
async function limitLog(path: string): Promise<number> {
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  if (size <= logLimit) return size;
  await rename(path, `${path}.old`);
  return 0;
}

/** The port of the last start. Running processes know the server by it, so the next start should use it again. */
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
