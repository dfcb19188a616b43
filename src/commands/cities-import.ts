import { importGeonames, type GeonamesReport } from '../cities/import-geonames.js';
import { openDatabase } from '../database/database.js';
import { CommandError, StartupError } from '../platform/startup-error.js';
import { obtainPreparedDatabase } from '../prepare-database.js';
import { type StartUp, stopAll } from '../start-up.js';
import { runCommand } from './run-command.js';

const USAGE = `Usage: npm run cities:import -- FILE [REGIONS]
  FILE     a GeoNames dump as text: cities500.txt, allCountries.txt, NP.txt
  REGIONS  admin1CodesASCII.txt, for the names of regions`;

async function importCities(start: StartUp): Promise<void> {
  const [placesFile, regionsFile, ...more] = process.argv.slice(2);
  if (placesFile === undefined || more.length > 0) throw new CommandError(`name one or two files.\n${USAGE}`);
  const database = await obtainPreparedDatabase(start);
  const { db, close } = openDatabase(database, { maxConnections: 1 });
  const onProgress = () => start.ending.throwIfAborted();
  const outcome = await importGeonames({ db, placesFile, regionsFile, onProgress }).finally(close);
  if (outcome.kind === 'unusable_file') throw new StartupError(outcome.message);
  process.stdout.write(tell(outcome));
  await stopAll(start.stops);
}

function tell({ imported, skipped, refused, refusals }: GeonamesReport): string {
  const lines = refusals.map(({ line, reason }) => `  line ${line}: ${reason}`);
  const more = refused > refusals.length ? [`  and ${refused - refusals.length} more`] : [];
  const summary = `${imported} cities imported, ${skipped} other places skipped, ${refused} lines refused.`;
  return `${[summary, ...lines, ...more].join('\n')}\n`;
}

await runCommand(USAGE, importCities);
