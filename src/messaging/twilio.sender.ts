import type { Twilio } from 'twilio';
import { addSeconds } from '../platform/clock.js';
import type { EarlierAttempts, MessageSender, OutgoingMessage, SendOutcome } from './message-sender.js';
import { TwilioSlowDown, twilioFailure } from './twilio-failure.js';

export interface TwilioSettings {
  readonly accountSid: string;
  readonly authToken: string;
  /** A number of the account in E.164, or a messaging service (`MG…`) that picks one. */
  readonly from: { readonly phoneNumber: string } | { readonly messagingServiceSid: string };
  /** Where the API is, path prefix included: a proxy, a region or a stand-in. Default: `https://api.twilio.com`. */
  readonly baseUrl?: string | undefined;
  /** For a whole request: waiting for a socket, connecting, and the last byte of the answer. */
  readonly timeoutMs: number;
  /** Connections at once; more requests wait for one. */
  readonly maxSockets?: number | undefined;
}

/** Twilio's answers are about one kilobyte. */
const MAX_ANSWER_BYTES = 65_536;
/** Of the latest messages to a number, how many are looked through for one that was taken. */
const LOOKED_THROUGH = 20;
/** Seconds by which Twilio's clock may differ from ours. */
const SKEW = 15;
const messageSid = /^[SM]M[0-9a-f]{32}$/i;

/** Loads the `twilio` package only now: it costs up to a third of a second and 20 MB, of no use to other senders. */
export async function createTwilioSender(settings: TwilioSettings): Promise<MessageSender> {
  const { default: twilio } = await import('twilio');
  const client = twilio(settings.accountSid, settings.authToken, {
    autoRetry: false,
    // A reset on a reused connection would leave it open whether the message was taken.
    keepAlive: false,
    timeout: settings.timeoutMs,
    ...(settings.maxSockets !== undefined && { maxSockets: settings.maxSockets }),
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
  client.httpClient.axios.interceptors.response.use((response) => {
    if (response.status === 429) throw new TwilioSlowDown(response);
    return response;
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
      const sid = message.earlier ? await this.#findTaken(message, message.earlier) : undefined;
      return accepted(sid ?? (await this.#create(message)));
    } catch (error) {
      return twilioFailure(error);
    }
  }

  async #create({ to, text }: OutgoingMessage): Promise<string> {
    const { sid } = await this.#client.messages.create({ ...this.#from, to, body: text });
    return sid;
  }

  /**
   * Twilio has no key by which it would know an attempt again, so its list of messages is asked for one with this code.
   * If that fails, so does the attempt: a text that comes later is better than one that comes twice.
   */
  async #findTaken({ to, code }: OutgoingMessage, { since }: EarlierAttempts): Promise<string | undefined> {
    const latest = await this.#client.messages.list({ to, limit: LOOKED_THROUGH });
    const from = addSeconds(since, -SKEW);
    return latest.find(({ body, dateCreated }) => dateCreated >= from && body?.includes(code))?.sid;
  }
}

function accepted(sid: string): SendOutcome {
  if (messageSid.test(sid)) return { kind: 'accepted', providerMessageId: sid };
  return { kind: 'failed', reason: 'provider_unavailable', providerCode: null };
}
