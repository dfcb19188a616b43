import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { readAddress } from './client-network.js';
import type { Refusal } from './graphql-refusal.js';

/** A trusted gateway sends one of the secrets of TRUSTED_GATEWAY here. */
export const GATEWAY_SECRET = 'X-Gateway-Secret';
/** A trusted gateway names its client here, by one IP address. X-Forwarded-For is for the proxies between the two. */
export const GATEWAY_CLIENT_IP = 'X-Gateway-Client-IP';

/** What the headers of a request say about a gateway. */
export type GatewayCall =
  | { readonly kind: 'none' }
  /** The address of its client; null: it sends the request for itself. */
  | { readonly kind: 'trusted'; readonly clientAddress: string | null }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Knows the gateways that the service trusts. Without a secret in the settings, the headers mean nothing. */
export class TrustedGateways {
  readonly #hashes: readonly Buffer[];

  constructor(secrets: readonly string[]) {
    this.#hashes = secrets.map(hashOf);
  }

  read(headers: IncomingHttpHeaders): GatewayCall {
    const secret = headerOf(headers, GATEWAY_SECRET);
    if (secret === undefined || this.#hashes.length === 0) return { kind: 'none' };
    if (!this.#isKnown(secret)) return refused(403, 'FORBIDDEN', `The secret in ${GATEWAY_SECRET} is wrong.`);
    const given = headerOf(headers, GATEWAY_CLIENT_IP);
    if (given === undefined) return { kind: 'trusted', clientAddress: null };
    const clientAddress = readAddress(given);
    if (clientAddress !== null) return { kind: 'trusted', clientAddress };
    return refused(400, 'BAD_REQUEST', `${GATEWAY_CLIENT_IP} must be one IP address: that of the client.`);
  }

  /** Hashes have one length, and all are compared: the time tells nothing about a secret. */
  #isKnown(secret: string): boolean {
    const hash = hashOf(secret);
    return this.#hashes.filter((known) => timingSafeEqual(known, hash)).length > 0;
  }
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : value;
}

function refused(status: number, code: string, message: string): GatewayCall {
  return { kind: 'refused', refusal: { status, code, message } };
}
