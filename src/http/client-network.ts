import ipaddr from 'ipaddr.js';

/**
 * The network that an address counts as: IPv4 /24, IPv6 /56, since whoever has one address of it usually has them all.
 * An IPv4 address in IPv6 dress (RFC 4291, section 2.5.5.2) counts as IPv4.
 */
export function clientNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  const kept = parsed.kind() === 'ipv4' ? 3 : 7;
  const bytes = parsed.toByteArray().map((byte, index) => (index < kept ? byte : 0));
  return `${ipaddr.fromByteArray(bytes).toString()}/${kept * 8}`;
}
