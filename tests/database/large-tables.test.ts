import { readdirSync, readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';

/** An operator with large tables makes the indexes of an update before the update, as docs/production.md tells. */

const page = readFileSync('docs/production.md', 'utf8');
const block = /^### Large tables\n[\s\S]*?^```sql\n([\s\S]*?)^```/m.exec(page)?.[1] ?? '';
const statements = block.split(';').map((statement) => statement.trim());
const indexes = statements.flatMap((statement) => {
  const name = /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY (\w+) ON/.exec(statement)?.[1];
  return name === undefined ? [] : [{ name, statement }];
});
const files = readdirSync('drizzle').filter((file) => file.endsWith('.sql'));
const migrations = files.map((file) => readFileSync(`drizzle/${file}`, 'utf8')).join('\n');

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

async function definitionOf(name: string): Promise<string | undefined> {
  const [row] = await database.db.execute<{ indexdef: string }>(
    sql`SELECT indexdef FROM pg_indexes WHERE indexname = ${name}`,
  );
  return row?.indexdef;
}

test('the page has its statements', () => {
  expect(indexes).toHaveLength(10);
  expect(statements.filter((statement) => !/^(CREATE |$)/.test(statement))).toEqual([]);
});

/** The first ones ran when there were no rows yet. */
test.each(files.filter((file) => file >= '0012'))('%s reads no rows to check what no row can break', (file) => {
  const statements = readFileSync(`drizzle/${file}`, 'utf8').split('--> statement-breakpoint');
  const checks = statements.filter((statement) => /ADD CONSTRAINT "\w+" CHECK/.test(statement));
  expect(checks.filter((statement) => !/NOT VALID;\s*$/.test(statement))).toEqual([]);
});

describe.each(indexes)('$name', ({ name, statement }) => {
  test('the migration passes over it', () => {
    expect(migrations).toMatch(new RegExp(`INDEX IF NOT EXISTS "${name}"`));
  });

  test('the statement of the page makes the index of the migration', async () => {
    const made = await definitionOf(name);
    expect(made).toBeDefined();
    await database.db.execute(sql.raw(`DROP INDEX ${name}`));
    await database.db.execute(sql.raw(statement));
    expect(await definitionOf(name)).toBe(made);
  });
});
