import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Parts } from './parts.js';
import { freePort } from './ports.js';
import { programs } from './programs.js';
import { PostgresServer } from './server.js';
import { statusOf, waitUntil } from './waiting.js';

const COMPOSE = new URL('../ops/compose/', import.meta.url);
const GRANTS = fileURLToPath(new URL('../docs/grants.sql', import.meta.url));
const OWNER_PASSWORD = 'of-the-owner';
const APP_PASSWORD = 'of-the-service';

const read = (name: string) => readFileSync(new URL(name, COMPOSE), 'utf8');

export interface ComposeDatabase {
  /** The address of the owner, for migrations. */
  readonly owner: string;
  /** The address of the service, through PgBouncer. */
  readonly service: string;
}

/** PostgreSQL and PgBouncer as compose.yaml has them, as programs of this machine. Only names and ports of containers differ. */
export async function composeDatabase(parts: Parts): Promise<ComposeDatabase> {
  const { psql } = programs('psql');
  const server = await PostgresServer.start(parts);
  const { hostname, port, password } = new URL(server.url('accounts'));
  await promisify(execFile)('bash', [fileURLToPath(new URL('postgres-roles.sh', COMPOSE))], {
    env: {
      ...{ PATH: `${psql.replace(/\/psql$/, '')}:${process.env['PATH']}`, GRANTS },
      ...{ PGHOST: hostname, PGPORT: port, PGPASSWORD: password },
      ...{ ACCOUNTS_OWNER_PASSWORD: OWNER_PASSWORD, ACCOUNTS_APP_PASSWORD: APP_PASSWORD },
    },
  });
  const pooler = await startPooler(parts, { hostname, port });
  return {
    owner: `postgres://accounts_owner:${OWNER_PASSWORD}@${hostname}:${port}/accounts`,
    service: `postgres://accounts_app:${APP_PASSWORD}@127.0.0.1:${pooler}/accounts`,
  };
}

async function startPooler(parts: Parts, server: { hostname: string; port: string }): Promise<number> {
  const { pgbouncer } = programs('pgbouncer');
  const port = await freePort();
  const users = parts.file('users.txt', '');
  const settings = read('pgbouncer/pgbouncer.ini')
    .replace('host=postgres port=5432', `host=${server.hostname} port=${server.port}`)
    .replace('listen_addr = *', 'listen_addr = 127.0.0.1')
    .replace('listen_port = 6432', `listen_port = ${port}`)
    .replace('/run/pgbouncer/users.txt', users);
  const script = parts.file('start.sh', read('pgbouncer/start.sh'));
  const args = [script, parts.file('pgbouncer.ini', settings)];
  const path = `${pgbouncer.replace(/\/pgbouncer$/, '')}:${process.env['PATH']}`;
  const env = { USERS: users, ACCOUNTS_APP_PASSWORD: APP_PASSWORD, PATH: path };
  const part = parts.start({ name: 'pgbouncer', program: 'sh', args, env });
  await waitUntil(() => listens(port), { what: 'PgBouncer listens', seconds: 10, parts: [part] });
  return port;
}

/** HAProxy as compose.yaml has it, in front of processes at these ports. */
export async function composeProxy(parts: Parts, ports: readonly number[]): Promise<string> {
  const { haproxy } = programs('haproxy');
  const port = await freePort();
  const servers = ports.map((each, index) => `  server s${index + 1} 127.0.0.1:${each} check`);
  const settings = read('haproxy.cfg')
    .replace('bind :8080', `bind 127.0.0.1:${port}`)
    .replace(/^ {2}server-template .*$/m, servers.join('\n'));
  const args = ['-db', '-f', parts.file('haproxy.cfg', settings)];
  const part = parts.start({ name: 'haproxy', program: haproxy, args });
  const url = `http://127.0.0.1:${port}`;
  const answers = async () => (await statusOf(`${url}/readyz`)) === 200;
  await waitUntil(answers, { what: 'HAProxy finds a process', seconds: 10, parts: [part] });
  return url;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
    setTimeout(() => socket.destroy(), 500).unref();
  });
}
