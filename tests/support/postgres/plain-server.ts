import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { freePort } from '../process/free-port.js';

const run = promisify(execFile);
const VERSIONS = '/usr/lib/postgresql';
const INSTALL = 'PostgreSQL is needed for this test, with pg_basebackup: apt-get install postgresql';
/** Nothing of it has to survive the machine. */
const FAST = ['fsync=off', 'full_page_writes=off', 'max_wal_senders=4', 'shared_buffers=32MB'];

interface Place {
  readonly bin: string;
  /** PostgreSQL refuses to run as root. */
  readonly user: { readonly uid?: number; readonly gid?: number };
  readonly folder: string;
}

/** A PostgreSQL as Debian packages it, which can be followed by a standby. */
export class PlainServer {
  readonly port: number;
  readonly #place: Place;
  readonly #data: string;
  #process: ChildProcess | null = null;

  private constructor(parts: { place: Place; data: string; port: number }) {
    this.#place = parts.place;
    this.#data = parts.data;
    this.port = parts.port;
  }

  static async make(): Promise<PlainServer> {
    const place = await makePlace();
    const data = join(place.folder, 'primary');
    const args = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    await run(join(place.bin, 'initdb'), args, { ...place.user, cwd: place.folder });
    return new PlainServer({ place, data, port: await freePort() });
  }

  /** A copy that follows. It does not run yet. */
  async copy(): Promise<PlainServer> {
    const data = join(this.#place.folder, 'standby');
    const args = ['-D', data, '-R', '-X', 'stream', '-c', 'fast', '-h', '127.0.0.1', '-U', 'postgres'];
    const { bin, user, folder } = this.#place;
    await run(join(bin, 'pg_basebackup'), [...args, '-p', String(this.port)], { ...user, cwd: folder });
    return new PlainServer({ place: this.#place, data, port: await freePort() });
  }

  /** @param settings such as `work_mem=4MB` */
  async start(settings: readonly string[] = []): Promise<this> {
    const { bin, user, folder } = this.#place;
    const listen = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, `port=${this.port}`];
    const options = [...FAST, ...listen, ...settings].flatMap((setting) => ['-c', setting]);
    const args = ['-D', this.#data, ...options];
    this.#process = spawn(join(bin, 'postgres'), args, { ...user, cwd: folder, stdio: 'ignore' });
    for (let tries = 0; tries < 400; tries += 1) {
      if ((await this.ask('SELECT 1').catch(() => null)) !== null) return this;
      await pause(25);
    }
    throw new Error('PostgreSQL does not start.');
  }

  /** One statement on a connection of its own. */
  async ask(statement: string): Promise<postgres.Row[]> {
    const sql = postgres(`postgres://postgres@127.0.0.1:${this.port}/postgres`, {
      max: 1,
      fetch_types: false,
      connect_timeout: 2,
    });
    return await sql.unsafe(statement).finally(() => sql.end({ timeout: 1 }));
  }

  /** Ends it without a word to anybody, as a crash does. */
  crash(): Promise<void> {
    return this.#end('SIGQUIT');
  }

  /** Stops it and keeps its files as they are, for `restore`. */
  async keep(): Promise<void> {
    await this.#end('SIGINT');
    await run('cp', ['-a', this.#data, `${this.#data}.kept`]);
  }

  async restore(): Promise<void> {
    await rm(this.#data, { recursive: true, force: true });
    await run('cp', ['-a', `${this.#data}.kept`, this.#data]);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === null || child.exitCode !== null) return;
    this.#process = null;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** Removes its files, and those of its copies. */
  async remove(): Promise<void> {
    await rm(this.#place.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function makePlace(): Promise<Place> {
  const [newest] = (await readdir(VERSIONS).catch(() => [])).sort((one, other) => Number(other) - Number(one));
  if (newest === undefined) throw new Error(INSTALL);
  const folder = await mkdtemp(join(tmpdir(), 'phone-accounts-plain-'));
  const user: Place['user'] = process.getuid?.() === 0 ? await postgresUser() : {};
  await chmod(folder, 0o700);
  if (user.uid !== undefined && user.gid !== undefined) await chown(folder, user.uid, user.gid);
  return { bin: join(VERSIONS, newest, 'bin'), user, folder };
}

async function postgresUser(): Promise<{ uid: number; gid: number }> {
  const ids = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, 'postgres'])));
  const [uid = 0, gid = 0] = ids.map(({ stdout }) => Number(stdout));
  return { uid, gid };
}
