import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';
import type { ClientNetworks } from '../platform/client-networks.js';

/** Stands for every invalid address. All these clients count as one. */
const UNKNOWN = 'unknown';
/** Bytes of an address that name its networks, narrowest first. */
const KEPT_BYTES = { ipv4: [3, 2], ipv6: [7, 6, 4] } as const;

/** Addresses that are remembered: a client sends many requests. About 2 MB when full. */
const KEPT = 5_000;
/** A zone (fe80::1%anything) makes an address as long as its sender likes. */
const LONGEST = 64;

/** Where a client is, by its address. */
export interface ClientPlace {
  readonly ipAddress: string;
  readonly networks: ClientNetworks;
}

const places = new LRUCache<string, ClientPlace>({ max: KEPT });

/** The address of a client and its networks. */
export function clientPlace(given: string): ClientPlace {
  const known = places.get(given);
  if (known) return known;
  const ipAddress = clientAddress(given);
  const place = { ipAddress, networks: clientNetworks(ipAddress) };
  if (given.length <= LONGEST) places.set(given, place);
  return place;
}

/**
 * The address of a client as it is kept and shown. Some proxies write the port behind it (`192.0.2.1:5678`,
 * `[2001:db8::1]:5678`). An IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2) is shown as IPv4. Invalid addresses are
 * not kept: behind a badly configured proxy, a client can write anything into X-Forwarded-For.
 */
export function clientAddress(given: string): string {
  return readAddress(given) ?? UNKNOWN;
}

/** The same; null for an invalid address. ipaddr.js alone would read `1` and `010.0.0.1` as addresses, too. */
export function readAddress(given: string): string | null {
  const [, inBrackets, behindBrackets, beforePort, behind] =
    /^(?:\[([^\]]*)\](?::(\d+))?|([\d.]+):(\d+))$/.exec(given) ?? [];
  const address = inBrackets ?? beforePort ?? given;
  if (!isIP(address) || !isPort(behindBrackets ?? behind ?? '1')) return null;
  // The bytes do not include the zone (fe80::1%anything).
  return ipaddr.fromByteArray(ipaddr.process(address).toByteArray()).toString();
}

function isPort(digits: string): boolean {
  return Number(digits) >= 1 && Number(digits) <= 65_535;
}

/** The networks that an address counts as. */
export function clientNetworks(address: string): ClientNetworks {
  if (!ipaddr.isValid(address)) return [UNKNOWN];
  const parsed = ipaddr.process(address);
  const bytes = parsed.toByteArray();
  const [narrowest, ...wider] = KEPT_BYTES[parsed.kind()];
  return [networkOf(bytes, narrowest), ...wider.map((kept) => networkOf(bytes, kept))];
}

function networkOf(address: readonly number[], kept: number): string {
  const bytes = address.map((byte, index) => (index < kept ? byte : 0));
  return `${ipaddr.fromByteArray(bytes).toString()}/${kept * 8}`;
}
