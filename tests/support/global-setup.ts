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
  }
}

/** One PostgreSQL for the run: TEST_DATABASE_URL, or the bundled one in a folder of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await obtainServer();
  const template = `template_${process.pid}_${Date.now()}`;
  const admin = postgres(server.url, { max: 1, onnotice: () => undefined });
  await admin`CREATE DATABASE ${admin(template)}`;
  await migrateDatabase(databaseUrl(server.url, template));
  project.provide('serverUrl', server.url);
  project.provide('template', template);
  return async () => {
    await admin`DROP DATABASE ${admin(template)}`;
    await admin.end();
    await server.stop();
  };
}

async function obtainServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given) return { url: given, stop: async () => undefined };
  const dataDir = await mkdtemp(join(tmpdir(), 'phone-accounts-test-'));
  // Nothing here needs to survive a power cut; the durability tests start servers of their own.
  const settings = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '300' };
  const server = await startBundledServer({ dataDir, settings });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
