import { lookup } from 'node:dns';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { promisify } from 'node:util';
import type { FastifyInstance } from 'fastify';

const addressesOf = promisify(lookup);

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Listens, and returns the listeners beside the server's own. On many machines `localhost` has two addresses. For the second
 * one, Fastify opens another HTTP server, of which the drain knows nothing, and no stop waits for its requests. Here a
 * listener hands the connections of the second address to the one HTTP server.
 */
export async function listenAt(server: FastifyInstance, { host, port }: Address): Promise<readonly Server[]> {
  const found = host === 'localhost' ? await addressesOf(host, { all: true }) : [{ address: host }];
  const [first = host, ...others] = new Set(found.map(({ address }) => address));
  await server.listen({ host: first, port });
  const further = await Promise.all(others.map((each) => handingOver(server, { host: each, port })));
  return further.filter((listener) => listener !== null);
}

/** Null: the machine does not have this address after all, such as a container without IPv6. */
async function handingOver({ server }: FastifyInstance, address: Address): Promise<Server | null> {
  // HTTP servers are made with these options.
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => server.emit('connection', socket));
  const listening = once(listener, 'listening');
  listener.listen(address);
  return listening.then(
    () => listener,
    () => null,
  );
}
