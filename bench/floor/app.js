import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pino from 'pino';

/** BENCH_BUILD is the folder of the checkout whose build is measured. */
const built = (file) => import(pathToFileURL(join(process.env.BENCH_BUILD ?? '.', 'dist', file)).href);

/**
 * The service as in production, except that limits are wide enough for a benchmark, and that its provider is a function
 * that accepts every message at once.
 */
export async function openApp() {
  const { createApp } = await built('app.js');
  const { readConfig } = await built('config/config.js');
  const { appSecret } = await built('platform/app-secret.js');
  const { systemClock } = await built('platform/clock.js');
  const { createLogger } = await built('platform/logger.js');
  const { systemRandom } = await built('platform/random.js');
  const reading = readConfig(process.env);
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  const { config } = reading;
  const logger = createLogger(config.logLevel, pino.destination({ dest: '/dev/null', sync: true }));
  return createApp({
    config,
    database: config.database.target,
    secrets: { current: appSecret(config.appSecret), previous: null },
    publicUrl: config.publicUrl,
    clock: systemClock,
    random: systemRandom,
    senders: new Map([
      ['console', { provider: 'console', send: async () => ({ kind: 'accepted', providerMessageId: null }) }],
    ]),
    logger,
  });
}

/** Tells the parent process the port, and ends when the parent ends. */
export function announce(port) {
  process.send({ port });
  process.on('disconnect', () => process.exit(0));
}
