import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { startBundledServer } from '../../src/bundled-postgres/server.js';
import { migrateDatabase } from '../../src/database/migrate.js';
import { databaseUrl } from './postgres/database-url.js';
import { type Emptying, planEmptying } from './postgres/emptying.js';
import { copyReadyCluster, makeReadyCluster } from './process/ready-cluster.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A server on which databases may be made. */
    serverUrl: string;
    /** The folder of its Unix socket. Null: it is on another machine or another system. */
    socketFolder: string | null;
    /** A migrated database to copy. */
    template: string;
    /** What `CREATE DATABASE` is told about how to copy it. */
    copying: string;
    /** How a copy becomes as new. */
    emptying: Emptying;
    /** A folder with a cluster of the bundled PostgreSQL to copy. No server runs on it. */
    readyCluster: string;
  }
}

/** Nothing here needs to survive a power cut: the durability tests start servers of their own. A database lives for
 * seconds, so vacuuming would only take processor time from the tests. So would planning a statement anew for each of its
 * first calls: most connections do not make more. */
const FAST = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  autovacuum: 'off',
  plan_cache_mode: 'force_generic_plan',
  max_connections: '500',
};

/** What every system takes. */
const MOST_SOCKET_BYTES = 103;

/** One PostgreSQL for the run: TEST_DATABASE_URL, or the bundled one in a folder of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'phone-accounts-test-'));
  const readyCluster = join(folder, 'ready');
  await makeReadyCluster(readyCluster);
  const server = await obtainServer(readyCluster, join(folder, 'data'));
  const template = `template_${process.pid}_${Date.now()}`;
  const admin = postgres(server.url, { max: 1, onnotice: () => undefined });
  await admin`CREATE DATABASE ${admin(template)}`;
  const url = databaseUrl(server.url, template);
  await migrateDatabase(url);
  project.provide('serverUrl', server.url);
  project.provide('socketFolder', server.socketFolder);
  project.provide('template', template);
  project.provide('copying', server.copying);
  project.provide('emptying', await emptyingOf(url));
  project.provide('readyCluster', readyCluster);
  return async () => {
    const left = await admin<{ name: string }[]>`
      SELECT datname AS name FROM pg_database WHERE starts_with(datname, ${template})`;
    for (const { name } of left) await admin`DROP DATABASE ${admin(name)} WITH (FORCE)`;
    await admin.end();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

async function emptyingOf(template: string): Promise<Emptying> {
  const sql = postgres(template, { max: 1 });
  return planEmptying(sql).finally(() => sql.end());
}

interface Server {
  readonly url: string;
  readonly socketFolder: string | null;
  readonly copying: string;
  stop(): Promise<void>;
}

async function obtainServer(readyCluster: string, dataDir: string): Promise<Server> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given) return { url: given, socketFolder: null, copying: '', stop: async () => undefined };
  await copyReadyCluster(readyCluster, dataDir);
  const server = await startBundledServer({ dataDir, settings: FAST });
  // Without fsync, copying files takes a quarter of the time that the default, copying through the log, takes.
  return {
    url: server.url,
    socketFolder: await socketFolder(join(dataDir, 'postgres'), server.url),
    copying: 'STRATEGY FILE_COPY',
    stop: () => server.stop(),
  };
}

/** Where the bundled server has made a socket in its folder, and the path of the socket is short enough to be opened. */
async function socketFolder(folder: string, url: string): Promise<string | null> {
  const path = join(folder, `.s.PGSQL.${new URL(url).port}`);
  return access(path).then(
    () => (Buffer.byteLength(path) <= MOST_SOCKET_BYTES ? folder : null),
    () => null,
  );
}
