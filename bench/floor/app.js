import pino from 'pino';
import { createApp } from '../../dist/app.js';
import { readConfig } from '../../dist/config/config.js';
import { appSecret } from '../../dist/platform/app-secret.js';
import { systemClock } from '../../dist/platform/clock.js';
import { createLogger } from '../../dist/platform/logger.js';
import { systemRandom } from '../../dist/platform/random.js';

/** The service as in production, except that limits are wide enough for a benchmark and no texts are sent. */
export async function openApp() {
  const reading = readConfig(process.env);
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  const { config } = reading;
  const logger = createLogger(config.logLevel, pino.destination({ dest: '/dev/null', sync: false }));
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
