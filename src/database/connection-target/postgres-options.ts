import type postgres from 'postgres';
import { quoted } from '../identifier.js';
import type { ConnectionTarget } from './connection-target.js';
import { isSocket, socketPath } from './hosts.js';

/** Seconds. */
const CONNECT_WITHIN = 5;
const KEEP_ALIVE = 60;

/**
 * The options of postgres.js for a target, all of them. What is left out here, postgres.js looks for in the environment
 * (PGPASSWORD, PGMAX, PGIDLE_TIMEOUT, …).
 */
export function postgresOptions(target: ConnectionTarget): postgres.Options<Record<string, never>> {
  const { hosts, user, password, database, schema, targetSessionAttrs, parameters } = target;
  const [first] = hosts;
  const options = {
    host: hosts.map(({ host }) => host),
    port: hosts.map(({ port }) => port),
    ...(first && isSocket(first) && { path: socketPath(first) }),
    user,
    // An empty password counts as none, and PGPASSWORD would be taken. A function counts.
    password: () => password ?? '',
    database,
    // libpq does not use TLS on Unix sockets either.
    ssl: first && isSocket(first) ? false : (target.tls ?? false),
    sslnegotiation: target.directTls ? 'direct' : null,
    ...(targetSessionAttrs !== 'any' && { target_session_attrs: targetSessionAttrs }),
    prepare: target.prepare ?? true,
    connect_timeout: target.connectTimeoutSeconds ?? CONNECT_WITHIN,
    keep_alive: target.keepAliveSeconds ?? KEEP_ALIVE,
    idle_timeout: 0,
    max_pipeline: 100,
    debug: false,
    fetch_types: false,
    publications: '',
    connection: { ...parameters, ...(schema !== null && { search_path: quoted(schema) }) },
  };
  // Lists of hosts work, and only lists leave the colons of an IPv6 address alone; the types lack them.
  return options as unknown as postgres.Options<Record<string, never>>;
}
