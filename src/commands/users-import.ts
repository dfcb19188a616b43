import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { getCountries } from 'libphonenumber-js/max';
import { writeEvent } from '../audit/audit-event.repository.js';
import { codeOf, isDatabaseAway } from '../database/database-errors.js';
import { type Database, openDatabase } from '../database/database.js';
import { UnusableFile } from '../import/import-file.js';
import { ImportRepository } from '../import/import.repository.js';
import type { ImportSummary } from '../import/import-summary.js';
import { ImportUsersService } from '../import/import-users.service.js';
import { ReportFile } from '../import/report-file.js';
import type { PhoneNumberRules } from '../phone/phone-number.js';
import { obtainPreparedDatabase } from '../prepare-database.js';
import { systemClock } from '../platform/clock.js';
import { systemRandom } from '../platform/random.js';
import { CommandError } from '../platform/startup-error.js';
import { type StartUp, stopAll } from '../start-up.js';
import { runCommand } from './run-command.js';

const USAGE = `Usage: npm run users:import -- FILE [--region NP] [--dry-run]
  FILE       NDJSON, or CSV with a header: externalId, phoneNumber, phoneVerified, email, emailVerified, username, firstName,
             lastName, passwordHash, lastUsedAt (docs/coming-from-another-system.md)
  --region   country of numbers without a country code; otherwise DEFAULT_REGION
  --dry-run  tells what would happen, and writes only the report
Rows with problems are in FILE.report.ndjson afterwards. The exit code is 0 if the whole file was read, also where rows were
refused. An import that was interrupted is begun again by the same command.`;
/** Rows between two lines that tell how far it is. */
const TOLD_EVERY = 100_000;

interface Request {
  readonly file: string;
  readonly dryRun: boolean;
  readonly phoneNumbers: PhoneNumberRules;
}

async function importUsers(start: StartUp): Promise<void> {
  const request = readRequest(process.argv.slice(2), start);
  const database = await obtainPreparedDatabase(start);
  const { db, close } = openDatabase(database, { maxConnections: 1 });
  start.stops.push(close);
  const report = await ReportFile.open(`${request.file}.report.ndjson`).catch(() => {
    throw new CommandError(
      `there is no place for ${request.file}.report.ndjson: its folder must exist and be writable.`,
    );
  });
  const summary = await run(request, { start, db, report }).finally(() => report.close());
  process.stdout.write(tell(summary, request, report.path));
  await stopAll(start.stops);
}

async function run(
  { file, dryRun, phoneNumbers }: Request,
  { start, db, report }: { start: StartUp; db: Database; report: ReportFile },
): Promise<ImportSummary> {
  const parts = { repository: new ImportRepository(db), phoneNumbers, clock: systemClock, random: systemRandom };
  let latest: ImportSummary | null = null;
  const onProgress = (summary: ImportSummary) => {
    latest = summary;
    if (summary.rows > 0 && summary.rows % TOLD_EVERY === 0) process.stderr.write(`${summary.rows} rows …\n`);
    start.ending.throwIfAborted();
  };
  try {
    const service = new ImportUsersService(parts);
    latest = await service.run({ file, dryRun, onProgress, report: (lines) => report.add(lines) });
    return latest;
  } catch (error) {
    throw explained(error);
  } finally {
    // Also of an import that was interrupted, as far as it came.
    if (latest && !dryRun) await note(db, file, latest);
  }
}

function explained(error: unknown): unknown {
  if (error instanceof UnusableFile) return new CommandError(error.message);
  if (!isDatabaseAway(error)) return error;
  return new CommandError(
    `the database is away or full (${codeOf(error)}). Run the same command again: it finds what is imported already and goes on.`,
  );
}

async function note(db: Database, file: string, summary: ImportSummary): Promise<void> {
  const { imported, updated, unchanged, left, refused } = summary;
  if (imported + updated === 0) return;
  const details = { file: basename(file), imported, updated, unchanged, left, refused };
  await writeEvent(db, { at: systemClock.now(), kind: 'users_imported', actorKind: 'COMMAND', details });
}

function readRequest(args: string[], { config }: StartUp): Request {
  const { values, positionals } = readArguments(args);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new CommandError(`name one file.\n${USAGE}`);
  const { region, 'dry-run': dryRun } = values;
  if (region === undefined) return { file, dryRun, phoneNumbers: config.phoneNumbers };
  const country = getCountries().find((each) => each === region.toUpperCase());
  if (country === undefined) throw new CommandError(`--region must be a two-letter country code such as NP.\n${USAGE}`);
  const phoneNumbers = { ...config.phoneNumbers, defaultRegion: country, exampleCountry: country };
  return { file, dryRun, phoneNumbers };
}

function readArguments(args: string[]) {
  const options = { region: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } } as const;
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch {
    throw new CommandError(`there is no such option.\n${USAGE}`);
  }
}

function tell(summary: ImportSummary, { dryRun }: Request, path: string): string {
  const { rows, imported, verified, onlyRegistered, updated, unchanged, left, refused } = summary;
  const { withoutPassword, withoutWayIn, linesWithoutWayIn, withoutLastUse, reported, unknownFields } = summary;
  const lines = [
    `${dryRun ? 'Dry run: nothing is written. ' : ''}${rows} rows:`,
    `  ${imported} imported: ${verified} with a verified number, ${onlyRegistered} only registered`,
    `  ${updated} updated, ${unchanged} there already, ${left} left as they are because they were used since`,
    `  ${refused} refused`,
  ];
  if (withoutPassword > 0)
    lines.push(`  ${withoutPassword} without their password, because its hash cannot be checked here`);
  if (withoutLastUse > 0)
    lines.push(`  ${withoutLastUse} without lastUsedAt: they count as used now, also where the number has a new owner`);
  if (withoutWayIn > 0) {
    const more = withoutWayIn > linesWithoutWayIn.length ? ', …' : '';
    lines.push(
      `Warning: no one can sign in to ${withoutWayIn} of these accounts (lines ${linesWithoutWayIn.join(', ')}${more}).`,
      '  They have no verified phone number, no verified email address, and no password beside an email address or a username.',
    );
  }
  if (unknownFields.size > 0) lines.push(`Nothing reads these fields: ${[...unknownFields].join(', ')}`);
  lines.push(reported > 0 ? `${reported} rows with problems: ${path}` : 'No row has problems.');
  return `${lines.join('\n')}\n`;
}

await runCommand(USAGE, importUsers);
