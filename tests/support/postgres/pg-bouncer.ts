import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../process/free-port.js';

const INSTALL = 'PgBouncer is needed for this test: apt-get install pgbouncer';

/** A PgBouncer in transaction mode in front of a database. */
export class PgBouncer {
  /** The database through the pooler. */
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(parts: { url: string; child: ChildProcess; folder: string }) {
    this.url = parts.url;
    this.#child = parts.child;
    this.#folder = parts.folder;
  }

  /** @param settings lines of the section `[pgbouncer]` */
  static async start(databaseUrl: string, settings: readonly string[] = []): Promise<PgBouncer> {
    const folder = await mkdtemp(join(tmpdir(), 'phone-accounts-pgbouncer-'));
    // PgBouncer refuses to run as root, and the other user has to read the files.
    await chmod(folder, 0o755);
    const [target, port] = [new URL(databaseUrl), await freePort()];
    await writeFile(join(folder, 'users.txt'), `"${target.username}" "${decodeURIComponent(target.password)}"\n`);
    await writeFile(join(folder, 'pgbouncer.ini'), iniOf(target, { folder, port, settings }));
    const asOther = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
    const child = spawn('pgbouncer', ['-q', ...asOther, join(folder, 'pgbouncer.ini')], { stdio: 'ignore' });
    const failed = once(child, 'exit').then(
      () => Promise.reject(new Error('PgBouncer ended')),
      () => Promise.reject(new Error(INSTALL)),
    );
    await Promise.race([failed, listening(port)]);
    failed.catch(() => undefined);
    const url = new URL(databaseUrl);
    url.port = String(port);
    return new PgBouncer({ url: url.href, child, folder });
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
    await rm(this.#folder, { recursive: true });
  }
}

interface Place {
  readonly folder: string;
  readonly port: number;
  readonly settings: readonly string[];
}

function iniOf(target: URL, { folder, port, settings }: Place): string {
  return [
    '[databases]',
    `* = host=${target.hostname} port=${target.port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'pool_mode = transaction',
    'auth_type = trust',
    `auth_file = ${join(folder, 'users.txt')}`,
    ...settings,
    '',
  ].join('\n');
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const socket = connect(port, '127.0.0.1');
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await pause(25);
  }
  throw new Error('PgBouncer does not listen');
}
