import { getTableColumns, type InferSelectModel } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';

type Columns = readonly (readonly [property: string, column: PgColumn])[];

const known = new WeakMap<PgTable, Columns>();

/**
 * Converts a row in JSON, as raw SQL returns it, to a row of its table. `row_to_json(row)` costs PostgreSQL less than `to_jsonb(row)`,
 * which builds a binary form that is only printed again.
 */
export function rowFromJson<Table extends PgTable>(
  table: Table,
  json: Record<string, unknown>,
): InferSelectModel<Table> {
  const row: Record<string, unknown> = {};
  for (const [property, column] of columnsOf(table)) {
    const value = json[column.name] ?? null;
    row[property] = value === null ? null : column.mapFromDriverValue(value);
  }
  return row as InferSelectModel<Table>;
}

/** Listing the columns takes longer than reading a row. */
function columnsOf(table: PgTable): Columns {
  const columns = known.get(table) ?? Object.entries<PgColumn>(getTableColumns(table));
  known.set(table, columns);
  return columns;
}
