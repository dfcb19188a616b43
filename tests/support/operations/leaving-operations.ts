import { getTableColumns, getTableName, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Database } from '../../../src/database/database.js';
import type { Client } from './session-operations.js';

/** What a front end does for somebody who leaves, and everything that the database knows of them afterwards. */

const DELETE_ACCOUNT = `mutation DeleteAccount {
  deleteAccount {
    __typename
    ... on DeleteAccountSuccess { deletedAt }
    ... on ReauthenticationRequiredError { maxAgeSeconds methods }
    ... on UserError { message }
  }
}`;

const EXPORT_MY_DATA = 'query ExportMyData { exportMyData }';

export function callDeleteAccount(service: Client, token?: string) {
  return service.graphql(DELETE_ACCOUNT, {}, token === undefined ? {} : { token });
}

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the document above asks for.
export async function deleteAccount(service: Client, token: string): Promise<any> {
  const { body } = await callDeleteAccount(service, token);
  if (body.errors) throw new Error(`deleteAccount failed: ${JSON.stringify(body.errors)}`);
  return body.data.deleteAccount;
}

// biome-ignore lint/suspicious/noExplicitAny: an export has the columns of its tables.
export async function exportMyData(service: Client, token: string): Promise<any> {
  const { body } = await service.graphql(EXPORT_MY_DATA, {}, { token });
  if (body.errors) throw new Error(`exportMyData failed: ${JSON.stringify(body.errors)}`);
  return body.data.exportMyData;
}

/** Every table of the database. */
export async function tablesOf(db: Database): Promise<string[]> {
  const rows = await db.execute<{ name: string }>(sql`
    SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables
    WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY name`);
  return rows.map(({ name }) => name);
}

/** Every row of every table with every column, as text: `table: row`. */
export async function dump(db: Database): Promise<string[]> {
  const lines: string[] = [];
  for (const name of await tablesOf(db)) {
    if (name.endsWith('.cities')) continue;
    const rows = await db.execute<{ row: string }>(sql`SELECT t::text AS row FROM ${sql.raw(name)} t`);
    lines.push(...rows.map(({ row }) => `${name}: ${row}`));
  }
  return lines;
}

/** The lines that have one of the needles in them, in large or small letters. */
export function linesWith(needles: readonly string[], lines: readonly string[]): string[] {
  const sought = needles.map((needle) => needle.toLowerCase());
  return lines.filter((line) => sought.some((needle) => line.toLowerCase().includes(needle)));
}

/** `users.phone_number` for each column of a table. */
export function columnsOf(table: PgTable): string[] {
  return Object.values(getTableColumns(table)).map(({ name }) => `${getTableName(table)}.${name}`);
}
