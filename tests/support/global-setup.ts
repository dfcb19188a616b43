import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { startBundledServer } from '../../src/bundled-postgres/server.js';
import { migrateDatabase } from '../../src/database/migrate.js';
import { databaseUrl } from './postgres/database-url.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A server on which databases may be made. */
    serverUrl: string;
    /** A migrated database to copy. */
    template: string;
    /** What `CREATE DATABASE` is told about how to copy it. */
    copying: string;
  }
}

/** Nothing here needs to survive a power cut: the durability tests start servers of their own. A database lives for
 * seconds, so vacuuming would only take processor time from the tests. */
const FAST = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  autovacuum: 'off',
  max_connections: '300',
};

/** One PostgreSQL for the run: TEST_DATABASE_URL, or the bundled one in a folder of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await obtainServer();
  const template = `template_${process.pid}_${Date.now()}`;
  const admin = postgres(server.url, { max: 1, onnotice: () => undefined });
  await admin`CREATE DATABASE ${admin(template)}`;
  await migrateDatabase(databaseUrl(server.url, template));
  project.provide('serverUrl', server.url);
  project.provide('template', template);
  project.provide('copying', server.copying);
  return async () => {
    await admin`DROP DATABASE ${admin(template)}`;
    await admin.end();
    await server.stop();
  };
}

interface Server {
  readonly url: string;
  readonly copying: string;
  stop(): Promise<void>;
}

async function obtainServer(): Promise<Server> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given) return { url: given, copying: '', stop: async () => undefined };
  const dataDir = await mkdtemp(join(tmpdir(), 'phone-accounts-test-'));
  const server = await startBundledServer({ dataDir, settings: FAST });
  return {
    url: server.url,
    // Without fsync, copying files takes a quarter of the time that the default, copying through the log, takes.
    copying: 'STRATEGY FILE_COPY',
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
