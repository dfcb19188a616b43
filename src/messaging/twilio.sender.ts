import type { Twilio } from 'twilio';
import type { MessageSender, OutgoingMessage, SendOutcome } from './message-sender.js';
import { twilioFailure } from './twilio-failure.js';

export interface TwilioSettings {
  readonly accountSid: string;
  readonly authToken: string;
  /** A number of the account in E.164, or a messaging service (`MG…`) that picks one. */
  readonly from: { readonly phoneNumber: string } | { readonly messagingServiceSid: string };
  /** Where the API is, path prefix included: a proxy, a region or a stand-in. Default: `https://api.twilio.com`. */
  readonly baseUrl?: string | undefined;
  /** For the whole request: waiting for a socket, connecting, and the last byte of the answer. */
  readonly timeoutMs: number;
}

/** Twilio's answers are about one kilobyte. */
const MAX_ANSWER_BYTES = 65_536;
const messageSid = /^[SM]M[0-9a-f]{32}$/i;

/** Loads the `twilio` package only now: it costs up to a third of a second and 20 MB, of no use to other senders. */
export async function createTwilioSender(settings: TwilioSettings): Promise<MessageSender> {
  const { default: twilio } = await import('twilio');
  const client = twilio(settings.accountSid, settings.authToken, {
    autoRetry: false,
    // A reset on a reused connection would leave it open whether the message was taken.
    keepAlive: false,
    timeout: settings.timeoutMs,
  });
  if (settings.baseUrl) client.api.baseUrl = settings.baseUrl;
  // The package would put TWILIO_EDGE and TWILIO_REGION into the host name, and drops labels from deep ones.
  client.getHostname = (hostname) => hostname;
  boundRequests(client, settings.timeoutMs);
  return new TwilioSender(client, settings.from);
}

/** The package's own timeout is one of silence, which a server that trickles bytes never lets pass. */
function boundRequests(client: Twilio, timeoutMs: number): void {
  client.httpClient.axios.interceptors.request.use((config) => {
    config.signal = AbortSignal.timeout(timeoutMs);
    config.maxContentLength = MAX_ANSWER_BYTES;
    return config;
  });
}

class TwilioSender implements MessageSender {
  readonly provider = 'twilio';
  // Private to the runtime too: the client holds the credentials and the last request.
  readonly #client: Twilio;
  readonly #from: { readonly from: string } | { readonly messagingServiceSid: string };

  constructor(client: Twilio, from: TwilioSettings['from']) {
    this.#client = client;
    this.#from = 'phoneNumber' in from ? { from: from.phoneNumber } : from;
  }

  async send(message: OutgoingMessage): Promise<SendOutcome> {
    try {
      const { sid } = await this.#client.messages.create({ ...this.#from, to: message.to, body: message.text });
      if (messageSid.test(sid)) return { kind: 'accepted', providerMessageId: sid };
      return { kind: 'failed', reason: 'provider_unavailable', providerCode: null };
    } catch (error) {
      return twilioFailure(error);
    }
  }
}
