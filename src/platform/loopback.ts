const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Whether a host name always means this machine. Browsers trust these names without TLS (Secure Contexts, section 3.1).
 * @param hostname as `URL` spells it
 */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}
