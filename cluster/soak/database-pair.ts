import { rmSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { kill, type Part, type Parts } from '../parts.js';
import { freePorts } from '../ports.js';
import { programs } from '../programs.js';
import { waitUntil } from '../waiting.js';

const DATABASE = 'accounts';
/** Nothing of it has to survive the machine. It has to survive the kill of a process, which it does without fsync. */
const SETTINGS = [
  'fsync=off',
  'full_page_writes=off',
  'max_wal_senders=4',
  'shared_buffers=64MB',
  'max_connections=100',
];
const STEP_WITHIN_SECONDS = 60;

/** A data folder of PostgreSQL on a port that it keeps. */
interface Node {
  readonly name: string;
  readonly port: number;
  data: string;
  part: Part | null;
}

/**
 * A primary and a standby of the operating system's PostgreSQL. While the standby follows, a commit waits for it
 * (`synchronous_standby_names`), so a fail-over loses nothing that was acknowledged.
 */
export class DatabasePair {
  readonly #parts: Parts;
  #primary: Node;
  #standby: Node;
  #folders = 0;

  private constructor(parts: Parts, [one = 0, other = 0]: readonly number[]) {
    this.#parts = parts;
    this.#primary = { name: 'p1', port: one, data: '', part: null };
    this.#standby = { name: 'p2', port: other, data: '', part: null };
  }

  static async start(parts: Parts): Promise<DatabasePair> {
    const pair = new DatabasePair(parts, await freePorts(2));
    parts.atEnd(() => pair.#end());
    const primary = pair.#primary;
    primary.data = pair.#newFolder();
    const args = ['-D', primary.data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    await pair.#run('initdb', args);
    await pair.#startNode(primary);
    await pair.#ask(primary, `CREATE DATABASE ${DATABASE}`);
    await pair.#follow();
    return pair;
  }

  /** For the service: it finds the one that takes writes. */
  get url(): string {
    const hosts = [this.#primary, this.#standby].map(({ port }) => port).sort((a, b) => a - b);
    return `postgres://postgres@${hosts.map((port) => `127.0.0.1:${port}`).join(',')}/${DATABASE}?target_session_attrs=read-write`;
  }

  /** A connection to the primary as it is now. */
  async onPrimary<Result>(work: (sql: postgres.Sql) => Promise<Result>): Promise<Result> {
    return withConnection(this.#primary, DATABASE, work);
  }

  /** kill -9 of the primary. The standby takes over, and a new standby is made in place of the old primary. */
  async failOver(): Promise<void> {
    const [old, next] = [this.#primary, this.#standby];
    if (old.part) await kill(old.part);
    rmSync(old.data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    await this.#ask(next, 'SELECT pg_promote()');
    [this.#primary, this.#standby] = [next, old];
    // Until the new standby follows there is only one server. It must not wait for another.
    await this.#setSynchronous(false);
    await this.#follow();
  }

  /** The standby stops and starts again. Meanwhile commits wait. */
  async restartStandby(): Promise<void> {
    const standby = this.#standby;
    if (standby.part) await kill(standby.part);
    await this.#startNode(standby);
    await this.#isFollowed();
  }

  /** All connections of the service break at once, as when a server or a pooler restarts. */
  async cutConnections(): Promise<number> {
    const rows = await this.#ask(
      this.#primary,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = '${DATABASE}' AND pid <> pg_backend_pid()`,
    );
    return rows.length;
  }

  /** Makes a standby of the primary, starts it, and lets commits wait for it. */
  async #follow(): Promise<void> {
    const standby = this.#standby;
    standby.data = this.#newFolder();
    const from = ['-h', '127.0.0.1', '-p', String(this.#primary.port), '-U', 'postgres'];
    await this.#run('pg_basebackup', ['-D', standby.data, '-R', '-X', 'stream', '-c', 'fast', '--no-sync', ...from]);
    await this.#startNode(standby);
    await this.#isFollowed();
    await this.#setSynchronous(true);
    await this.#isFollowed('sync');
  }

  async #isFollowed(state = '%'): Promise<void> {
    const isFollowed = async () => {
      const rows = await this.#ask(
        this.#primary,
        `SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' AND sync_state LIKE '${state}'`,
      ).catch(() => []);
      return rows.length > 0;
    };
    await waitUntil(isFollowed, { what: 'the standby follows', seconds: STEP_WITHIN_SECONDS });
  }

  async #setSynchronous(isOn: boolean): Promise<void> {
    await this.#ask(this.#primary, `ALTER SYSTEM SET synchronous_standby_names = '${isOn ? '*' : ''}'`);
    await this.#ask(this.#primary, 'SELECT pg_reload_conf()');
  }

  async #startNode(node: Node): Promise<void> {
    const { postgres: program } = programs('postgres');
    const listen = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `port=${node.port}`];
    const options = [...SETTINGS, ...listen].flatMap((setting) => ['-c', setting]);
    const part = this.#parts.start({ name: node.name, program, args: ['-D', node.data, ...options] });
    node.part = part;
    const answers = () =>
      this.#ask(node, 'SELECT 1').then(
        () => true,
        () => false,
      );
    await waitUntil(answers, { what: `${node.name} answers`, seconds: STEP_WITHIN_SECONDS, parts: [part] });
  }

  #ask(node: Node, statement: string): Promise<postgres.Row[]> {
    return withConnection(node, 'postgres', async (sql) => [...(await sql.unsafe(statement))]);
  }

  async #run(name: 'initdb' | 'pg_basebackup', args: readonly string[]): Promise<void> {
    const part = this.#parts.start({ name, program: programs(name)[name], args });
    const isDone = async () => part.child.exitCode === 0;
    await waitUntil(async () => (await isDone()) || part.child.exitCode !== null, {
      what: name,
      seconds: STEP_WITHIN_SECONDS,
    });
    if (part.child.exitCode !== 0) throw new Error(`${name}: ${part.lastLines.join('\n')}`);
  }

  #newFolder(): string {
    this.#folders += 1;
    return join(this.#parts.folderOf(`postgres-${this.#folders}`), 'data');
  }

  /** A fast end, in which a server ends its own processes. */
  async #end(): Promise<void> {
    for (const { part } of [this.#standby, this.#primary]) {
      if (!part || part.child.exitCode !== null || part.child.signalCode !== null) continue;
      const ended = new Promise((resolve) => part.child.once('exit', resolve));
      part.child.kill('SIGQUIT');
      await ended;
    }
  }
}

async function withConnection<Result>(
  { port }: Node,
  database: string,
  work: (sql: postgres.Sql) => Promise<Result>,
): Promise<Result> {
  const url = `postgres://postgres@127.0.0.1:${port}/${database}`;
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => undefined });
  return work(sql).finally(() => sql.end({ timeout: 1 }));
}
