import type { PgTable } from 'drizzle-orm/pg-core';
import { StartupError } from '../platform/startup-error.js';
import { type ConnectionTarget, targetOf } from './connection-target/connection-target.js';
import { type Database, openDatabase } from './database.js';
import { type Address, explained, forbiddenMigrations, unreadableJournal } from './migration/explained.js';
import { findJournal, pendingIn } from './migration/journal.js';
import { type Migration, readMigrations } from './migration/migration-files.js';
import { runMigrations } from './migration/run-migrations.js';
import { checkSchema } from './migration/schema-check.js';
import { lookAt, type ServerFacts } from './migration/server-facts.js';
import { checkServer } from './server-check.js';

/** `check`: a start is refused where something is to be migrated. `off`: nothing looks for migrations. */
export type MigrateMode = 'on' | 'check' | 'off';

export interface MigrationOptions {
  /** Where migrations run, if not at the address of the service: the direct address behind a pooler, or the owner's. */
  readonly migrationTarget?: ConnectionTarget | string | null;
  readonly mode?: MigrateMode;
  /** The tables of this build. None of their columns may be missing. */
  readonly tables?: readonly PgTable[];
  /** Tells the operator what the migrations wait for. */
  readonly say?: (line: string) => void;
  /** How long migrations wait for locks. */
  readonly patienceSeconds?: number;
}

const PATIENCE = 30;

/**
 * Makes sure that the database can be used: brings the schema up to date, as far as the mode allows it, and compares it
 * with the tables of this build. If several processes start together, they migrate one after the other. Where nothing is
 * to be migrated, no lock is taken and nothing is written.
 * @returns the names of the migrations that were run
 * @throws StartupError when the server is too old, cannot be reached or refuses us, or when the schema does not fit
 */
export async function migrateDatabase(
  database: ConnectionTarget | string,
  options: MigrationOptions = {},
): Promise<readonly string[]> {
  const { migrationTarget = null, tables = [] } = options;
  return reach(addressFor(database, null), async (used) => {
    const names =
      migrationTarget === null || (options.mode ?? 'on') !== 'on'
        ? await bringUpToDate(used, options)
        : await reach(addressFor(database, migrationTarget), (owned) => {
            requireSamePlace(owned.facts, used.facts);
            return bringUpToDate(owned, options);
          });
    await checkSchema(used.db, { tables, facts: used.facts });
    return names;
  });
}

/** Only migrates, and does not ask whether the service may use the tables. */
export async function onlyMigrate(
  database: ConnectionTarget | string,
  options: MigrationOptions = {},
): Promise<readonly string[]> {
  return reach(addressFor(database, options.migrationTarget ?? null), (reached) => bringUpToDate(reached, options));
}

function addressFor(used: ConnectionTarget | string, forMigrations: ConnectionTarget | string | null): Address {
  const database = forMigrations ?? used;
  return {
    target: typeof database === 'string' ? targetOf(database) : database,
    setting: forMigrations === null ? 'DATABASE_URL' : 'DATABASE_MIGRATION_URL',
  };
}

interface Reached {
  readonly target: ConnectionTarget;
  readonly db: Database;
  readonly facts: ServerFacts;
}

async function reach<Result>(
  { target, setting }: Address,
  work: (reached: Reached) => Promise<Result>,
): Promise<Result> {
  const { db, close } = openDatabase(target, { maxConnections: 1 });
  try {
    await checkServer(db);
    return await work({ target, db, facts: await lookAt(db, target.schema) });
  } catch (error) {
    throw explained(error, { target, setting });
  } finally {
    await close();
  }
}

async function bringUpToDate({ target, db, facts }: Reached, options: MigrationOptions): Promise<readonly string[]> {
  if (options.mode === 'off') return [];
  const migrations = readMigrations();
  const names = (await pendingOf({ db, facts }, migrations)).map(({ name }) => name);
  if (names.length === 0) return [];
  if (options.mode === 'check') {
    throw new StartupError(
      `MIGRATE=check, and this is to be migrated: ${names.join(', ')}. Run npm run migrate first.`,
    );
  }
  const observer = openDatabase(target, { maxConnections: 1 });
  try {
    const { say = () => undefined, patienceSeconds = PATIENCE } = options;
    return await runMigrations({ db, observer: observer.db, migrations, schema: facts.schema, say, patienceSeconds });
  } catch (error) {
    throw forbiddenMigrations(error, facts, names);
  } finally {
    await observer.close();
  }
}

async function pendingOf(
  { db, facts }: Pick<Reached, 'db' | 'facts'>,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  try {
    return await pendingIn(db, await findJournal(db, facts, migrations), migrations);
  } catch (error) {
    throw unreadableJournal(error, facts);
  }
}

/** Otherwise the service would find no tables, or those of another installation. */
function requireSamePlace(migrated: ServerFacts, used: ServerFacts): void {
  const [there, here] = [migrated, used].map(({ database, schema }) => `the schema ${schema} of ${database}`);
  if (there === here) return;
  throw new StartupError(
    `DATABASE_MIGRATION_URL leads to ${there}, and DATABASE_URL to ${here}. Both must lead to the same tables.`,
  );
}
