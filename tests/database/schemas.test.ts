import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../src/database/database.js';
import { migrateDatabase } from '../../src/database/migrate.js';
import { readMigrations } from '../../src/database/migration/migration-files.js';
import { runMigrations } from '../../src/database/migration/run-migrations.js';
import { tables } from '../../src/tables.js';
import { requestOtp, verifyOtp } from '../support/operations/operations.js';
import { withWord } from '../support/postgres/database-url.js';
import { EmptyDatabase, open } from '../support/postgres/empty-database.js';
import { runGrants } from '../support/postgres/grants.js';
import { PgBouncer } from '../support/postgres/pg-bouncer.js';
import { startService } from '../support/service.js';

/** Installations in schemas of their own, and the journals of their migrations. */

const PHONE_NUMBER = '+255679190720';
const names = readMigrations().map(({ name }) => name);

let database: EmptyDatabase;

beforeEach(async () => {
  database = await EmptyDatabase.make();
});

afterEach(() => database.drop());

function inSchema(schema: string): string {
  return withWord(database.url, 'schema', schema);
}

async function signIn(url: string) {
  const service = await startService({ databaseUrl: url });
  try {
    await requestOtp(service, { phoneNumber: PHONE_NUMBER });
    return await verifyOtp(service, { phoneNumber: PHONE_NUMBER, otp: service.phone.code(PHONE_NUMBER) });
  } finally {
    await service.close();
  }
}

test('two installations live in two schemas of one database, and know nothing of each other', async () => {
  const schemas = ['accounts', 'Other "Accounts"'];
  for (const schema of schemas) await database.admin`CREATE SCHEMA ${database.admin(schema)}`;

  for (const schema of schemas) {
    expect(await migrateDatabase(inSchema(schema), { tables })).toEqual(names);
    // The same person is new in each of them.
    expect(await signIn(inSchema(schema))).toMatchObject({ __typename: 'VerifyOtpSuccess', newMember: true });
  }

  expect(await database.tablesIn('public')).toEqual([]);
  const [own, foreign] = await Promise.all(schemas.map((schema) => database.tablesIn(schema)));
  expect(own).toEqual(foreign);
  const across = await database.admin`
    SELECT conname FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class r ON r.oid = f.confrelid
    WHERE f.contype = 'f' AND c.relnamespace <> r.relnamespace`;
  expect(across).toEqual([]);
});

test('through a pooler the role brings its schema, and a start with another one is refused', async () => {
  const owner = await database.role('owner');
  await database.admin.unsafe(`CREATE SCHEMA accounts AUTHORIZATION ${owner.name}`);
  const [strict, lenient] = await Promise.all([
    PgBouncer.start(owner.url),
    PgBouncer.start(owner.url, ['ignore_startup_parameters = search_path']),
  ]);
  const poolers = [strict, lenient];
  try {
    const [refusing, dropping] = poolers.map(({ url }) => withWord(url, 'schema', 'accounts'));
    await expect(migrateDatabase(refusing ?? '', { tables })).rejects.toThrow(
      /unsupported startup parameter: search_path\. Add search_path to ignore_startup_parameters of the pooler, and set it for the role: ALTER ROLE "\w+" SET search_path = …\.$/,
    );
    await expect(migrateDatabase(dropping ?? '', { tables })).rejects.toThrow(
      new RegExp(
        `^The URL names the schema accounts, but this connection uses public\\. A pooler drops the search path: ALTER ROLE "${owner.name}" SET search_path = "accounts"\\.$`,
      ),
    );
    await database.admin.unsafe(`ALTER ROLE ${owner.name} SET search_path = accounts`);
    // A pooler without connections of the time before: only new ones have what was set for the role.
    const restarted = await PgBouncer.start(owner.url, ['ignore_startup_parameters = search_path']);
    poolers.push(restarted);
    expect(await migrateDatabase(withWord(restarted.url, 'schema', 'accounts'), { tables })).toEqual(names);
  } finally {
    await Promise.all(poolers.map((pooler) => pooler.stop()));
  }
  expect(await database.tablesIn('public')).toEqual([]);
});

test('a schema that does not exist is not made, because its name may be mistyped', async () => {
  await expect(migrateDatabase(inSchema('acounts'), { tables })).rejects.toThrow(
    /^The schema acounts does not exist in \w+, or the role \w+ may not use it: CREATE SCHEMA "acounts" AUTHORIZATION "\w+", or GRANT USAGE ON SCHEMA "acounts" TO "\w+"\.$/,
  );
});

test('an installation that Drizzle has migrated keeps its journal', async () => {
  const sql = open(database.url);
  await migrate(drizzle(sql), { migrationsFolder: fileURLToPath(new URL('../../drizzle', import.meta.url)) });
  await sql.end();

  expect(await migrateDatabase(database.url, { tables })).toEqual([]);

  const extra = { name: '9999_nickname', madeAt: 4e12, hash: 'h', statements: ['ALTER TABLE users ADD nickname text'] };
  const { db, close } = openDatabase(database.url, { maxConnections: 2 });
  const parts = { db, observer: db, schema: null, say: () => undefined, patienceSeconds: 5 };
  expect(await runMigrations({ ...parts, migrations: [...readMigrations(), extra] })).toEqual(['9999_nickname']);
  await close();
  const [newest] = await database.admin`SELECT hash FROM drizzle.__drizzle_migrations ORDER BY created_at DESC LIMIT 1`;
  expect(newest).toEqual({ hash: 'h' });
  expect(await database.tablesIn('public')).not.toContain('phone_accounts_migrations');
});

test('a role that only reads and writes rows may be let read the journal of Drizzle', async () => {
  const sql = open(database.url);
  await migrate(drizzle(sql), { migrationsFolder: fileURLToPath(new URL('../../drizzle', import.meta.url)) });
  await sql.end();
  const app = await database.role('app');
  await runGrants(database.url, { schema: 'public', role: app.name });

  await expect(migrateDatabase(app.url, { tables })).rejects.toThrow(
    `The role ${app.name} may not read which migrations were run (permission denied for schema drizzle): ` +
      `GRANT USAGE ON SCHEMA drizzle TO "${app.name}"; GRANT SELECT ON ALL TABLES IN SCHEMA drizzle TO "${app.name}". ` +
      'Or set MIGRATE=off.',
  );
  expect(await migrateDatabase(app.url, { tables, mode: 'off' })).toEqual([]);
  await runGrants(database.url, { schema: 'public', role: app.name, migratedByDrizzle: true });
  expect(await migrateDatabase(app.url, { tables })).toEqual([]);
});

test('the journal of another application that uses Drizzle is not taken for ours', async () => {
  await database.admin`CREATE SCHEMA drizzle`;
  await database.admin`CREATE TABLE drizzle.__drizzle_migrations (id serial, hash text NOT NULL, created_at bigint)`;
  await database.admin`INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('theirs', 3000000000000)`;

  expect(await migrateDatabase(database.url, { tables })).toEqual(names);
  expect(await database.admin`SELECT hash FROM drizzle.__drizzle_migrations`).toHaveLength(1);
});
