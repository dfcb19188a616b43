import '../../src/app.js';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { statements } from '../../src/database/statement-list.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const FULL_NAMES: Readonly<Record<string, string>> = {
  timestamptz: 'timestamp with time zone',
  int: 'integer',
  float8: 'double precision',
};

/** The types that a text gives its parameters, each where it is first. */
function written(text: string): string[] {
  const types: string[] = [];
  for (const [, place, type] of text.matchAll(/\$(\d+)(?:::([a-z0-9]+(?:\[\])?))?/g)) {
    types[Number(place) - 1] ??= FULL_NAMES[type ?? ''] ?? type ?? 'none';
  }
  return types;
}

it('PostgreSQL gives each parameter the type that the statement says, and guesses none', async () => {
  const told = await database.db.transaction(async (db) => {
    for (const [index, { text }] of statements.entries()) await db.execute(sql.raw(`PREPARE s${index} AS ${text}`));
    const rows = await db.execute<{ name: string; types: string[] }>(
      sql`SELECT name, parameter_types::text[] AS types FROM pg_prepared_statements`,
    );
    await db.execute(sql`DEALLOCATE ALL`);
    return new Map(rows.map(({ name, types }) => [name, types]));
  });

  expect(statements.length).toBeGreaterThan(40);
  for (const [index, { name, text }] of statements.entries()) {
    expect({ name, types: told.get(`s${index}`) }).toEqual({ name, types: written(text) });
  }
});
