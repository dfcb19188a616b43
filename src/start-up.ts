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
import { type Audience, tellFailure } from './failure-output.js';
import { type AppSecrets, appSecret } from './platform/app-secret.js';
import { LogOutput } from './platform/log-output.js';
import { createLogger, type Logger } from './platform/logger.js';
import { systemRandom } from './platform/random.js';
import { CommandError, StartupError } from './platform/startup-error.js';
import { flushSpans, openTracing } from './tracing/open-tracing.js';
import type { Tracing } from './tracing/tracing.js';

// Milliseconds.
/** To stop in, drain included; then the process ends at once. Orchestrators kill after 30 s or more. */
const STOP_WITHIN_MS = 25_000;
/** To stop in after a long drain. */
const STOP_AFTER_DRAIN_MS = 20_000;
/** What a start that is told to stop may still take to come to its end. It may wait for a database without one. */
const SETTLE_WITHIN_MS = 300;
/**
 * npm repeats a Ctrl-C that the terminal has already sent to its children, on a busy machine a while later. Two signals
 * this close are one.
 */
const SAME_SIGNAL_WITHIN_MS = 1_000;

type Stop = () => Promise<void>;

/** A process of this product while it starts. */
export interface StartUp {
  readonly config: Config;
  readonly logger: Logger;
  readonly logOutput: LogOutput;
  /** Null: nothing is traced. */
  readonly tracing: Tracing | null;
  /** How to stop what was started, in the order of starting. The last one is stopped first. */
  readonly stops: Stop[];
  /** Aborted when the process is told to stop. */
  readonly ending: AbortSignal;
  /** Who reads why the process does not start. */
  readonly audience: Audience;
}

export interface StartUpOptions {
  /** Whether it is the service. In production, machines read everything that it prints. People read what commands print. */
  readonly isService?: boolean;
}

/**
 * Runs a process of this product: reads the configuration and does the work. If the process cannot start, one line says
 * why (exit code 1). SIGTERM and SIGINT stop what was started (exit code 0, or 1 where the work was not done). A second
 * signal ends the process at once. An exception that nothing catches stops it in the same way, with exit code 1.
 */
export async function startUp(
  work: (start: StartUp) => Promise<void>,
  { isService = false }: StartUpOptions = {},
): Promise<void> {
  const reading = await readEnvironment();
  const { production } = reading.kind === 'config' ? reading.config : reading;
  const audience = isService && production ? 'machine' : 'person';
  if (reading.kind === 'problems') {
    const lines = ['these settings need attention', ...reading.problems.map((problem) => `  - ${problem}`)];
    tellFailure(`phone-accounts cannot start: ${lines.join('\n')}`, audience);
    process.exit(1);
  }
  const { config, warnings } = reading;
  const logOutput = new LogOutput(process.stdout);
  const tracing = openTracing();
  const logger = createLogger(config.logLevel, logOutput, { fields: tracing && (() => tracing.logFields()) });
  if (audience === 'machine') logWarningsOfNode(logger);
  for (const warning of warnings) logger.warn(warning);
  const ending = new AbortController();
  const stops: Stop[] = tracing ? [flushSpans] : [];
  const start: StartUp = { config, logger, logOutput, tracing, stops, ending: ending.signal, audience };
  const surprised = watchForSurprises(logger);
  const working = work(start);
  const parts = { start, working, ending };
  stopOnSignals(parts);
  void surprised.then(() => stopWith(parts, () => 1));
  try {
    await working;
  } catch (error) {
    // The signal handler stops everything and then ends the process.
    if (ending.signal.aborted) return;
    reportFailure(error, start);
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

/** As `obtainSecret`, with the one before, while it is replaced. */
export async function obtainSecrets(start: StartUp): Promise<AppSecrets> {
  const { appSecretPrevious: previous } = start.config;
  return {
    current: appSecret(await obtainSecret(start)),
    previous: previous === null ? null : appSecret(previous),
  };
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

async function endWithoutDatabase(start: StartUp, reason: BundledServerError): Promise<void> {
  const { stops, logOutput, audience } = start;
  tellFailure(`phone-accounts stops: ${reason.message}`, audience);
  setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
  await stopAll(stops);
  await logOutput.lastLines();
  process.exit(1);
}

export async function stopAll(stops: Stop[]): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
}

interface Stopping {
  readonly start: StartUp;
  readonly working: Promise<void>;
  readonly ending: AbortController;
}

function stopOnSignals(parts: Stopping): void {
  let since = Number.POSITIVE_INFINITY;
  const stop = async (signal: NodeJS.Signals) => {
    if (parts.ending.signal.aborted) {
      if (performance.now() - since > SAME_SIGNAL_WITHIN_MS) process.exit(1);
      return;
    }
    since = performance.now();
    parts.start.logger.info({ signal }, 'stopping');
    await stopWith(parts, (done) => (done ? 0 : 1));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** @param exitCode by whether the work was done */
async function stopWith({ start, working, ending }: Stopping, exitCode: (done: boolean) => number): Promise<void> {
  if (ending.signal.aborted) return;
  setTimeout(() => process.exit(1), stopWithin(start.config)).unref();
  ending.abort();
  const done = await Promise.race([settled(working), pause(SETTLE_WITHIN_MS, false)]);
  await stopAll(start.stops);
  await start.logOutput.lastLines();
  process.exit(exitCode(done));
}

/**
 * Resolves at the first exception that nothing catches, or rejection that nothing handles. The process may be broken
 * then, so it ends, and the orchestrator starts a new one. Only the first one is logged: while the process stops,
 * the same cause often throws again.
 */
function watchForSurprises(logger: Logger): Promise<void> {
  return new Promise((resolve) => {
    let isFirst = true;
    process.on('uncaughtException', (error, origin) => {
      if (isFirst) logger.fatal({ err: error, origin }, 'unexpected failure: the process ends');
      isFirst = false;
      resolve();
    });
  });
}

/** Node would print them as text. */
function logWarningsOfNode(logger: Logger): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => logger.warn({ err: warning }, 'warning of Node'));
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

function reportFailure(error: unknown, { logger, audience }: StartUp): void {
  if (error instanceof CommandError) tellFailure(`phone-accounts: ${error.message}`, audience);
  else if (error instanceof StartupError || error instanceof BundledServerError) {
    tellFailure(`phone-accounts cannot start: ${error.message}`, audience);
  } else logger.fatal({ err: error }, 'cannot start');
}
