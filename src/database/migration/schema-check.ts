import { getTableName, sql } from 'drizzle-orm';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import { StartupError } from '../../platform/startup-error.js';
import { type Database, textArray } from '../database.js';
import { quoted } from '../identifier.js';
import type { ServerFacts } from './server-facts.js';

/** A column as the database has it. */
export type FoundColumn = {
  readonly table: string;
  readonly name: string;
  /** Whether an INSERT that does not name it fails. */
  readonly must_be_given: boolean;
  /** Whether the role may read and write the table, as far as anybody may. */
  readonly usable: boolean;
};

/** Only functions of their owner change their rows. These begin with the name of the table (docs/decisions/0044). */
const APPEND_ONLY = ['audit_events'];

/** What a build needs and does not find. */
export interface SchemaGaps {
  readonly missing: readonly string[];
  /** Columns that this build does not know and that have to be given a value. */
  readonly unknown: readonly string[];
  /** Tables that the role may not read and write. */
  readonly refused: readonly string[];
}

/** Compares the tables of a build with those of a database. */
export function gapsBetween(tables: readonly PgTable[], found: readonly FoundColumn[]): SchemaGaps {
  const there = new Set(found.flatMap(({ table, name }) => [table, `${table}.${name}`]));
  const used = new Set(tables.flatMap(columnsOf));
  const missing = tables.flatMap((table) =>
    there.has(getTableName(table)) ? columnsOf(table) : [getTableName(table)],
  );
  return {
    missing: missing.filter((name) => !there.has(name)),
    unknown: found
      .filter(({ must_be_given }) => must_be_given)
      .map(({ table, name }) => `${table}.${name}`)
      .filter((name) => !used.has(name)),
    refused: [...new Set(found.filter(({ usable }) => !usable).map(({ table }) => table))],
  };
}

function columnsOf(table: PgTable): string[] {
  return getTableConfig(table).columns.map(({ name }) => `${getTableName(table)}.${name}`);
}

/**
 * Whether this build runs on this schema, also on a newer one. It asks the catalog and not information_schema, which hides
 * what the role may not use.
 * @throws StartupError that names what is missing
 */
export async function checkSchema(
  db: Pick<Database, 'execute'>,
  { tables, facts }: { readonly tables: readonly PgTable[]; readonly facts: ServerFacts },
): Promise<void> {
  const names = textArray(tables.map((table) => getTableName(table)));
  const found = await db.execute<FoundColumn>(sql`
    SELECT c.relname AS table, a.attname AS name,
      a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS must_be_given,
      has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT') AND CASE
        WHEN c.relname = ANY(${textArray(APPEND_ONLY)}) THEN NOT EXISTS (
          SELECT FROM pg_proc p WHERE p.pronamespace = c.relnamespace AND starts_with(p.proname, c.relname || '_')
            AND p.prosecdef AND NOT has_function_privilege(p.oid, 'EXECUTE'))
        ELSE has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')
      END AS usable
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE n.nspname = current_schema() AND c.relname = ANY(${names}) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY c.relname, a.attnum`);
  const problem = inWords(gapsBetween(tables, found), facts);
  if (problem !== null) throw new StartupError(problem);
}

function inWords({ missing, unknown, refused }: SchemaGaps, { schema, role }: ServerFacts): string | null {
  if (missing.length > 0) {
    return `The schema ${schema} lacks what this build uses: ${some(missing)}. Run npm run migrate with this build, or start the build that fits the schema.`;
  }
  if (unknown.length > 0) {
    return `The schema ${schema} is too new for this build, which does not fill ${some(unknown)}. Start a newer build.`;
  }
  if (refused.length === 0) return null;
  const onAll = (rights: string, kind: string) =>
    `GRANT ${rights} ON ALL ${kind} IN SCHEMA ${quoted(schema)} TO ${quoted(role)}`;
  const grant = `${onAll('SELECT, INSERT, UPDATE, DELETE', 'TABLES')}; ${onAll('EXECUTE', 'FUNCTIONS')}`;
  return `The role ${role} may not read and write ${some(refused)}: ${grant} (docs/grants.sql).`;
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
