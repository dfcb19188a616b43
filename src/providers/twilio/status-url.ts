/** Below PUBLIC_URL. */
export const TWILIO_REPORT_PATH = '/webhooks/twilio';

/**
 * Makes Twilio report again where a report did not get through, three times within 15 seconds; by itself it tries again
 * only where it could not connect (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides). A
 * fragment, so it stays with Twilio.
 */
export const REPORT_RETRIES = '#rc=3&rp=ct,rt,5xx';

/** Hosts that only this machine or network knows, as URLs spell them. */
const LOOPBACK = /^(.+\.localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0)$/;
const NAME = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;

/**
 * Where Twilio is to report what becomes of a message; undefined: it could not reach this service. It refuses a message
 * whose address has no real host, or one with an underscore (error 21609).
 * @param publicUrl without a slash at its end; null: not configured
 */
export function twilioStatusUrl(publicUrl: string | null): ((messageId: string) => string) | undefined {
  if (publicUrl === null) return undefined;
  const { hostname } = new URL(publicUrl);
  if (LOOPBACK.test(hostname) || !NAME.test(hostname)) return undefined;
  return (messageId) => `${publicUrl}${TWILIO_REPORT_PATH}?message=${encodeURIComponent(messageId)}${REPORT_RETRIES}`;
}
