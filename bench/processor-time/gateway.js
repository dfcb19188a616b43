import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE = 20_000;

/** Stands in for a provider: it accepts every message and keeps the codes. */
export async function openGateway() {
  const codes = new Map();
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request));
    const { to, code } = [body, ...Object.values(body)].find(
      (each) => each && typeof each === 'object' && 'code' in each,
    );
    // Notices have none.
    if (code) codes.set(to, code);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** The codes of these numbers, once all have been sent. */
    async codesOf(numbers) {
      const deadline = performance.now() + PATIENCE;
      while (numbers.some((number) => !codes.has(number))) {
        if (performance.now() > deadline) throw new Error('The service did not send every code.');
        await pause(10);
      }
      return numbers.map((number) => codes.get(number));
    },
    /** From now on, codes that were sent before do not count. */
    forget() {
      codes.clear();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
