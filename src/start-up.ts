import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from './config/config.js';
import { developmentSecret } from './config/development-secret.js';
import { readEnvironment } from './config/environment.js';
import { type ConnectionTarget, targetOf } from './database/connection-target/connection-target.js';
import { requirePrograms } from './bundled-postgres/binaries.js';
import { BundledServerError } from './bundled-postgres/error.js';
import { startBundledServer } from './bundled-postgres/server.js';
import { LogOutput } from './platform/log-output.js';
import { createLogger, type Logger } from './platform/logger.js';
import { systemRandom } from './platform/random.js';
import { CommandError, StartupError } from './platform/startup-error.js';

// Milliseconds.
/** To stop in, drain included; then the process ends at once. Orchestrators kill after 30 s or more. */
const STOP_WITHIN_MS = 25_000;
/** To stop in after a long drain. */
const STOP_AFTER_DRAIN_MS = 20_000;
/** What a start that is told to stop may still take to come to its end. It may wait for a database without one. */
const SETTLE_WITHIN_MS = 300;
/** npm repeats a Ctrl-C that the terminal has already sent to its children. Two signals this close are one. */
const SAME_SIGNAL_WITHIN_MS = 500;

type Stop = () => Promise<void>;

/** A process of this product while it starts. */
export interface StartUp {
  readonly config: Config;
  readonly logger: Logger;
  readonly logOutput: LogOutput;
  /** How to stop what was started, in the order of starting. The last one is stopped first. */
  readonly stops: Stop[];
  /** Aborted when the process is told to stop. */
  readonly ending: AbortSignal;
}

/**
 * Runs a process of this product: reads the configuration and does the work. If the process cannot start, one line says
 * why (exit code 1). SIGTERM and SIGINT stop what was started (exit code 0, or 1 where the work was not done). A second
 * signal ends the process at once.
 */
export async function startUp(work: (start: StartUp) => Promise<void>): Promise<void> {
  const reading = await readEnvironment();
  if (reading.kind === 'problems') {
    explain(['these settings need attention', ...reading.problems.map((problem) => `  - ${problem}`)].join('\n'));
    process.exit(1);
  }
  const { config, warnings } = reading;
  const logOutput = new LogOutput(process.stdout);
  const logger = createLogger(config.logLevel, logOutput);
  for (const warning of warnings) logger.warn(warning);
  const ending = new AbortController();
  const start: StartUp = { config, logger, logOutput, stops: [], ending: ending.signal };
  const working = work(start);
  stopOnSignals({ start, working, ending });
  try {
    await working;
  } catch (error) {
    // The signal handler stops everything and then ends the process.
    if (ending.signal.aborted) return;
    reportFailure(error, logger);
    await stopAll(start.stops);
    await logOutput.lastLines();
    process.exit(1);
  }
}

/**
 * The secret, made on first start in development. Obtain it before the database: where the folder for data cannot be
 * used, nothing is made.
 */
export async function obtainSecret({ config }: StartUp): Promise<string> {
  if (config.database.target === null) requirePrograms(config.dataDir);
  return config.appSecret ?? developmentSecret(config.dataDir, systemRandom);
}

export interface DatabaseEvents {
  /** Called when this process only waits for PostgreSQL (BundledServerOptions). */
  readonly onWait?: () => void;
  /** Called when another process uses the bundled database already. */
  readonly onShared?: () => void;
}

/** The configured database, or the bundled one after starting it. */
export async function obtainDatabase(
  start: StartUp,
  { onWait, onShared }: DatabaseEvents = {},
): Promise<ConnectionTarget> {
  const { config, stops, logger } = start;
  if (config.database.target) return config.database.target;
  // In production, the log is for machines.
  if (!config.production && !existsSync(join(config.dataDir, 'postgres')))
    process.stdout.write(`Making a database in ${config.dataDir}, once …\n`);
  const starting = startBundledServer({
    dataDir: config.dataDir,
    ...(onWait && { onWait }),
    ending: start.ending,
    onSilence: (seconds) => logger.warn(waiting(config.dataDir, seconds)),
    onGivenUp: (reason) => void endWithoutDatabase(start, reason),
  });
  // Registered before it runs: if something else fails meanwhile, the server is stopped all the same.
  stops.push(async () => {
    const server = await starting.catch(() => null);
    await server?.stop();
  });
  const { url, isShared } = await starting;
  if (isShared) onShared?.();
  return targetOf(url);
}

function waiting(dataDir: string, seconds: number): string {
  return `${dataDir} was last used in another container or on another machine, or before this machine started. Waiting ${seconds} s for a sign of life from there.`;
}

async function endWithoutDatabase({ stops, logOutput }: StartUp, reason: BundledServerError): Promise<void> {
  process.stderr.write(`phone-accounts stops: ${reason.message}\n`);
  setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
  await stopAll(stops);
  await logOutput.lastLines();
  process.exit(1);
}

export async function stopAll(stops: Stop[]): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
}

function stopOnSignals(parts: { start: StartUp; working: Promise<void>; ending: AbortController }): void {
  const { start, working, ending } = parts;
  let since = Number.POSITIVE_INFINITY;
  const stop = async (signal: NodeJS.Signals) => {
    if (ending.signal.aborted) {
      if (performance.now() - since > SAME_SIGNAL_WITHIN_MS) process.exit(1);
      return;
    }
    since = performance.now();
    start.logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), stopWithin(start.config)).unref();
    ending.abort();
    const done = await Promise.race([settled(working), pause(SETTLE_WITHIN_MS, false)]);
    await stopAll(start.stops);
    await start.logOutput.lastLines();
    process.exit(done ? 0 : 1);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function stopWithin({ drainSeconds }: Config): number {
  return Math.max(STOP_WITHIN_MS, drainSeconds * 1_000 + STOP_AFTER_DRAIN_MS);
}

/** Whether the work was done. */
function settled(working: Promise<void>): Promise<boolean> {
  return working.then(
    () => true,
    () => false,
  );
}

function reportFailure(error: unknown, logger: Logger): void {
  if (error instanceof CommandError) process.stderr.write(`phone-accounts: ${error.message}\n`);
  else if (error instanceof StartupError || error instanceof BundledServerError) explain(error.message);
  else logger.fatal({ err: error }, 'cannot start');
}

function explain(problem: string): void {
  process.stderr.write(`phone-accounts cannot start: ${problem}\n`);
}
