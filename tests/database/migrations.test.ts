import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateDrizzleJson } from 'drizzle-kit/api';
import { getTableName, type SQL, sql } from 'drizzle-orm';
import { beforeAll, expect, it } from 'vitest';
import { tables } from '../../src/tables.js';
import { openTestDatabase } from '../support/postgres/test-database.js';

/** The tables in src/ and the migrations in drizzle/ say the same. When one of these fails: npm run generate. */

interface Table {
  readonly name: string;
  readonly columns: Record<string, { readonly name: string; readonly type: string; readonly notNull: boolean }>;
  readonly indexes: Record<string, object>;
}

interface Snapshot {
  readonly id: string;
  readonly prevId: string;
  readonly tables: Record<string, Table>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const inMigrations = (path: string) => readFileSync(join(root, 'drizzle', path), 'utf8');
const journal: readonly { idx: number; tag: string }[] = JSON.parse(inMigrations('meta/_journal.json')).entries;
let declared: Snapshot;

beforeAll(async () => {
  const names = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith('.table.ts'));
  const modules = await Promise.all(files.map((name): Promise<object> => import(join(root, 'src', name))));
  declared = generateDrizzleJson(Object.assign({}, ...modules), undefined, ['public'], 'snake_case');
});

it('the latest migration knows every table, column and index that the source declares', () => {
  const latest = String(journal.at(-1)?.idx).padStart(4, '0');
  const known: Snapshot = JSON.parse(inMigrations(`meta/${latest}_snapshot.json`));
  expect(known).toEqual({ ...structuredClone(declared), id: known.id, prevId: known.prevId });
});

it('the migrations make them in a database', async () => {
  const tables = Object.values(declared.tables);
  expect(await namesIn(COLUMNS)).toEqual(tables.flatMap(columnsOf).sort());
  expect(await namesIn(INDEXES)).toEqual(tables.flatMap(({ indexes }) => Object.keys(indexes)).sort());
});

it('a start looks for every table that the source declares', () => {
  const names = tables.map((table) => getTableName(table));
  expect(names.sort()).toEqual(
    Object.values(declared.tables)
      .map(({ name }) => name)
      .sort(),
  );
});

it('every migration that lies there is one that runs', () => {
  const files = readdirSync(join(root, 'drizzle')).filter((name) => name.endsWith('.sql'));
  expect(files.sort()).toEqual(journal.map(({ tag }) => `${tag}.sql`));
});

function columnsOf(table: Table): string[] {
  return Object.values(table.columns).map(({ name, type, notNull }) => {
    const nullability = notNull ? ' not null' : '';
    return `${table.name}.${name} ${type.replace(' (', '(')}${nullability}`;
  });
}

const COLUMNS = sql`
  SELECT t.relname || '.' || c.attname || ' ' || format_type(c.atttypid, c.atttypmod) ||
    CASE WHEN l.collname <> 'default' THEN ' COLLATE "' || l.collname || '"' ELSE '' END ||
    CASE WHEN c.attnotnull THEN ' not null' ELSE '' END AS name
  FROM pg_attribute c JOIN pg_class t ON t.oid = c.attrelid LEFT JOIN pg_collation l ON l.oid = c.attcollation
  WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r' AND c.attnum > 0 AND NOT c.attisdropped
    AND t.relname <> 'phone_accounts_migrations'`;

const INDEXES = sql`
  SELECT i.indexrelid::regclass::text AS name FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
  WHERE t.relnamespace = 'public'::regnamespace AND NOT i.indisprimary`;

async function namesIn(query: SQL): Promise<string[]> {
  const { db, close } = await openTestDatabase();
  const rows = await db.execute<{ name: string }>(query).finally(close);
  return rows.map(({ name }) => name).sort();
}
