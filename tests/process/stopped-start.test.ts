import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, inject, onTestFinished, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { databaseUrl } from '../support/postgres/database-url.js';
import { bundledServer } from '../support/process/process-folder.js';
import { ProcessPlace } from '../support/process/process-place.js';
import type { ServiceProcess } from '../support/process/process-service.js';

/** An orchestrator stops a process whose start waits for something that may never come. */

let place: ProcessPlace;

beforeEach(async () => {
  place = await ProcessPlace.make();
});

afterEach(() => place.end());

/** A second, and three for a slow machine that loads modules. A start that hears no signal lasts 5 seconds and more. */
const QUICK_MS = 4_000;

/** Tells it to stop, and expects the end at once, as of a start that did not come to its end. */
async function expectQuickEnd(service: ServiceProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  service.tell(signal);
  // A process that loads its modules at this moment hears nothing.
  await eventually(async () => (service.stdout.includes('"msg":"stopping"') ? true : null));
  const ending = await Promise.race([service.ended, pause(QUICK_MS, null)]);
  expect(ending).toMatchObject({ code: 1, stderr: '' });
  expect(service.groupLives).toBe(false);
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s while a database takes the connection and says nothing',
  async (signal) => {
    const mute = createServer();
    mute.listen(0, '127.0.0.1');
    onTestFinished(() => void mute.close());
    await once(mute, 'listening');
    const address = mute.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const connected = once(mute, 'connection');
    const url = `postgres://app:secret@127.0.0.1:${port}/accounts`;
    const service = await place.start({ env: { LOG_LEVEL: 'info', DATABASE_URL: url } });
    await connected;

    await expectQuickEnd(service, signal);
  },
);

interface EmptyDatabase {
  readonly url: string;
  readonly sql: postgres.Sql;
}

async function makeDatabase(): Promise<EmptyDatabase> {
  const name = `stopped_start_${randomUUID().slice(0, 8)}`;
  const admin = postgres(inject('serverUrl'), { max: 1, onnotice: () => undefined });
  await admin`CREATE DATABASE ${admin(name)}`;
  const url = databaseUrl(inject('serverUrl'), name);
  const sql = postgres(url, { max: 2, onnotice: () => undefined });
  onTestFinished(async () => {
    await sql.end();
    await admin`DROP DATABASE ${admin(name)} WITH (FORCE)`;
    await admin.end();
  });
  return { url, sql };
}

/** How many sessions of others wait for a lock. Null: none. */
async function waiters({ sql }: EmptyDatabase): Promise<number | null> {
  const [row] = await sql`
    SELECT count(*)::int AS waiters FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return row?.['waiters'] || null;
}

test('SIGTERM while a migration waits for a lock: the end comes at once, and nothing of it is left', async () => {
  const database = await makeDatabase();
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const rival = database.sql
    .begin(async (sql) => {
      await sql`CREATE TABLE audit_events (id int)`;
      await released;
      throw new Error('undone');
    })
    .catch(() => undefined);
  const service = await place.start({ env: { LOG_LEVEL: 'info', DATABASE_URL: database.url } });
  await eventually(() => waiters(database));

  await expectQuickEnd(service);

  release();
  await rival;
  await eventually(async () => {
    const [row] = await database.sql`
      SELECT count(*)::int AS others FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'`;
    return row?.['others'] === 0 ? true : null;
  });
  expect(await database.sql`SELECT 1 FROM pg_tables WHERE schemaname = 'public'`).toHaveLength(0);
});

test('SIGTERM while it waits for a sign of life from another machine that has the folder', async () => {
  await place.setUp();
  const claim = join(place.folder, 'data', 'postgres', 'phone-accounts.in-use');
  const record = 'another machine\n0123456789abcdef\n';
  await writeFile(claim, record);
  const service = await place.start({ env: { LOG_LEVEL: 'info' } });
  await eventually(async () => (service.stdout.includes('for a sign of life') ? true : null));

  await expectQuickEnd(service);

  expect(await readFile(claim, 'utf8')).toBe(record);
  expect(await bundledServer(place.folder)).toEqual([]);
});

test.each(['SIGTERM', 'SIGKILL'] as const)(
  '%s while a migration makes an index for minutes: the server does not go on with it',
  async (signal) => {
    const database = await makeDatabase();
    await database.sql.unsafe(`
      CREATE FUNCTION take_long() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(300); END $$;
      CREATE EVENT TRIGGER take_long ON ddl_command_start WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION take_long();`);
    const sleepers = async () => {
      const [row] = await database.sql`SELECT count(*)::int AS count FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event = 'PgSleep'`;
      return Number(row?.['count']);
    };
    const service = await place.start({ env: { LOG_LEVEL: 'info', DATABASE_URL: database.url } });
    await eventually(async () => ((await sleepers()) === 1 ? true : null));

    service.tell(signal);

    await service.ended;
    await eventually(async () => ((await sleepers()) === 0 ? true : null));
    expect(await database.sql`SELECT FROM pg_class WHERE relname = 'users'`).toHaveLength(0);
  },
);
