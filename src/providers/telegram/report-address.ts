import { hasPublicHost } from '../http/public-host.js';

/** Below PUBLIC_URL. */
export const TELEGRAM_REPORT_PATH = '/webhooks/telegram';

/** Bytes of the address at most. */
const LONGEST = 256;

/**
 * The address to which Telegram reports; undefined: it could not reach this service. Telegram reports by HTTPS only, and refuses a
 * message with another address.
 * @param publicUrl without a slash at its end; null: not configured
 */
export function reportAddress(publicUrl: string | null): string | undefined {
  if (publicUrl === null || !/^https:/i.test(publicUrl) || !hasPublicHost(publicUrl)) return undefined;
  const address = `${publicUrl}${TELEGRAM_REPORT_PATH}`;
  return Buffer.byteLength(address) <= LONGEST ? address : undefined;
}
