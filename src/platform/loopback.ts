const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Whether a name always means this machine, so that browsers trust it without TLS (Secure Contexts, section 3.1).
 * @param hostname as `URL` spells it
 */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}
