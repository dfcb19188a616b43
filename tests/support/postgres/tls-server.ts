import { appendFile, chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { inject } from 'vitest';
import { type BundledServer, startBundledServer } from '../../../src/bundled-postgres/server.js';
import { copyReadyCluster } from '../process/ready-cluster.js';
import type { SelfSigned } from '../self-signed.js';

export interface TlsServerOptions {
  /** Absent: the server has no TLS. */
  readonly certificate?: SelfSigned;
  /** Who may connect over TCP as `app`: `host`, or `hostssl` for TLS only. */
  readonly access: 'host' | 'hostssl';
  /** Who signs the certificates of users: then they show one in place of a password. */
  readonly userAuthority?: SelfSigned;
}

/** A PostgreSQL with an empty database `accounts` of the user `app`, whose password is `secret`. */
export class TlsServer {
  readonly port: number;
  /** The folder of its Unix socket. */
  readonly socketFolder: string;
  readonly #folder: string;
  readonly #server: BundledServer;

  private constructor(parts: { port: number; socketFolder: string; folder: string; server: BundledServer }) {
    this.port = parts.port;
    this.socketFolder = parts.socketFolder;
    this.#folder = parts.folder;
    this.#server = parts.server;
  }

  static async start({ certificate, access, userAuthority }: TlsServerOptions): Promise<TlsServer> {
    const folder = await mkdtemp(join(tmpdir(), 'phone-accounts-tls-server-'));
    await copyReadyCluster(inject('readyCluster'), join(folder, 'data'));
    const cluster = join(folder, 'data', 'postgres');
    const proof = userAuthority ? 'cert' : 'scram-sha-256';
    const rules = ['host all postgres 127.0.0.1/32 scram-sha-256', `${access} all app 127.0.0.1/32 ${proof}`];
    await writeFile(join(cluster, 'pg_hba.conf'), `${rules.join('\n')}\nlocal all app scram-sha-256\n`);
    if (certificate) await giveCertificate(cluster, certificate);
    if (userAuthority) {
      await writeFile(join(cluster, 'users.crt'), userAuthority.cert, { mode: 0o644 });
      await appendFile(join(cluster, 'postgresql.conf'), "ssl_ca_file = 'users.crt'\n");
    }
    const server = await startBundledServer({ dataDir: join(folder, 'data'), settings: { fsync: 'off' } });
    const admin = postgres(server.url, { max: 1, onnotice: () => undefined });
    await admin.unsafe(`CREATE ROLE app LOGIN PASSWORD 'secret'`);
    await admin.unsafe('CREATE DATABASE accounts OWNER app');
    const [row] = await admin<{ folder: string }[]>`SELECT current_setting('unix_socket_directories') AS folder`;
    await admin.end();
    const port = Number(new URL(server.url).port);
    return new TlsServer({ port, socketFolder: row?.folder ?? '', folder, server });
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The server refuses a key that others may read, or that is not its own. */
async function giveCertificate(cluster: string, { key, cert }: SelfSigned): Promise<void> {
  const { uid, gid } = await stat(cluster);
  for (const [name, text] of Object.entries({ 'server.key': key, 'server.crt': cert })) {
    await writeFile(join(cluster, name), text, { mode: 0o600 });
    await chown(join(cluster, name), uid, gid);
  }
  await appendFile(join(cluster, 'postgresql.conf'), '\nssl = on\n');
}
