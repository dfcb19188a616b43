import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../../../src/database/database.js';
import { databaseUrl } from './database-url.js';

export interface TestDatabase {
  readonly db: Database;
  readonly url: string;
  close(): Promise<void>;
}

/** A migrated database of its own, so that tests run side by side without meeting. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('serverUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const create = `CREATE DATABASE ${name} TEMPLATE ${inject('template')} ${inject('copying')}`;
  await asAdmin(serverUrl, (admin) => admin.unsafe(create));
  const url = databaseUrl(serverUrl, name);
  const { db, close } = openDatabase(url, { maxConnections: 5 });
  return {
    db,
    url,
    async close() {
      await close();
      await asAdmin(serverUrl, (admin) => admin`DROP DATABASE ${admin(name)} WITH (FORCE)`);
    },
  };
}

async function asAdmin(serverUrl: string, run: (admin: postgres.Sql) => Promise<unknown>): Promise<void> {
  const admin = postgres(serverUrl, { max: 1, onnotice: () => undefined });
  await run(admin).finally(() => admin.end());
}
