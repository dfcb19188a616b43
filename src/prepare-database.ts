import type { ConnectionTarget } from './database/connection-target/connection-target.js';
import { migrateDatabase, onlyMigrate } from './database/migrate.js';
import { obtainDatabase, type StartUp } from './start-up.js';
import { tables } from './tables.js';

/** Migrates the database as the settings say, and checks that this build can use it. */
export async function prepareDatabase(
  { config, logger }: Pick<StartUp, 'config' | 'logger'>,
  target: ConnectionTarget,
): Promise<void> {
  const { migrationTarget, migrate: mode } = config.database;
  const names = await migrateDatabase(target, { migrationTarget, mode, tables, say: (line) => logger.warn(line) });
  if (names.length > 0) logger.info({ migrations: names }, 'migrated');
}

/** For a command: a database that this build can use. */
export async function obtainPreparedDatabase(start: StartUp): Promise<ConnectionTarget> {
  const target = await obtainDatabase(start);
  await prepareDatabase(start, target);
  return target;
}

/** Runs the migrations that are still to be run, whatever MIGRATE says, and returns their names. */
export async function runPendingMigrations(start: StartUp): Promise<readonly string[]> {
  const { config, logger } = start;
  const target = await obtainDatabase(start);
  return onlyMigrate(target, { migrationTarget: config.database.migrationTarget, say: (line) => logger.warn(line) });
}
