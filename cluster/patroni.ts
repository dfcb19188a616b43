import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { freePorts } from './ports.js';
import { kill, type Part, type Parts } from './parts.js';
import { programs } from './programs.js';
import { statusOf, waitUntil } from './waiting.js';

const NODES = 3;
const PASSWORD = 'cluster';
/** Seconds until a cluster is steady. On a busy machine a copy of the primary takes time. */
const STEADY_WITHIN = 180;

/**
 * How Patroni decides. With a shorter `ttl` or `retry_timeout`, Patroni loses its connection to etcd. With
 * `primary_start_timeout: 0`, another node is promoted at once. In strict synchronous mode, a write that is acknowledged
 * is on two nodes.
 */
const DECISIONS = {
  ttl: 10,
  loop_wait: 1,
  retry_timeout: 3,
  primary_start_timeout: 0,
  synchronous_mode: true,
  synchronous_mode_strict: true,
  postgresql: { use_pg_rewind: true, parameters: { max_connections: 100 } },
};

/** PostgreSQL under Patroni, as one machine of a cluster has it. */
export class PatroniNode {
  readonly name: string;
  readonly port: number;
  /** Where HAProxy asks for its role. */
  readonly restPort: number;
  readonly #parts: Parts;
  readonly #settings: string;
  readonly #data: string;
  #patroni: Part;

  constructor(parts: Parts, { name, ports, etcd }: { name: string; ports: readonly number[]; etcd: string }) {
    const [port = 0, restPort = 0] = ports;
    [this.name, this.port, this.restPort, this.#parts] = [name, port, restPort, parts];
    this.#data = join(parts.folderOf(name), 'data');
    this.#settings = parts.file(`${name}.json`, JSON.stringify(this.#describe(etcd)));
    this.#patroni = this.#start();
  }

  get patroni(): Part {
    return this.#patroni;
  }

  /** Whether Patroni says that the node is in this role now. */
  async is(role: 'primary' | 'replica' | 'synchronous'): Promise<boolean> {
    return (await statusOf(`http://127.0.0.1:${this.restPort}/${role}`)) === 200;
  }

  /** kill -9 of PostgreSQL. */
  killPostgres(): void {
    this.#signal('SIGKILL');
  }

  killPatroni(): Promise<void> {
    return kill(this.#patroni);
  }

  /** After `killPatroni`. */
  startPatroni(): void {
    this.#patroni = this.#start();
  }

  /** At the end of a run: neither Patroni nor PostgreSQL stays. */
  async end(): Promise<void> {
    await this.killPatroni();
    this.#signal('SIGQUIT');
    await waitUntil(async () => !this.#signal(0), { what: `PostgreSQL of ${this.name} ends`, seconds: 10 });
  }

  #start(): Part {
    const { patroni } = programs('patroni');
    return this.#parts.start({ name: `patroni ${this.name}`, program: patroni, args: [this.#settings] });
  }

  /** Returns whether PostgreSQL runs. Its data folder has the id of its process. */
  #signal(signal: NodeJS.Signals | 0): boolean {
    try {
      const pid = Number.parseInt(readFileSync(join(this.#data, 'postmaster.pid'), 'utf8'), 10);
      return isPostgres(pid) && process.kill(pid, signal);
    } catch {
      return false;
    }
  }

  #describe(etcd: string): object {
    const { initdb } = programs('initdb', 'pg_rewind');
    const address = `127.0.0.1:${this.port}`;
    const rest = `127.0.0.1:${this.restPort}`;
    const account = (username: string) => ({ username, password: PASSWORD });
    const hba = ['all all', 'replication replicator'].map((who) => `host ${who} 127.0.0.1/32 scram-sha-256`);
    return {
      scope: 'accounts',
      name: this.name,
      etcd3: { hosts: etcd },
      restapi: { listen: rest, connect_address: rest },
      bootstrap: { dcs: DECISIONS, initdb: [{ encoding: 'UTF8' }, 'data-checksums'] },
      postgresql: {
        ...{ listen: address, connect_address: address, data_dir: this.#data, bin_dir: dirname(initdb) },
        pgpass: join(dirname(this.#data), 'pgpass'),
        pg_hba: hba,
        authentication: {
          superuser: account('postgres'),
          replication: account('replicator'),
          rewind: account('rewinder'),
        },
        parameters: { unix_socket_directories: '', password_encryption: 'scram-sha-256' },
      },
    };
  }
}

/** A note about a process outlives it, and the id may be another program's by now. */
function isPostgres(pid: number): boolean {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres');
}

/** Three nodes with etcd. */
export class PatroniCluster {
  readonly nodes: readonly PatroniNode[];
  readonly #etcd: Part;

  private constructor(nodes: readonly PatroniNode[], etcd: Part) {
    this.nodes = nodes;
    this.#etcd = etcd;
  }

  static async start(parts: Parts): Promise<PatroniCluster> {
    programs('etcd', 'patroni', 'initdb', 'pg_rewind');
    const [clientPort = 0, peerPort = 0, ...ports] = await freePorts(2 + 2 * NODES);
    const etcd = startEtcd(parts, { clientPort, peerPort });
    const health = `http://127.0.0.1:${clientPort}/health`;
    const isHealthy = async () => (await statusOf(health)) === 200;
    await waitUntil(isHealthy, { what: 'etcd answers', seconds: 30, parts: [etcd] });
    const nodes = Array.from({ length: NODES }, (_, index) => {
      const own = ports.slice(2 * index, 2 * index + 2);
      return new PatroniNode(parts, { name: `n${index + 1}`, ports: own, etcd: `127.0.0.1:${clientPort}` });
    });
    for (const node of nodes) parts.atEnd(() => node.end());
    const cluster = new PatroniCluster(nodes, etcd);
    await cluster.steady();
    return cluster;
  }

  async primary(): Promise<PatroniNode | null> {
    const found = await Promise.all(this.nodes.map((node) => node.is('primary')));
    return this.nodes.find((_, index) => found[index]) ?? null;
  }

  /** Resolves when a kill of the primary lets another one be promoted: two replicas, one of them synchronous. */
  async steady(): Promise<PatroniNode> {
    let primary: PatroniNode | null = null;
    const isSteady = async () => {
      primary = await this.primary();
      const count = async (role: 'replica' | 'synchronous') =>
        (await Promise.all(this.nodes.map((node) => node.is(role)))).filter(Boolean).length;
      return primary !== null && (await count('replica')) === NODES - 1 && (await count('synchronous')) >= 1;
    };
    const parts = [this.#etcd, ...this.nodes.map(({ patroni }) => patroni)];
    await waitUntil(isSteady, { what: 'one primary, two replicas', seconds: STEADY_WITHIN, parts });
    if (primary === null) throw new Error('There is no primary.');
    return primary;
  }

  urlOf(port: number, database: string): string {
    return `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`;
  }

  /** A URL with all nodes: the service finds the primary by itself. */
  urlOfAll(database: string): string {
    const hosts = this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
    return `postgres://postgres:${PASSWORD}@${hosts}/${database}?target_session_attrs=read-write`;
  }
}

function startEtcd(parts: Parts, { clientPort, peerPort }: { clientPort: number; peerPort: number }): Part {
  const [client, peer] = [clientPort, peerPort].map((port) => `http://127.0.0.1:${port}`);
  const options = {
    'data-dir': parts.folderOf('etcd'),
    'listen-client-urls': client,
    'advertise-client-urls': client,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `default=${peer}`,
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { etcd } = programs('etcd');
  // Its data are for one run only.
  return parts.start({ name: 'etcd', program: etcd, args: [...args, '--unsafe-no-fsync'] });
}
