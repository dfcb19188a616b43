import { Writable } from 'node:stream';
import { readConfig } from '../../../src/config/config.js';
import { beginAgain } from '../../../src/database/begin-again.js';
import { openDatabase } from '../../../src/database/database.js';
import { createLogger } from '../../../src/platform/logger.js';
import { StartupError } from '../../../src/platform/startup-error.js';
import { prepareDatabase } from '../../../src/prepare-database.js';
import { startService, type TestService } from '../service.js';

/**
 * What a start does with DATABASE_URL, in the process of the tests: reads the settings, looks at the server, migrates,
 * and opens the service. A process of its own would take 20 times the processor time.
 */

type Settings = Readonly<Record<string, string>>;

/** Opens the service on the database of the URL. */
export async function startOn(url: string): Promise<TestService> {
  const problems = await problemsWith({ DATABASE_URL: url });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const { db, close } = openDatabase(url, { maxConnections: 1 });
  return startService({ database: { db, url, close } });
}

/** Why a start with these settings is refused at once: what it prints, without the words before it. */
export async function refusalOf(settings: Settings): Promise<string> {
  const problems = await problemsWith(settings);
  if (problems.length === 0) throw new Error('The start is not refused.');
  return problems.join('\n');
}

/** None: the database is ready for the service. */
async function problemsWith(settings: Settings): Promise<readonly string[]> {
  const reading = readConfig(settings);
  if (reading.kind === 'problems') return reading.problems;
  const { config } = reading;
  const { target } = config.database;
  if (target === null) throw new Error('A database is configured.');
  const logger = createLogger(config.logLevel, new Writable({ write: (_chunk, _encoding, done) => done() }));
  const patience = { ending: new AbortController().signal, onWait: neverWaits };
  return beginAgain(() => prepareDatabase({ config, logger }, target), patience).then(
    () => [],
    (error: unknown) => {
      if (error instanceof StartupError) return [error.message];
      throw error;
    },
  );
}

function neverWaits(reason: string): never {
  throw new Error(`The start waits: ${reason}`);
}
