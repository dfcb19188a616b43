import { AT_THE_MACHINE } from '../audit/origin.js';
import { openDatabase } from '../database/database.js';
import { systemClock } from '../platform/clock.js';
import { CommandError } from '../platform/startup-error.js';
import { isNamed, nameOf } from '../pumping/pause-name.js';
import { SendPauseRepository } from '../pumping/send-pause.repository.js';
import { obtainPreparedDatabase } from '../prepare-database.js';
import { type StartUp, stopAll } from '../start-up.js';
import { runCommand } from './run-command.js';

const USAGE = `Usage:
  npm run pumping:lift -- 97798001   sends codes to a number range again (npm run pumping:list shows its name)
  npm run pumping:lift -- NP         sends codes to all ranges of a country again`;

async function lift(start: StartUp): Promise<void> {
  const [name, ...more] = process.argv.slice(2);
  if (name === undefined || more.length > 0) throw new CommandError(`name one range or country.\n${USAGE}`);
  const database = await obtainPreparedDatabase(start);
  const { db, close } = openDatabase(database, { maxConnections: 1 });
  start.stops.push(close);
  const pauses = new SendPauseRepository(db);
  const now = systemClock.now();
  const named = (await pauses.list(now)).filter(({ key }) => isNamed(key, name));
  if (named.length === 0) throw new CommandError(`${name} is not paused.\n${USAGE}`);
  for (const { key } of named) {
    await pauses.liftFor({ kind: 'COMMAND', origin: AT_THE_MACHINE }, key, now);
    process.stdout.write(`Codes are sent to ${nameOf(key)} again, at once and by every process.\n`);
  }
  await stopAll(start.stops);
}

await runCommand(USAGE, lift);
