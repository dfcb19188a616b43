import { CommandError } from '../platform/startup-error.js';
import { runPendingMigrations } from '../prepare-database.js';
import { type StartUp, startUp, stopAll } from '../start-up.js';

const USAGE = `Usage: npm run migrate
  runs the migrations of this build in the database of DATABASE_MIGRATION_URL, or else of DATABASE_URL`;

async function migrate(start: StartUp): Promise<void> {
  if (process.argv.length > 2) throw new CommandError(`there are no options.\n${USAGE}`);
  const names = await runPendingMigrations(start);
  const report = names.length > 0 ? ['Migrated:', ...names].join('\n  ') : 'Nothing to migrate.';
  process.stdout.write(`${report}\n`);
  await stopAll(start.stops);
}

await startUp(migrate);
