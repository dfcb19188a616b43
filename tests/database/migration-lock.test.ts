import { performance } from 'node:perf_hooks';
import type postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrateDatabase } from '../../src/database/migrate.js';
import { runMigrations } from '../../src/database/migration/run-migrations.js';
import { readMigrations } from '../../src/database/migration/migration-files.js';
import { openDatabase } from '../../src/database/database.js';
import { StartupError } from '../../src/platform/startup-error.js';
import { tables } from '../../src/tables.js';
import { withWord } from '../support/postgres/database-url.js';
import { EmptyDatabase, open } from '../support/postgres/empty-database.js';
import { PgBouncer } from '../support/postgres/pg-bouncer.js';

/** Migrations take a lock of their transaction, and say who keeps them from getting it. */

let database: EmptyDatabase;
let other: postgres.Sql;

beforeEach(async () => {
  database = await EmptyDatabase.make();
  other = open(withWord(database.url, 'application_name', 'nightly-dump'));
});

afterEach(async () => {
  await other.end();
  await database.drop();
});

/** What the journal says, one entry for each migration that was run. */
async function journal(): Promise<string[]> {
  const rows = await database.admin`SELECT hash FROM phone_accounts_migrations`;
  return rows.map(({ hash }) => hash);
}

/** The key of earlier builds is among those that are held. */
const HOLD_ALL = [
  'SELECT pg_advisory_xact_lock(7264118), pg_advisory_xact_lock(7264118, hashtext(current_schema()))',
  'LOCK TABLE users, sessions, messages IN ACCESS EXCLUSIVE MODE',
];

/** Also what would change nothing, such as `CREATE … IF NOT EXISTS`. */
const REFUSE_DDL = `
  CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no DDL'; END $$;
  CREATE EVENT TRIGGER refuse_ddl ON ddl_command_start EXECUTE FUNCTION refuse();`;

test('a start with nothing to be migrated waits for no lock and asks for no DDL', async () => {
  await migrateDatabase(database.url, { tables });

  await database.admin.unsafe(REFUSE_DDL);
  const again = await other.begin(async (holding) => {
    for (const lock of HOLD_ALL) await holding.unsafe(lock);
    return migrateDatabase(database.url, { tables });
  });

  expect(again).toEqual([]);
});

test('a migration that waits says within 5 s who holds the lock, and gives up with one line', async () => {
  await other`CREATE TABLE users_of_another_application (id int)`;
  const lines: string[] = [];
  let firstAfter = Number.POSITIVE_INFINITY;
  const began = performance.now();
  const say = (line: string) => {
    firstAfter = Math.min(firstAfter, performance.now() - began);
    lines.push(line);
  };

  const failure = await other.begin(async (holding) => {
    await holding`SELECT pg_advisory_xact_lock(7264118, hashtext(current_schema()))`;
    const [{ pid } = { pid: 0 }] = await holding<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
    const error = await migrateDatabase(database.url, { say, patienceSeconds: 6 }).catch((reason: Error) => reason);
    return { pid, error };
  });

  const holder = new RegExp(
    `process ${failure.pid} \\(nightly-dump, role \\w+, idle in transaction\\) since 2\\d+-.*Z`,
  );
  expect(firstAfter).toBeLessThan(5_000);
  expect(lines).toEqual([expect.stringMatching(holder)]);
  expect(failure.error).toBeInstanceOf(StartupError);
  expect(failure.error).toMatchObject({ message: expect.stringMatching(holder) });
  expect(String(failure.error)).toMatch(/: The migrations waited [3-5] s .* Nothing was changed\..*$/);
  expect(await database.tablesIn('public')).toEqual(['users_of_another_application']);
});

test('a lock that another session gives back in time only delays the start', async () => {
  const lines: string[] = [];
  let migrated: Promise<readonly string[]> | undefined;
  await other.begin(async (holding) => {
    await holding`SELECT pg_advisory_xact_lock(7264118, hashtext(current_schema()))`;
    const told = new Promise<void>((resolve) => {
      migrated = migrateDatabase(database.url, { say: (line) => resolve(void lines.push(line)) });
    });
    await told;
  });

  expect(await migrated).toContain('0000_initial');
  expect(lines).toHaveLength(1);
});

test('a migration that waits for a table, such as that of a running dump, lets others read it, and names the dump', async () => {
  await migrateDatabase(database.url);
  const extra = { name: '9999_nickname', madeAt: 4e12, hash: '', statements: ['ALTER TABLE users ADD nickname text'] };
  const { db, close } = openDatabase(database.url, { maxConnections: 2 });
  const lines: string[] = [];
  let running: Promise<readonly string[]> | undefined;
  await other.begin(async (dump) => {
    await dump`LOCK TABLE users IN ACCESS SHARE MODE`;
    const told = new Promise<void>((resolve) => {
      const say = (line: string) => resolve(void lines.push(line));
      const migrations = [...readMigrations(), extra];
      running = runMigrations({ db, observer: db, migrations, schema: null, say, patienceSeconds: 30 });
    });
    await told;
    // Between two attempts the table is free for everyone.
    await database.admin`SELECT FROM users`;
  });

  expect(await running).toEqual(['9999_nickname']);
  await close();
  expect(lines[0]).toContain('nightly-dump');
});

test('five processes that start at once on an empty database run each migration once', async () => {
  const runs = await Promise.all(Array.from({ length: 5 }, () => migrateDatabase(database.url, { tables })));

  const [most = []] = runs.toSorted((a, b) => b.length - a.length);
  expect(runs.flat()).toEqual(most);
  expect(await journal()).toHaveLength(most.length);
});

test('through PgBouncer in transaction mode, migrations run once and leave no lock behind', async () => {
  const pooler = await PgBouncer.start(database.url);
  try {
    const runs = await Promise.all(Array.from({ length: 3 }, () => migrateDatabase(pooler.url, { tables })));
    const again = await migrateDatabase(pooler.url, { tables });

    expect(runs.flat()).toEqual(runs.find(({ length }) => length > 0));
    expect(again).toEqual([]);
    const locks = await database.admin`
      SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND database = (
        SELECT oid FROM pg_database WHERE datname = current_database())`;
    expect(locks).toEqual([]);
  } finally {
    await pooler.stop();
  }
});

test('a database whose transactions are serializable by themselves is migrated by several processes, too', async () => {
  await database.admin.unsafe(`ALTER DATABASE ${database.name} SET default_transaction_isolation = 'serializable'`);

  const runs = await Promise.all(Array.from({ length: 3 }, () => migrateDatabase(database.url, { tables })));

  expect(await journal()).toHaveLength(runs.flat().length);
});

test('a migration takes as long as it needs, whatever limits the operator has set', async () => {
  const limits = ['statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout'];
  const known = await database.admin`SELECT name FROM pg_settings WHERE name IN ${database.admin(limits)}`;
  const [{ name } = { name: '' }] = await database.admin<{ name: string }[]>`SELECT current_database() AS name`;
  for (const { name: limit } of known) {
    await database.admin.unsafe(`ALTER DATABASE ${name} SET ${limit} = '300ms'`);
  }
  await database.admin.unsafe(`
    CREATE FUNCTION take_long() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.1); END $$;
    CREATE EVENT TRIGGER take_long ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION take_long();`);

  expect(await migrateDatabase(database.url)).not.toEqual([]);
});
