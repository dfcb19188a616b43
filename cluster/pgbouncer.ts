import type { Part, Parts } from './parts.js';
import { freePort } from './ports.js';
import { programs } from './programs.js';

/** Start-up parameters of the service that PgBouncer does not know. It refuses connections with parameters that are not here. */
const IGNORED = 'statement_timeout, lock_timeout, idle_in_transaction_session_timeout';

export interface PgBouncer {
  readonly url: string;
  readonly part: Part;
}

/** In transaction mode: each transaction may run in another session of the server. */
export async function startPgBouncer(parts: Parts, database: string): Promise<PgBouncer> {
  const { pgbouncer } = programs('pgbouncer');
  const port = await freePort();
  const { hostname, port: serverPort, username, password, pathname } = new URL(database);
  const [user, secret, name] = [username, password, pathname.slice(1)].map(decodeURIComponent);
  const settings = [
    '[databases]',
    `accounts = host=${hostname} port=${serverPort || 5432} dbname=${name} user=${user} password=${secret}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    'default_pool_size = 10',
    'max_client_conn = 200',
    `ignore_startup_parameters = ${IGNORED}`,
  ];
  const file = parts.file('pgbouncer.ini', `${settings.join('\n')}\n`);
  const part = parts.start({ name: 'pgbouncer', program: pgbouncer, args: [file] });
  return { part, url: `postgres://accounts@127.0.0.1:${port}/accounts` };
}
