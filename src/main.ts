import { openCaptcha } from './captcha/open-captcha.js';
import type { Config } from './config/config.js';
import { developmentSecret } from './config/development-secret.js';
import { openSender } from './messaging/open-sender.js';
import { appSecret } from './platform/app-secret.js';
import { systemClock } from './platform/clock.js';
import { systemRandom } from './platform/random.js';
import { StartupError } from './platform/startup-error.js';
import { obtainDatabase, type StartUp, startUp } from './start-up.js';
import { welcome } from './welcome.js';

async function startService(start: StartUp): Promise<void> {
  const { config, logger, stops } = start;
  // The modules of the service load while the database starts.
  const [databaseUrl, { createApp, prepareDatabase }, sender, secret] = await Promise.all([
    obtainDatabase(start),
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
    captcha: openCaptcha(config.captcha, { logger }),
    logger,
  });
  stops.push(() => app.close());
  await listen(app.server, config);
  if (config.production) logger.info({ publicUrl, port: config.port }, 'listening');
  else process.stdout.write(welcome(publicUrl));
}

async function listen(server: { listen(address: { host: string; port: number }): Promise<string> }, config: Config) {
  const { host, port } = config;
  try {
    await server.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE')
      throw new StartupError(`Port ${port} is taken. Stop what uses it, or set PORT to another one.`);
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new StartupError(
        `Cannot listen on ${host}, port ${port} (${code}). Set HOST and PORT to what this user may use.`,
      );
    }
    throw error;
  }
}

await startUp(startService);
