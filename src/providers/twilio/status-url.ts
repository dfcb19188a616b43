import { hasPublicHost } from '../http/public-host.js';

/** Below PUBLIC_URL. */
export const TWILIO_REPORT_PATH = '/webhooks/twilio';

/**
 * Makes Twilio repeat a report that failed, three times within 15 seconds. By default it repeats only where it could not
 * connect (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides). A fragment stays with Twilio.
 */
export const REPORT_RETRIES = '#rc=3&rp=ct,rt,5xx';

/**
 * The address to which Twilio reports about a message; undefined: Twilio could not reach this service. Twilio refuses a
 * message whose report address has no public host, or a host with an underscore (error 21609).
 * @param publicUrl without a slash at its end; null: not configured
 */
export function twilioStatusUrl(publicUrl: string | null): ((messageId: string) => string) | undefined {
  if (publicUrl === null || !hasPublicHost(publicUrl)) return undefined;
  return (messageId) => `${publicUrl}${TWILIO_REPORT_PATH}?message=${encodeURIComponent(messageId)}${REPORT_RETRIES}`;
}
