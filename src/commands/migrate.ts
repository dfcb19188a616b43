import { requireNoArguments } from '../usage.js';
import { runPendingMigrations } from '../prepare-database.js';
import { type StartUp, stopAll } from '../start-up.js';
import { runCommand } from './run-command.js';

const USAGE = `Usage: npm run migrate
  runs the migrations of this build in the database of DATABASE_MIGRATION_URL, or else of DATABASE_URL`;

async function migrate(start: StartUp): Promise<void> {
  requireNoArguments(USAGE);
  const names = await runPendingMigrations(start);
  const report = names.length > 0 ? ['Migrated:', ...names].join('\n  ') : 'Nothing to migrate.';
  process.stdout.write(`${report}\n`);
  await stopAll(start.stops);
}

await runCommand(USAGE, migrate);
