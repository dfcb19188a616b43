import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { projectFolder } from '../platform/project-folder.js';
import { StartupError } from '../platform/startup-error.js';
import { type ConnectionTarget, shownTarget } from './connection-target/connection-target.js';
import { connectionAdvice, refusesCertificate } from './connection-target/connection-advice.js';
import { openDatabase } from './database.js';
import { checkServer } from './server-check.js';

const MIGRATIONS = fileURLToPath(new URL('drizzle', projectFolder));
/** Any number works, as long as all processes use this one. */
const MIGRATION_LOCK = 7_264_118;

/**
 * Brings the schema up to date. If several processes start together, they migrate one after the other.
 * @throws StartupError when the server is too old, cannot be reached or refuses us.
 */
export async function migrateDatabase(database: ConnectionTarget | string): Promise<void> {
  const { db, close } = openDatabase(database, { maxConnections: 1 });
  try {
    await checkServer(db);
    await db.execute(sql`SELECT pg_advisory_lock(${MIGRATION_LOCK}::bigint)`);
    await migrate(db, { migrationsFolder: MIGRATIONS });
  } catch (error) {
    throw explained(error, database);
  } finally {
    // Closing the connection also releases the lock.
    await close();
  }
}

function explained(error: unknown, database: ConnectionTarget | string): unknown {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (error instanceof StartupError || !(cause instanceof Error) || !('code' in cause)) return error;
  const code = String(cause.code);
  const connecting = /^(E[A-Z]|CONNECT|SASL|08|25006|28|3D|57P|53|42501)/.test(code) || refusesCertificate(code);
  if (!connecting) return error;
  const reason = cause instanceof AggregateError ? code : (cause.message.split('\n', 1)[0] ?? '');
  const advice = connectionAdvice({ code, message: reason }, database);
  const mend = advice === null ? '' : `. To mend it, ${advice}`;
  return new StartupError(`Cannot use the database at ${shownTarget(database)} (DATABASE_URL): ${reason}${mend}.`, {
    cause,
  });
}
