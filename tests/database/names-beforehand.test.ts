import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type postgres from 'postgres';
import { migrateDatabase } from '../../src/database/migrate.js';
import { readMigrations } from '../../src/database/migration/migration-files.js';
import { EmptyDatabase, open } from '../support/postgres/empty-database.js';

/** An operator with many users makes their searched names before the update, by docs/user-names.sql. */

const script = readFileSync('docs/user-names.sql', 'utf8')
  .split(/;\n(?![^$]*END \$\$;)/)
  .map((statement) => statement.trim())
  .filter((statement) => statement !== '');

let database: EmptyDatabase;
let session: postgres.Sql;

beforeEach(async () => {
  database = await EmptyDatabase.make();
  session = open(database.url);
  await migrateDatabase(database.url);
});
afterEach(async () => {
  await session.end();
  await database.drop();
});

/** Everything that the migration makes, in words. */
async function made(): Promise<unknown> {
  return session`
    SELECT indexdef AS definition FROM pg_indexes WHERE tablename = 'user_names'
    UNION ALL SELECT pg_get_constraintdef(oid) || convalidated FROM pg_constraint WHERE conrelid = to_regclass('user_names')
    UNION ALL SELECT reloptions::text FROM pg_class WHERE oid = to_regclass('user_names')
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname IN ('users_named', 'users_renamed')
    UNION ALL SELECT concat(prosrc, proconfig) FROM pg_proc WHERE proname = 'user_names_of_user'
    UNION ALL SELECT concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull, attcollation::regcollation)
      FROM pg_attribute WHERE attrelid = to_regclass('user_names') AND attnum > 0
    ORDER BY 1`;
}

const names = () => session`SELECT full_name, last_name FROM user_names ORDER BY 1, 2`;

/** As the build before leaves the database. */
async function withoutNames(): Promise<void> {
  await session.unsafe(`
    DROP TRIGGER users_named ON users;
    DROP TRIGGER users_renamed ON users;
    DROP FUNCTION user_names_of_user();
    DROP TABLE user_names;
    INSERT INTO users (id, first_name, last_name, created_at, updated_at) VALUES
      (gen_random_uuid(), 'Asha', 'Gurung', now(), now()), (gen_random_uuid(), NULL, 'Thapa', now(), now()),
      (gen_random_uuid(), 'Élodie', NULL, now(), now()), (gen_random_uuid(), NULL, NULL, now(), now())`);
}

/** Later migrations have run already, so a start would not run this one. */
async function migrateNames(): Promise<void> {
  const { statements = [] } = readMigrations().find(({ name }) => name === '0016_searched_names') ?? {};
  expect(statements).not.toEqual([]);
  await session.begin(async (transaction) => {
    for (const statement of statements) await transaction.unsafe(statement);
  });
}

const ALL = [
  { full_name: 'asha gurung', last_name: 'gurung' },
  { full_name: 'élodie ', last_name: null },
  { full_name: null, last_name: 'thapa' },
];

test('the migration finds everything made, and makes nothing else', async () => {
  const expected = await made();
  await withoutNames();
  for (const statement of script) await session.unsafe(statement);
  expect(await made()).toEqual(expected);
  expect(await names()).toEqual(ALL);
  await migrateNames();
  expect(await made()).toEqual(expected);
  expect(await names()).toEqual(ALL);
});

// After 10, all rows are there, and after 12, the constraint is not checked yet.
test.each([0, 10, 12])('the migration makes what is missing where it ended after %i statements', async (count) => {
  const expected = await made();
  await withoutNames();
  for (const statement of script.slice(0, count)) await session.unsafe(statement);
  await session`UPDATE users SET last_name = 'Rai' WHERE last_name = 'Gurung'`;
  await session`DELETE FROM users WHERE last_name = 'Thapa'`;
  await migrateNames();
  expect(await made()).toEqual(expected);
  expect(await names()).toEqual([{ full_name: 'asha rai', last_name: 'rai' }, ALL[1]]);
});
