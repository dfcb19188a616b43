import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';

/** Whether the sender at this address, so many hops away, is a proxy of the operator (TRUST_PROXY). */
export type TrustedProxies = (address: string, hop: number) => boolean;

/** @param setting a hop count, addresses and ranges, or false: there are none */
export function trustedProxies(setting: number | readonly string[] | false): TrustedProxies | false {
  if (setting === false) return false;
  return typeof setting === 'number' ? (_address, hop) => hop < setting : proxyAddr.compile([...setting]);
}

/** Whether what came on a connection was sent by such a proxy, and not by a client. */
export function isFromProxy({ socket }: Pick<IncomingMessage, 'socket'>, trusted: TrustedProxies | false): boolean {
  return trusted !== false && trusted(socket.remoteAddress ?? '', 0);
}
