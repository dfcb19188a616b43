/** The built service in the folder BENCH_BUILD, with a sender that accepts at once. The parent process gets its port. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const built = (file) => import(pathToFileURL(join(process.env.BENCH_BUILD, 'dist', file)).href);
const { createApp } = await built('app.js');
const { readConfig } = await built('config/config.js');
const { appSecret } = await built('platform/app-secret.js');
const { systemClock } = await built('platform/clock.js');
const { createLogger } = await built('platform/logger.js');
const { systemRandom } = await built('platform/random.js');

const reading = readConfig(process.env);
if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
const { config } = reading;
const { server, close } = await createApp({
  config,
  database: config.database.target,
  secrets: { current: appSecret(config.appSecret), previous: null },
  publicUrl: config.publicUrl,
  clock: systemClock,
  random: systemRandom,
  senders: new Map([
    ['console', { provider: 'console', send: async () => ({ kind: 'accepted', providerMessageId: null }) }],
  ]),
  logger: createLogger('fatal'),
});
await server.listen({ host: '127.0.0.1', port: 0 });
process.on('disconnect', () => void close().finally(() => process.exit(0)));
process.send({ port: server.server.address().port });
