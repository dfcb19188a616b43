import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** Longer than any answer may take. */
const PATIENCE_MS = 10_000;

/**
 * Sends bytes as they are on a connection of their own.
 * @returns the status of the answer; 0: the connection was closed without one
 */
export async function statusOf(url: string, packet: string): Promise<number> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`no answer to ${JSON.stringify(packet)}`)));
  // Node does not answer a client that has ended its side. So the side stays open until the answer begins, or until it is
  // clear that the service waits for more.
  const end = setTimeout(() => socket.end(), 500);
  socket.once('data', () => socket.end());
  socket.once('close', () => clearTimeout(end));
  socket.write(packet, 'latin1');
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(await text(socket))?.[1] ?? 0);
}
