import { randomInt } from 'node:crypto';

/** An attacker with unlimited addresses: each call returns an address of another network, IPv4 or IPv6. */
export function freshAddress(): string {
  return randomInt(2) === 0 ? `${randomInt(1, 224)}.${byte()}.${byte()}.${byte()}` : `2${hex(3)}:${hex(4)}:${host()}`;
}

/** A network that an attacker rents: a /24 of IPv4 or a /56 of IPv6. Each call returns another address in it. */
export function oneNetwork(version: 4 | 6): () => string {
  if (version === 6) {
    const network = `2001:db8:${hex(4)}:${hex(2)}`;
    return () => `${network}${hex(2)}:${hex(4)}:${hex(4)}:${hex(4)}:${hex(4)}`;
  }
  const network = `203.${byte()}.${byte()}`;
  return () => `${network}.${byte()}`;
}

/** An IPv6 /48 that an attacker rents. Each call returns an address in another /56 of it, as far as they last. */
export function rentedNetwork(): () => string {
  const network = `2001:db8:${hex(4)}`;
  return () => `${network}:${hex(4)}:${hex(4)}:${hex(4)}:${hex(4)}:${hex(4)}`;
}

/** The network of a whole operator: an IPv6 /32 or an IPv4 /16. Each call returns another address in it. */
export function rentedOperator(version: 4 | 6): () => string {
  if (version === 6) return () => `2001:db8:${host()}`;
  const network = `203.${byte()}`;
  return () => `${network}.${byte()}.${byte()}`;
}

function host(): string {
  return Array.from({ length: 6 }, () => hex(4)).join(':');
}

function byte(): number {
  return randomInt(1, 255);
}

function hex(digits: number): string {
  return randomInt(16 ** digits)
    .toString(16)
    .padStart(digits, '0');
}
