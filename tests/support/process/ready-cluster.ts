import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startBundledServer } from '../../../src/bundled-postgres/server.js';
import { importShippedCities } from '../../../src/cities/import-shipped.js';
import { openDatabase } from '../../../src/database/database.js';
import { migrateDatabase } from '../../../src/database/migrate.js';
import { copyDataDir, query } from './bundled-folder.js';

/** Makes what a first start of the service leaves in its folder for data, for tests that are not about a first start. */
export async function makeReadyCluster(dataDir: string): Promise<void> {
  const server = await startBundledServer({ dataDir, settings: { fsync: 'off' } });
  await makePasswordCheap(server.url);
  await migrateDatabase(server.url);
  const { db, close } = openDatabase(server.url, { maxConnections: 1 });
  await importShippedCities(db).finally(close);
  await server.stop();
  // It names the port, which two copies would both want.
  await rm(join(dataDir, 'postgres', 'postmaster.opts'));
}

/** Hashing the password 4,096 times takes 3 ms of processor time for each of the thousands of connections of a run. */
async function makePasswordCheap(url: string): Promise<void> {
  const { password } = new URL(url);
  await query(url, `SET scram_iterations = 1; ALTER ROLE postgres PASSWORD '${decodeURIComponent(password)}'`);
}

/** @param ready made by `makeReadyCluster` */
export async function copyReadyCluster(ready: string, dataDir: string): Promise<void> {
  await mkdir(dataDir);
  await copyDataDir(join(ready, 'postgres'), join(dataDir, 'postgres'));
}
