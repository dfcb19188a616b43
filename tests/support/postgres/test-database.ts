import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../../../src/database/database.js';
import { databaseUrl } from './database-url.js';
import { EmptiedDatabase } from './emptying.js';

export interface TestDatabase {
  readonly db: Database;
  readonly url: string;
  close(): Promise<void>;
}

interface Copy {
  readonly url: string;
  readonly emptied: EmptiedDatabase;
  drop(): Promise<void>;
}

/** Of this worker, for the next tests. */
const free: Copy[] = [];

/** A migrated and empty database of its own, so that tests run side by side without meeting. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const copy = free.pop() ?? (await copyTemplate());
  const { url, emptied } = copy;
  const { db, close } = openDatabase(url, { maxConnections: 5 });
  let closed = false;
  return {
    db,
    url,
    async close() {
      if (closed) throw new Error('The database was closed before. Another test may have it by now.');
      closed = true;
      await close();
      if (await emptied.empty()) free.push(copy);
      else await copy.drop();
    },
  };
}

async function copyTemplate(): Promise<Copy> {
  const serverUrl = inject('serverUrl');
  const name = `${inject('template')}_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  const create = `CREATE DATABASE ${name} TEMPLATE ${inject('template')} ${inject('copying')}`;
  await asAdmin(serverUrl, (admin) => admin.unsafe(create));
  const url = databaseUrl(serverUrl, name);
  const emptied = new EmptiedDatabase(
    postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined }),
    inject('emptying'),
  );
  return {
    url,
    emptied,
    async drop() {
      await emptied.end();
      await asAdmin(serverUrl, (admin) => admin`DROP DATABASE ${admin(name)} WITH (FORCE)`);
    },
  };
}

async function asAdmin(serverUrl: string, run: (admin: postgres.Sql) => Promise<unknown>): Promise<void> {
  const admin = postgres(serverUrl, { max: 1, onnotice: () => undefined });
  await run(admin).finally(() => admin.end());
}
