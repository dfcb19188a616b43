import { sql } from 'drizzle-orm';
import { StartupError } from '../../platform/startup-error.js';
import type { Database } from '../database.js';
import { quoted } from '../identifier.js';
import { type JournalsThere, journalsThere } from './journal.js';

/** What a connection leads to. */
export type ServerFacts = JournalsThere & {
  readonly database: string;
  /** The schema in which the names of tables are looked up first. */
  readonly schema: string;
  readonly role: string;
};

type Look = Omit<ServerFacts, 'schema'> & {
  readonly schema: string | null;
};

/**
 * @param wanted the schema that the URL names, if it names one
 * @throws StartupError when tables would be looked up elsewhere
 */
export async function lookAt(db: Pick<Database, 'execute'>, wanted: string | null): Promise<ServerFacts> {
  const [facts] = await db.execute<Look>(sql`
    SELECT current_database() AS database, current_schema() AS schema, current_user AS role, ${journalsThere()}`);
  if (!facts) throw new Error('The server said nothing about itself.');
  const { schema, role } = facts;
  if (schema === null) throw new StartupError(noSchema(wanted, facts));
  if (wanted !== null && schema !== wanted) {
    const path = `ALTER ROLE ${quoted(role)} SET search_path = ${quoted(wanted)}`;
    throw new StartupError(
      `The URL names the schema ${wanted}, but this connection uses ${schema}. A pooler drops the search path: ${path}.`,
    );
  }
  return { ...facts, schema };
}

/** The server leaves out schemas that do not exist or that the role may not use. */
function noSchema(wanted: string | null, { database, role }: { database: string; role: string }): string {
  if (wanted === null) {
    return `No schema of the search path exists in ${database}, or the role ${role} may use none: GRANT USAGE, CREATE ON SCHEMA public TO ${quoted(role)}.`;
  }
  const [schema, owner] = [quoted(wanted), quoted(role)];
  return `The schema ${wanted} does not exist in ${database}, or the role ${role} may not use it: CREATE SCHEMA ${schema} AUTHORIZATION ${owner}, or GRANT USAGE ON SCHEMA ${schema} TO ${owner}.`;
}
