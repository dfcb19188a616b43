import { existsSync } from 'node:fs';
import { type Config, readConfig } from './config/config.js';
import { developmentSecret } from './config/development-secret.js';
import { startBundledServer } from './database/bundled-server.js';
import { openSender } from './messaging/open-sender.js';
import { appSecret } from './platform/app-secret.js';
import { systemClock } from './platform/clock.js';
import { createLogger, type Logger } from './platform/logger.js';
import { systemRandom } from './platform/random.js';
import { StartupError } from './platform/startup-error.js';
import { welcome } from './welcome.js';

/** Requests that are not answered by then are given up. */
const STOP_WITHIN_MS = 15_000;

type Stop = () => Promise<void>;

/** Starts everything; `stops` says how to stop what was started, the last first. */
async function start(config: Config, logger: Logger, stops: Stop[]): Promise<void> {
  // The modules of the service load while the database starts.
  const [databaseUrl, { createApp, prepareDatabase }, sender, secret] = await Promise.all([
    obtainDatabase(config, stops),
    import('./app.js'),
    openSender(config.sms, process.stdout),
    config.appSecret ?? developmentSecret(config.dataDir, systemRandom),
  ]);
  await prepareDatabase(databaseUrl);
  const publicUrl = config.publicUrl ?? `http://localhost:${config.port}`;
  const app = await createApp({
    config,
    databaseUrl,
    secrets: {
      current: appSecret(secret),
      previous: config.appSecretPrevious ? appSecret(config.appSecretPrevious) : null,
    },
    publicUrl,
    clock: systemClock,
    random: systemRandom,
    sender,
    logger,
  });
  stops.push(() => app.close());
  await listen(app.server, config);
  if (config.production) logger.info({ publicUrl, port: config.port }, 'listening');
  else process.stdout.write(welcome(publicUrl));
}

async function obtainDatabase(config: Config, stops: Stop[]): Promise<string> {
  if (config.databaseUrl) return config.databaseUrl;
  const server = await startBundledServer({ dataDir: config.dataDir });
  stops.push(() => server.stop());
  return server.url;
}

async function listen(server: { listen(address: { host: string; port: number }): Promise<string> }, config: Config) {
  const { host, port } = config;
  try {
    await server.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE')
      throw new StartupError(`Port ${port} is taken. Stop what uses it, or set PORT to another one.`);
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new StartupError(
        `Cannot listen on ${host}, port ${port} (${code}). Set HOST and PORT to what this user may use.`,
      );
    }
    throw error;
  }
}

async function stopAll(stops: Stop[]): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
}

function stopOnSignals(started: Promise<void>, stops: Stop[], logger: Logger): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    await started.catch(() => undefined);
    await stopAll(stops);
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function explain(problem: string): void {
  process.stderr.write(`phone-accounts cannot start: ${problem}\n`);
}

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const reading = readConfig(process.env);
  if (reading.kind === 'problems') {
    explain(['these settings need attention', ...reading.problems.map((problem) => `  - ${problem}`)].join('\n'));
    process.exit(1);
  }
  const logger = createLogger(reading.config.logLevel);
  for (const warning of reading.warnings) logger.warn(warning);
  const stops: Stop[] = [];
  const started = start(reading.config, logger, stops);
  stopOnSignals(started, stops, logger);
  try {
    await started;
  } catch (error) {
    if (error instanceof StartupError) explain(error.message);
    else logger.fatal({ err: error }, 'cannot start');
    await stopAll(stops);
    process.exit(1);
  }
}

await main();
