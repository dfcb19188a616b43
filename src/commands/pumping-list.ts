import { openDatabase } from '../database/database.js';
import { systemClock } from '../platform/clock.js';
import { requireNoArguments } from '../usage.js';
import { nameOf } from '../pumping/pause-name.js';
import { SendPauseRepository } from '../pumping/send-pause.repository.js';
import { obtainPreparedDatabase } from '../prepare-database.js';
import { type StartUp, stopAll } from '../start-up.js';
import { runCommand } from './run-command.js';

const USAGE = `Usage: npm run pumping:list
  shows the number ranges and blocks where codes to unknown numbers are withheld, and until when`;

/** `npm run pumping:list`. */
async function list(start: StartUp): Promise<void> {
  requireNoArguments(USAGE);
  const database = await obtainPreparedDatabase(start);
  const { db, close } = openDatabase(database, { maxConnections: 1 });
  start.stops.push(close);
  const pauses = await new SendPauseRepository(db).list(systemClock.now());
  const lines = pauses.map(({ key, pausedAt, pausedUntil }) => {
    return `${nameOf(key).padEnd(10)} since ${pausedAt.toISOString()} until ${pausedUntil.toISOString()}`;
  });
  process.stdout.write(lines.length > 0 ? `${lines.join('\n')}\n` : 'Nothing is paused.\n');
  await stopAll(start.stops);
}

await runCommand(USAGE, list);
