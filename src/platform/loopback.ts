const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Whether a host name always means this machine. Browsers trust these names without TLS (Secure Contexts, section 3.1).
 * @param hostname as `URL` spells it
 */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/** Whether an address is of this machine. @param address as sockets spell it, also IPv4 mapped to IPv6 */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/i.test(address);
}

/** Whether a service that listens there can be reached from this machine only. */
export function listensOnLoopback(host: string): boolean {
  return isLoopbackAddress(host) || isLoopback(host.toLowerCase());
}
