import { createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE = 20_000;
const KEY = Buffer.alloc(32, 'bench');

/** Stands in for a provider: it accepts every message and keeps the codes, and what each message is called. */
export async function openGateway() {
  const codes = new Map();
  const ids = new Map();
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request));
    const { to, code } = [body, ...Object.values(body)].find(
      (each) => each && typeof each === 'object' && 'code' in each,
    );
    // Notices have none.
    if (code) {
      codes.set(to, code);
      ids.set(to, body.id);
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    secret: `whsec_${KEY.toString('base64')}`,
    /** The codes of these numbers, once all have been sent. */
    async codesOf(numbers) {
      const deadline = performance.now() + PATIENCE;
      while (numbers.some((number) => !codes.has(number))) {
        if (performance.now() > deadline) throw new Error('The service did not send every code.');
        await pause(10);
      }
      return numbers.map((number) => codes.get(number));
    },
    /** What a provider tells once the last message to the number is on the phone (docs/delivery.md, "Reports back"). */
    reportOf: (number) => signed({ type: 'message.delivered', id: ids.get(number) }),
    /** From now on, codes that were sent before do not count. */
    forget() {
      codes.clear();
      ids.clear();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** By Standard Webhooks. */
function signed(body) {
  const [id, timestamp] = [randomUUID(), String(Math.floor(Date.now() / 1000))];
  const content = `${id}.${timestamp}.${JSON.stringify(body)}`;
  const signature = `v1,${createHmac('sha256', KEY).update(content).digest('base64')}`;
  return { body, headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } };
}
