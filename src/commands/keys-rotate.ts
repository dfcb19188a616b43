import { openDatabase } from '../database/database.js';
import { systemClock } from '../platform/clock.js';
import { CommandError } from '../platform/startup-error.js';
import { SigningKeyRepository } from '../sessions/signing-key.repository.js';
import { type Replacement, type RotationOutcome, replaceKeys, rotateKeys } from '../sessions/signing-key-rotation.js';
import { leavesAt } from '../sessions/signing-key-schedule.js';
import { obtainPreparedDatabase } from '../prepare-database.js';
import { obtainSecrets, type StartUp, stopAll } from '../start-up.js';
import { runCommand } from './run-command.js';

const USAGE = `Usage:
  npm run keys:rotate            adds a key, which signs after one hour; users notice nothing
  npm run keys:rotate -- --now   for a key that leaked: a new key signs at once, all other keys are withdrawn`;

async function rotate(start: StartUp): Promise<void> {
  const args = process.argv.slice(2);
  const atOnce = args[0] === '--now';
  if (args.length > (atOnce ? 1 : 0)) throw new CommandError(`there is no such option.\n${USAGE}`);
  const secrets = await obtainSecrets(start);
  const database = await obtainPreparedDatabase(start);
  const { db, close } = openDatabase(database, { maxConnections: 1 });
  start.stops.push(close);
  const parts = {
    repository: new SigningKeyRepository(db),
    secrets,
    issuer: start.config.publicUrl,
    clock: systemClock,
  };
  const report = atOnce ? tellReplacement(await replaceKeys(parts)) : tellRotation(await rotateKeys(parts));
  process.stdout.write(report);
  await stopAll(start.stops);
}

function tellRotation(outcome: RotationOutcome): string {
  const { number, kid, signsFrom } = outcome.key;
  if (outcome.kind === 'waiting') {
    return `Nothing to do: key ${number} (${kid}) was added already; it signs from ${signsFrom.toISOString()}.\n`;
  }
  const { before } = outcome;
  if (!before) return `Key ${number} (${kid}) is the first: it signs from now on.\n`;
  const leaves = leavesAt(before, outcome.key)?.toISOString();
  return `Key ${number} (${kid}) is added. Running services publish it within a minute.
It signs from ${signsFrom.toISOString()}, when other services have had time to fetch it.
Key ${before.number} (${before.kid}) leaves the key set at ${leaves}, when its last token has expired.
`;
}

function tellReplacement({ kid, number, withdrawn }: Replacement): string {
  const added = `Key ${number} (${kid}) signs from now on.\n`;
  if (withdrawn.length === 0) return added;
  return `${added}Withdrawn: ${withdrawn.join(', ')}.
Running services refuse tokens of withdrawn keys within a minute. Other services refuse them when they fetch the key set
again (it may be cached for 5 minutes). Users stay signed in: apps get new access tokens by refreshing.
`;
}

await runCommand(USAGE, rotate);
