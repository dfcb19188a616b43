import { open, readdir, rm } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import { join } from 'node:path';
import { systemRandom } from '../platform/random.js';

/*
 * On Linux, the server also listens on a socket in its own folder. All containers of a machine that share the folder can
 * connect to it, whatever they see of each other otherwise. So it tells whether the folder has a living server.
 */

const prefix = '.s.PGSQL.';

/** The setting `unix_socket_directories`: the server's own folder, or none where the file system holds no sockets. */
export async function socketFolder(folder: string): Promise<string> {
  const name = `phone-accounts.probe-${systemRandom.bytes(4).toString('hex')}`;
  return (await inFolder(folder, (path) => canListen(join(path, name)))) ? '.' : '';
}

/** Whether a server listens on a socket in the folder. Sockets of dead servers are removed. */
export async function serverListens(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  const sockets = names.filter((name) => name.startsWith(prefix) && !name.endsWith('.lock'));
  const answers = await inFolder(folder, (path) => Promise.all(sockets.map((name) => canConnect(join(path, name)))));
  if (answers === null || answers.includes(true)) return answers !== null;
  // PostgreSQL would refuse to start if another program has the process id that is noted in the lock.
  const locks = names.filter((name) => name.startsWith(prefix) && name.endsWith('.lock'));
  await Promise.all([...locks, ...sockets].map((name) => rm(join(folder, name), { force: true })));
  return false;
}

/** The path of a socket is short. So the folder is reached by its file descriptor. Null on systems other than Linux. */
async function inFolder<Result>(folder: string, act: (path: string) => Promise<Result>): Promise<Result | null> {
  if (process.platform !== 'linux') return null;
  const handle = await open(folder, 'r').catch(() => null);
  if (handle === null) return null;
  return act(`/proc/self/fd/${handle.fd}`).finally(() => handle.close());
}

function canListen(path: string): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.on('error', () => resolve(false));
    server.listen(path, () => server.close(() => resolve(true)));
  });
}

function canConnect(path: string): Promise<boolean> {
  const socket = connect(path);
  return new Promise((resolve) => {
    socket.on('error', () => resolve(false));
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
