import { type BundledServer, startBundledServer } from '../../../src/bundled-postgres/server.js';

/** A service process for tests: starts the server of the folder it is told, reports, stops it on a message. */
const [dataDir = '', fsync = 'off'] = process.argv.slice(2);
// Like the service, it decides itself what Ctrl-C means.
process.on('SIGINT', () => undefined);
const server: BundledServer = await startBundledServer({ dataDir, settings: { fsync } });
process.send?.({ url: server.url, adopted: server.adopted });
process.on('message', async () => {
  await server.stop();
  process.disconnect();
});
