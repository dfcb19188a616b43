/** Below PUBLIC_URL. */
export const TWILIO_REPORT_PATH = '/webhooks/twilio';

/**
 * Makes Twilio repeat a report that failed, three times within 15 seconds. By default it repeats only where it could not
 * connect (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides). A fragment stays with Twilio.
 */
export const REPORT_RETRIES = '#rc=3&rp=ct,rt,5xx';

/** Hosts that only this machine or network knows, as URLs write them. */
const LOOPBACK = /^(.+\.localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0)$/;
const NAME = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;

/**
 * The address to which Twilio reports about a message; undefined: Twilio could not reach this service. Twilio refuses a
 * message whose report address has no public host, or a host with an underscore (error 21609).
 * @param publicUrl without a slash at its end; null: not configured
 */
export function twilioStatusUrl(publicUrl: string | null): ((messageId: string) => string) | undefined {
  if (publicUrl === null) return undefined;
  const { hostname } = new URL(publicUrl);
  if (LOOPBACK.test(hostname) || !NAME.test(hostname)) return undefined;
  return (messageId) => `${publicUrl}${TWILIO_REPORT_PATH}?message=${encodeURIComponent(messageId)}${REPORT_RETRIES}`;
}
