import { sql } from 'drizzle-orm';
import { StartupError } from '../platform/startup-error.js';
import type { Database } from './database.js';

const OLDEST_SERVER = 140_000;

type Look = {
  readonly version: number;
  readonly version_name: string;
  readonly database: string;
  readonly role: string;
  readonly encoding: string;
  readonly date_style: string;
  readonly takes_no_writes: boolean;
};

/**
 * Looks at what no statement of ours could make up for.
 * @throws StartupError when the service cannot work on this server or database
 */
export async function checkServer(db: Pick<Database, 'execute'>): Promise<void> {
  const [look] = await db.execute<Look>(sql`
    SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS version_name,
      current_database() AS database, current_user AS role, current_setting('server_encoding') AS encoding,
      current_setting('DateStyle') AS date_style,
      current_setting('default_transaction_read_only')::boolean AND NOT pg_is_in_recovery() AS takes_no_writes`);
  const problem = look ? problemOf(look) : 'The server said nothing about itself';
  if (problem !== null) throw new StartupError(`${problem}.`);
}

function problemOf(look: Look): string | null {
  const { version, version_name, database, encoding, date_style, role } = look;
  if (version < OLDEST_SERVER) return `PostgreSQL 14 or newer is needed; this server is ${version_name}`;
  if (encoding !== 'UTF8') {
    const mend = `make one with CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8'`;
    return `The database ${database} has the encoding ${encoding}, which cannot hold the names of all users: ${mend}`;
  }
  if (look.takes_no_writes) {
    const mend = `ALTER DATABASE "${database}" RESET default_transaction_read_only, and the same for the role ${role}`;
    return `The database ${database} takes no writes, because default_transaction_read_only is on: ${mend}`;
  }
  // A pooler has dropped what the connection asked for.
  if (date_style.startsWith('ISO')) return null;
  return `The pooler in front of the database drops DateStyle, which is ${date_style} here: ALTER ROLE "${role}" SET DateStyle = 'ISO'`;
}
