import type { Config } from './config/config.js';
import { developmentSecret } from './config/development-secret.js';
import { readEnvironment } from './config/environment.js';
import { BundledServerError } from './database/bundled-error.js';
import { startBundledServer } from './database/bundled-server.js';
import { openDatabase } from './database/database.js';
import { migrateDatabase } from './database/migrate.js';
import { appSecret } from './platform/app-secret.js';
import { systemClock } from './platform/clock.js';
import { systemRandom } from './platform/random.js';
import { StartupError } from './platform/startup-error.js';
import { SigningKeyRepository } from './sessions/signing-key.repository.js';
import { type Replacement, type RotationOutcome, replaceKeys, rotateKeys } from './sessions/signing-key-rotation.js';
import { leavesAt } from './sessions/signing-key-schedule.js';

const USAGE = `Usage:
  npm run keys:rotate            adds a key, which takes over in an hour; nobody notices anything
  npm run keys:rotate -- --now   for a key that leaked: a new one signs at once, all others are withdrawn
`;

async function rotate(config: Config, atOnce: boolean): Promise<string> {
  if (config.databaseUrl !== null) return rotateIn(config.databaseUrl, config, atOnce);
  const server = await startBundledServer({ dataDir: config.dataDir });
  return rotateIn(server.url, config, atOnce).finally(() => server.stop());
}

async function rotateIn(databaseUrl: string, config: Config, atOnce: boolean): Promise<string> {
  const secret = config.appSecret ?? (await developmentSecret(config.dataDir, systemRandom));
  const secrets = {
    current: appSecret(secret),
    previous: config.appSecretPrevious ? appSecret(config.appSecretPrevious) : null,
  };
  await migrateDatabase(databaseUrl);
  const { db, close } = openDatabase(databaseUrl, { maxConnections: 1 });
  const parts = { repository: new SigningKeyRepository(db), secrets, clock: systemClock };
  try {
    return atOnce ? tellReplacement(await replaceKeys(parts)) : tellRotation(await rotateKeys(parts), config);
  } finally {
    await close();
  }
}

function tellRotation(outcome: RotationOutcome, { accessTokenTtl }: Config): string {
  const { number, kid, signsFrom } = outcome.key;
  if (outcome.kind === 'waiting') {
    return `Nothing to do: key ${number} (${kid}) was added already; it signs from ${signsFrom.toISOString()}.\n`;
  }
  const { before } = outcome;
  if (!before) return `Key ${number} (${kid}) is the first: it signs from now on.\n`;
  const leaves = leavesAt(outcome.key, accessTokenTtl)?.toISOString();
  return `Key ${number} (${kid}) is added. Running services publish it within a minute.
It signs from ${signsFrom.toISOString()}, when everybody has had time to fetch it.
Key ${before.number} (${before.kid}) leaves the key set at ${leaves}, when its last token has expired.
`;
}

function tellReplacement({ key, withdrawn }: Replacement): string {
  const added = `Key ${key.number} (${key.kid}) signs from now on.\n`;
  if (withdrawn.length === 0) return added;
  return `${added}Withdrawn: ${withdrawn.join(', ')}.
Running services refuse the tokens of withdrawn keys within a minute, other services as soon as they fetch the key set
again (it may be cached for 5 minutes). Nobody is signed out: apps get new access tokens by refreshing.
`;
}

function explain(problem: string): void {
  process.stderr.write(`Signing keys cannot be rotated: ${problem}\n`);
  process.exitCode = 1;
}

async function main(args: readonly string[]): Promise<void> {
  const atOnce = args.includes('--now');
  if (args.length > (atOnce ? 1 : 0)) return explain(`unknown argument.\n${USAGE}`);
  const reading = readEnvironment();
  if (reading.kind === 'problems') {
    return explain(['these settings need attention', ...reading.problems.map((each) => `  - ${each}`)].join('\n'));
  }
  try {
    process.stdout.write(await rotate(reading.config, atOnce));
  } catch (error) {
    if (!(error instanceof StartupError || error instanceof BundledServerError)) throw error;
    explain(error.message);
  }
}

await main(process.argv.slice(2));
