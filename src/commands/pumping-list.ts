import { openDatabase } from '../database/database.js';
import { systemClock } from '../platform/clock.js';
import { nameOf } from '../pumping/pause-name.js';
import { SendPauseRepository } from '../pumping/send-pause.repository.js';
import { obtainPreparedDatabase } from '../prepare-database.js';
import { type StartUp, startUp, stopAll } from '../start-up.js';

/**
 * `npm run pumping:list`: the number ranges and blocks where codes to unknown numbers are withheld, and until when.
 */
async function list(start: StartUp): Promise<void> {
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

await startUp(list);
