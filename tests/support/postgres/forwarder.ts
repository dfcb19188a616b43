import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Passes everything on to a port of this machine. */
export interface Forwarder {
  readonly port: number;
  close(): void;
}

/** @param from an address to listen on, or the path of a Unix socket */
export async function forward(from: { readonly host: string } | { readonly path: string }, port: number) {
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    near.pipe(far).pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  server.listen('path' in from ? from : { ...from, port: 0 });
  await once(server, 'listening');
  const address = server.address();
  const forwarder: Forwarder = {
    port: typeof address === 'object' && address ? address.port : 0,
    close: () => void server.close(),
  };
  return forwarder;
}
