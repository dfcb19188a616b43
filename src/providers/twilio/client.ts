import type { Twilio } from 'twilio';
import { TwilioSlowDown } from './failure.js';

export interface TwilioAccount {
  readonly accountSid: string;
  readonly authToken: string;
  /** Where the API is, path prefix included: a proxy, a region or a stand-in. Default: `https://api.twilio.com`. */
  readonly baseUrl?: string | undefined;
}

export interface TwilioPatience {
  /** For a whole request, from waiting for a socket to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Connections at once; more requests wait for one. */
  readonly maxSockets?: number | undefined;
}

/** The most bytes of an answer. A message or call takes one to two kilobytes, and a list has twenty of them. */
const MAX_ANSWER_BYTES = 131_072;

/** Loads the `twilio` package only now, because it costs up to a third of a second and 20 MB. */
export async function connectTwilio(account: TwilioAccount, patience: TwilioPatience): Promise<Twilio> {
  const { default: twilio } = await import('twilio');
  const client = twilio(account.accountSid, account.authToken, {
    autoRetry: false,
    // If a reused connection is reset, it is not known whether the message was taken.
    keepAlive: false,
    timeout: patience.timeoutMs,
    ...(patience.maxSockets !== undefined && { maxSockets: patience.maxSockets }),
  });
  if (account.baseUrl) client.api.baseUrl = account.baseUrl;
  // The package would put TWILIO_EDGE and TWILIO_REGION into the host name, and drops labels from deep ones.
  client.getHostname = (hostname) => hostname;
  boundRequests(client, patience.timeoutMs);
  return client;
}

/** The package's own timeout measures silence. A server that sends a byte now and then would never reach it. */
function boundRequests(client: Twilio, timeoutMs: number): void {
  client.httpClient.axios.interceptors.request.use((config) => {
    config.signal = AbortSignal.timeout(timeoutMs);
    config.maxContentLength = MAX_ANSWER_BYTES;
    return config;
  });
  client.httpClient.axios.interceptors.response.use((response) => {
    if (response.status === 429) throw new TwilioSlowDown(response);
    return response;
  });
}
