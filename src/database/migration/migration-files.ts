import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { projectFolder } from '../../platform/project-folder.js';

const MIGRATIONS = fileURLToPath(new URL('drizzle', projectFolder));

export interface Migration {
  /** Such as `0001_sessions_and_budgets`. */
  readonly name: string;
  /** Milliseconds. Later migrations have larger numbers, and the journal knows a migration by it. */
  readonly madeAt: number;
  readonly hash: string;
  readonly statements: readonly string[];
}

/** The migrations of this build, in their order. */
export function readMigrations(): Migration[] {
  const { entries } = JSON.parse(readFileSync(`${MIGRATIONS}/meta/_journal.json`, 'utf8'));
  const names = new Map<number, string>(entries.map(({ when, tag }: { when: number; tag: string }) => [when, tag]));
  return readMigrationFiles({ migrationsFolder: MIGRATIONS }).map(({ folderMillis, hash, sql }) => ({
    name: names.get(folderMillis) ?? '',
    madeAt: folderMillis,
    hash,
    statements: sql.map(inAnySchema),
  }));
}

/**
 * drizzle-kit writes `"public".` before the table that a foreign key refers to, and nowhere else. Without it, the name is
 * looked up in the search path, as all other names are.
 */
function inAnySchema(statement: string): string {
  return statement.replaceAll(' REFERENCES "public".', ' REFERENCES ');
}
