import { readFileSync } from 'node:fs';
import { open } from './empty-database.js';

const file = readFileSync(new URL('../../../docs/grants.sql', import.meta.url), 'utf8');

interface Grants {
  readonly schema: string;
  readonly role: string;
  /** Whether the lines in comments are for this installation. */
  readonly migratedByDrizzle?: boolean;
}

/** As `psql -v schema=… -v role=… -f docs/grants.sql` runs it. */
export async function runGrants(ownerUrl: string, { schema, role, migratedByDrizzle }: Grants): Promise<void> {
  const sql = open(ownerUrl);
  const text = migratedByDrizzle ? file.replaceAll(/^-- GRANT/gm, 'GRANT') : file;
  const filled = Object.entries({ schema, role }).reduce(
    (file, [name, value]) => file.replaceAll(`:"${name}"`, `"${value}"`).replaceAll(`:'${name}'`, `'${value}'`),
    text,
  );
  await sql.unsafe(filled).finally(() => sql.end());
}
