import { buildWhenNeeded } from '../../../scripts/build.js';

// A service process for tests: starts the server of the folder it is told, reports, and stops it on a message.
// It runs the build, because compiling the source anew for each process takes longer than the server's start.
await buildWhenNeeded();
const { startBundledServer } = await import('../../../dist/bundled-postgres/server.js');
const [dataDir = '', fsync = 'off'] = process.argv.slice(2);
// Like the service, it decides itself what Ctrl-C means.
process.on('SIGINT', () => undefined);
const server = await startBundledServer({ dataDir, settings: { fsync } });
process.send?.({ url: server.url, adopted: server.adopted });
process.on('message', async () => {
  await server.stop();
  process.disconnect();
});
