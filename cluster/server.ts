import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import type { Parts } from './parts.js';
import { freePort } from './ports.js';
import { programs } from './programs.js';
import { waitUntil } from './waiting.js';

const PASSWORD = 'cluster';

/** A PostgreSQL of the operating system, which has the programs for backups. */
export class PostgresServer {
  readonly #port: number;

  private constructor(port: number) {
    this.#port = port;
  }

  static async start(parts: Parts): Promise<PostgresServer> {
    const { initdb, postgres: program } = programs('initdb', 'postgres');
    const port = await freePort();
    const data = join(parts.folderOf('server'), 'data');
    const password = parts.file('password', PASSWORD);
    const args = ['-D', data, '-U', 'postgres', '--pwfile', password, '-A', 'scram-sha-256', '-E', 'UTF8', '--no-sync'];
    const making = parts.start({ name: 'initdb', program: initdb, args });
    const isMade = async () => making.child.exitCode === 0;
    await waitUntil(isMade, { what: 'initdb', seconds: 60 });
    const where = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', ''];
    const part = parts.start({ name: 'postgres', program, args: where });
    parts.atEnd(async () => void part.child.kill('SIGQUIT'));
    const server = new PostgresServer(port);
    const answers = () =>
      server.run('SELECT 1').then(
        () => true,
        () => false,
      );
    await waitUntil(answers, { what: 'PostgreSQL answers', seconds: 30, parts: [part] });
    return server;
  }

  url(database: string): string {
    return `postgres://postgres:${PASSWORD}@127.0.0.1:${this.#port}/${database}`;
  }

  async run(statement: string): Promise<void> {
    const sql = postgres(this.url('postgres'), { max: 1, onnotice: () => undefined });
    await sql.unsafe(statement).finally(() => sql.end());
  }
}

/** Runs a program of PostgreSQL to its end. */
export async function runProgram(program: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)(program, args);
}
