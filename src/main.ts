import { copyToInbox } from './inbox/inbox.sender.js';
import type { ConnectionTarget } from './database/connection-target/connection-target.js';
import { beginAgain, type Patience } from './database/begin-again.js';
import type { Address } from './http/listen.js';
import { openInbox } from './inbox/open-inbox.js';
import { openSenders } from './providers/open-providers.js';
import { appSecret } from './platform/app-secret.js';
import { systemClock } from './platform/clock.js';
import { systemRandom } from './platform/random.js';
import { StartupError } from './platform/startup-error.js';
import { printsHelp } from './usage.js';
import { obtainDatabase, obtainSecret, type StartUp, startUp } from './start-up.js';
import { welcome } from './welcome.js';

const USAGE = `Usage: npm start
  starts the service. Settings come from the environment and from the file .env in this folder (docs/settings.md).`;

async function startService(start: StartUp): Promise<void> {
  const { config, logger, logOutput, tracing, stops } = start;
  const { delivery, publicUrl: configuredUrl, production } = config;
  const inbox = openInbox(config, systemRandom);
  const secret = await obtainSecret(start);
  const [{ database, isShared, createApp, importCities }, senders] = await Promise.all([
    openDatabaseAndModules(start),
    openSenders(delivery.providers, {
      clock: systemClock,
      output: process.stdout,
      publicUrl: configuredUrl,
      production,
      stops,
    }),
  ]);
  const publicUrl = configuredUrl ?? `http://localhost:${config.port}`;
  const creating = createApp({
    config,
    database,
    secrets: {
      current: appSecret(secret),
      previous: config.appSecretPrevious ? appSecret(config.appSecretPrevious) : null,
    },
    publicUrl,
    clock: systemClock,
    random: systemRandom,
    senders: inbox
      ? copyToInbox(inbox, { senders, copied: delivery.developmentProviders, clock: systemClock })
      : senders,
    inbox,
    logger,
    logOutput,
    tracing,
    patience: patience(start),
  });
  const opening = creating.then((app) => {
    stops.push(() => app.close());
    for (const poller of app.pollers) poller.start();
    return app;
  });
  const [app] = await Promise.all([opening, beginAgain(() => importCities(database), patience(start))]);
  await listenUnlessTaken(app, start, isShared);
  const { metricsHost: host, metricsPort: port } = config;
  if (port !== null) await listen(app.metricsServer, { host, port }, { host: 'METRICS_HOST', port: 'METRICS_PORT' });
  if (production) logger.info({ publicUrl, port: config.port }, 'listening');
  else process.stdout.write(welcome(publicUrl, config));
}

/**
 * The modules of the service load while PostgreSQL starts or migrates, and not before. Loading blocks the event loop for
 * a third of a second, and would delay the start of PostgreSQL. A database that cannot be used is reported without them.
 */
async function openDatabaseAndModules(start: StartUp) {
  let busy = () => {};
  const waiting = new Promise<void>((resolve) => {
    busy = resolve;
  });
  const sharing = { isShared: false };
  const obtained = obtainDatabase(start, {
    onWait: busy,
    onShared: () => {
      sharing.isShared = true;
    },
  });
  const migrated = obtained.then((database) => prepare(start, database));
  await Promise.race([waiting, obtained]);
  const [database, app] = await Promise.all([migrated, import('./app.js')]);
  return { database, ...sharing, ...app };
}

async function prepare(start: StartUp, database: ConnectionTarget): Promise<ConnectionTarget> {
  const { prepareDatabase } = await import('./prepare-database.js');
  await beginAgain(() => prepareDatabase(start, database), patience(start));
  return database;
}

function patience({ ending, logger }: StartUp): Patience {
  return { ending, onWait: (reason) => logger.warn(reason) };
}

/** Two starts on one folder for data are usually one too many, and it is easy to miss that. */
async function listenUnlessTaken(server: Listening, { config, logger }: StartUp, isShared: boolean): Promise<void> {
  const shared = `Another phone-accounts process uses the same folder for data, ${config.dataDir}`;
  await listen(server, config, { host: 'HOST', port: 'PORT' }).catch((error: unknown) => {
    if (error instanceof StartupError && isShared) throw new StartupError(`${error.message} ${shared}.`);
    throw error;
  });
  if (isShared) logger.warn(`${shared}: both share its accounts. To keep them apart, set another DATA_DIR.`);
}

type Listening = { listen(address: Address): Promise<unknown> };

/** @param settings where the address comes from */
async function listen(
  server: Listening,
  { host, port }: Address,
  settings: { readonly host: string; readonly port: string },
): Promise<void> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE')
      throw new StartupError(`Port ${port} is taken. Stop what uses it, or set ${settings.port} to another one.`);
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new StartupError(
        `Cannot listen on ${host}, port ${port} (${code}). Set ${settings.host} and ${settings.port} to what this user may use.`,
      );
    }
    throw error;
  }
}

if (!printsHelp(USAGE)) await startUp(startService, { isService: true });
