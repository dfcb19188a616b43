/** Hosts that only this machine or network knows, as URLs write them. */
const LOOPBACK = /^(.+\.localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0)$/;
const NAME = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;

/**
 * Whether providers can reach this service there. Some refuse a message whose report address has no public host, or a host with an
 * underscore.
 */
export function hasPublicHost(publicUrl: string): boolean {
  const { hostname } = new URL(publicUrl);
  return !LOOPBACK.test(hostname) && NAME.test(hostname);
}
