import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parameter, Statement } from '../../src/database/statement.js';
import { statements } from '../../src/database/statement-list.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});

afterAll(() => database.close());

it('one name is one parameter, however often the statement mentions it', async () => {
  const name = parameter('name', 'text');
  const statement = new Statement<{ twice: string }, { name: string; other: string }>(
    'twice',
    sql`SELECT ${name} || ${parameter('other', 'text')} || ${name} AS twice`,
  );

  expect(statement.text).toBe('SELECT $1::text || $2::text || $1 AS twice');
  expect(await statement.run(database.db, { name: 'a', other: '-' })).toMatchObject([{ twice: 'a-a' }]);
});

it('dates, lists, nothing and JSON reach the server as what they are', async () => {
  const statement = new Statement<Record<string, unknown>, { at: Date; list: string[]; none: null; rows: object }>(
    'types',
    sql`SELECT ${parameter('at', 'timestamptz')} = '2026-01-02T03:04:05.678Z' AS at,
      ${parameter('list', 'text[]')} AS list, ${parameter('none', 'text')} IS NULL AS none,
      (SELECT sum(n) FROM jsonb_to_recordset(${parameter('rows', 'jsonb')}) r (n int))::int AS sum`,
  );
  const values = { at: new Date('2026-01-02T03:04:05.678Z'), list: ['a,"b', 'c'], none: null };

  const [row] = await statement.run(database.db, { ...values, rows: [{ n: 1 }, { n: 2 }] });
  expect(row).toEqual({ at: true, list: ['a,"b', 'c'], none: true, sum: 3 });
});

it('a text that holds a value of one call is refused', () => {
  expect(() => new Statement('value', sql`SELECT ${'a value'}`).text).toThrow(
    'has the value a value where a parameter belongs',
  );
  // Other files prepare every statement of their process.
  statements.pop();
});
