import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrateDatabase } from '../../src/database/migrate.js';
import { tables } from '../../src/tables.js';
import { EmptyDatabase } from '../support/postgres/empty-database.js';

/** A build starts on each schema that has what the build uses, and refuses every other one in one line. */

let database: EmptyDatabase;

beforeEach(async () => {
  database = await EmptyDatabase.make();
});

afterEach(() => database.drop());

/** A later build has migrated. */
async function laterMigration(...statements: readonly string[]): Promise<void> {
  await migrateDatabase(database.url, { tables });
  await database.admin.unsafe(statements.join(';'));
  await database.admin`INSERT INTO phone_accounts_migrations (created_at, hash) VALUES (4000000000000, 'later')`;
}

const start = (mode: 'on' | 'check' | 'off' = 'on') => migrateDatabase(database.url, { tables, mode });

test('an older build starts on a schema that a newer build has only added to', async () => {
  await laterMigration(
    'ALTER TABLE users ADD nickname text, ADD score int NOT NULL DEFAULT 0',
    'CREATE TABLE badges (user_id uuid REFERENCES users)',
    'CREATE INDEX users_nickname ON users (nickname)',
  );

  for (const mode of ['on', 'check', 'off'] as const) expect(await start(mode)).toEqual([]);
});

test('an older build does not start where what it uses is gone, and names it', async () => {
  await laterMigration('ALTER TABLE users DROP locale', 'DROP TABLE refused_numbers');

  for (const mode of ['on', 'check', 'off'] as const) {
    await expect(start(mode)).rejects.toThrow(
      'The schema public lacks what this build uses: refused_numbers, users.locale. ' +
        'Run npm run migrate with this build, or start the build that fits the schema.',
    );
  }
});

test('an older build does not start where a column needs a value that it does not know', async () => {
  await laterMigration('ALTER TABLE users ADD tenant text NOT NULL');

  await expect(start()).rejects.toThrow(
    'The schema public is too new for this build, which does not fill users.tenant. Start a newer build.',
  );
});

test('with MIGRATE=check, a start with something to be migrated is refused and nothing is made', async () => {
  await expect(start('check')).rejects.toThrow(
    /^MIGRATE=check, and this is to be migrated: 0000_initial, .*\. Run npm run migrate first\.$/,
  );
  expect(await database.tablesIn('public')).toEqual([]);
});

test('with MIGRATE=off, a start on an empty database names what is missing and makes nothing', async () => {
  await expect(start('off')).rejects.toThrow(
    /^The schema public lacks what this build uses: audit_events, .* and \d+ more\./,
  );
  expect(await database.tablesIn('public')).toEqual([]);
});
