import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { databaseUrl, withWord } from './database-url.js';
import { EmptiedDatabase } from './emptying.js';
import { WarmPools } from './warm-pools.js';

export interface TestDatabase {
  readonly db: Database;
  readonly url: string;
  /** The same through the server's Unix socket, which takes less processor time. Most services of tests use it. */
  readonly nearUrl?: string | undefined;
  /** For services: connections that are open already, or were. */
  readonly warm?: WarmPools | undefined;
  close(): Promise<void>;
}

interface Copy {
  readonly url: string;
  readonly nearUrl: string;
  readonly warm: WarmPools;
  readonly emptied: EmptiedDatabase;
  drop(): Promise<void>;
}

/** Of this worker, for the next tests. */
const free: Copy[] = [];

/** A migrated and empty database of its own, so that tests run side by side without meeting. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const copy = free.pop() ?? (await copyTemplate());
  const { url, nearUrl, warm, emptied } = copy;
  const { db, close } = warm.lend(nearUrl, { maxConnections: 5, limits: null });
  let closed = false;
  return {
    db,
    url,
    nearUrl,
    warm,
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
  const folder = inject('socketFolder');
  const emptied = new EmptiedDatabase(
    postgres(url, {
      ...(folder === null ? {} : { host: folder }),
      max: 1,
      fetch_types: false,
      onnotice: () => undefined,
    }),
    inject('emptying'),
  );
  const nearUrl = folder === null ? url : throughSocket(url, folder);
  const warm = new WarmPools(nearUrl);
  return {
    url,
    nearUrl,
    warm,
    emptied,
    async drop() {
      await warm.close();
      await emptied.end();
      await asAdmin(serverUrl, (admin) => admin`DROP DATABASE ${admin(name)} WITH (FORCE)`);
    },
  };
}

function throughSocket(url: string, folder: string): string {
  return withWord(withWord(url, 'host', folder), 'port', new URL(url).port);
}

async function asAdmin(serverUrl: string, run: (admin: postgres.Sql) => Promise<unknown>): Promise<void> {
  const admin = postgres(serverUrl, { max: 1, onnotice: () => undefined });
  await run(admin).finally(() => admin.end());
}
