import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that systems hand out by themselves: one that was free a second ago would have been given to others by then. */
const FIRST = 11_000;
const OF_EACH_WORKER = 2_000;
const WORKERS = 10;

const worker = Number(process.env['VITEST_POOL_ID'] ?? 0) % WORKERS;
let latest = Math.floor(Math.random() * OF_EACH_WORKER);

/** A port of this worker that nothing listens on. It comes again only after 2,000 others. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < OF_EACH_WORKER; tries += 1) {
    latest = (latest + 1) % OF_EACH_WORKER;
    const port = FIRST + worker * OF_EACH_WORKER + latest;
    if (await isFree(port)) return port;
  }
  throw new Error('No port is free.');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port);
  const listens = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  if (!listens) return false;
  server.close();
  await once(server, 'close');
  return true;
}
