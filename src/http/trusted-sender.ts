import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import type { TrustedGateways } from './trusted-gateway.js';

/** Whether the sender at this address, so many hops away, is a proxy of the operator (TRUST_PROXY). */
export type TrustedProxies = (address: string, hop: number) => boolean;

/** Whether a request was sent by a proxy or a gateway of the operator: its id and its trace are believed. */
export type IsTrusted = (request: IncomingMessage) => boolean;

/** @param setting a hop count, addresses and ranges, or false: there are none */
export function trustedProxies(setting: number | readonly string[] | false): TrustedProxies | false {
  if (setting === false) return false;
  return typeof setting === 'number' ? (_address, hop) => hop < setting : proxyAddr.compile([...setting]);
}

export function trustedSenders(proxies: TrustedProxies | false, gateways: TrustedGateways): IsTrusted {
  return ({ socket, headers }) =>
    (proxies !== false && proxies(socket.remoteAddress ?? '', 0)) || gateways.read(headers).kind === 'trusted';
}
