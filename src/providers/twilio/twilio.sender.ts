import type { Twilio } from 'twilio';
import type VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import type {
  AcceptedOutcome,
  Balance,
  EarlierAttempts,
  MessageSender,
  OutgoingMessage,
  Price,
  SendOutcome,
} from '../message-sender.js';
import { balanceOf } from './balance.js';
import { type CallSettings, callForm } from './call.js';
import { connectTwilio, type TwilioAccount, type TwilioPatience } from './client.js';
import { acceptedAs, type Created, outcomeOf } from './created.js';
import { findTaken } from './earlier.js';
import { twilioFailure } from './failure.js';
import { priceOf } from './price.js';
import { type TextSender, textForm } from './text.js';
import { type WhatsAppSender, whatsAppForm } from './whatsapp.js';

/** The account, and the sender by channel; null or absent: Twilio sends nothing by that channel. */
export interface TwilioSettings extends TwilioAccount, TwilioPatience {
  readonly from: TextSender | null;
  readonly whatsapp?: WhatsAppSender | null | undefined;
  readonly call?: CallSettings | null | undefined;
  /** Where Twilio reports about a message (status-url.ts); absent: it does not report. */
  readonly statusUrl?: ((messageId: string) => string) | undefined;
}

/**
 * Milliseconds for questions about earlier messages and prices. The next provider waits for the answer, and may spend
 * 1.5 s of its 3 s on it.
 */
const ASIDE_MS = 1_400;

export async function createTwilioSender(settings: TwilioSettings): Promise<MessageSender> {
  const { default: twilio } = await import('twilio');
  return new TwilioSender(settings, {
    client: await connectTwilio(settings, settings),
    // A client of its own, so that questions wait neither as long as messages nor for their connections.
    aside: await connectTwilio(settings, { ...settings, timeoutMs: Math.min(settings.timeoutMs, ASIDE_MS) }),
    newResponse: () => new twilio.twiml.VoiceResponse(),
  });
}

interface TwilioParts {
  readonly client: Twilio;
  readonly aside: Twilio;
  readonly newResponse: () => VoiceResponse;
}

class TwilioSender implements MessageSender {
  readonly provider = 'twilio';
  // Private to the runtime too: settings hold the credentials, and a client also holds the last request.
  readonly #settings: TwilioSettings;
  readonly #parts: TwilioParts;

  constructor(settings: TwilioSettings, parts: TwilioParts) {
    this.#settings = settings;
    this.#parts = parts;
  }

  async send(message: OutgoingMessage): Promise<SendOutcome> {
    try {
      const { earlier } = message;
      // If this question fails, so does the attempt: a late text is better than two texts.
      const taken = earlier && (await this.#find(this.#parts.client, { ...message, earlier }));
      if (taken) return taken;
      const created = this.#create(message);
      return created === null ? notOffered : outcomeOf(await created);
    } catch (error) {
      return twilioFailure(error);
    }
  }

  async findEarlier(message: OutgoingMessage & { readonly earlier: EarlierAttempts }): Promise<AcceptedOutcome | null> {
    return this.#find(this.#parts.aside, message).catch(() => null);
  }

  async priceOf({ providerMessageId }: { readonly providerMessageId: string }): Promise<Price | null> {
    return priceOf(this.#parts.aside, providerMessageId).catch(() => null);
  }

  async balance(): Promise<Balance | null> {
    return balanceOf(this.#parts.aside).catch(() => null);
  }

  async #find(client: Twilio, message: OutgoingMessage & { readonly earlier: EarlierAttempts }) {
    const sid = await findTaken(client, message, this.#settings.call?.from ?? null);
    return sid === undefined ? null : acceptedAs(sid);
  }

  #create(message: OutgoingMessage): Promise<Created> | null {
    const { from, whatsapp, call, statusUrl } = this.#settings;
    const { client, newResponse } = this.#parts;
    const told = statusUrl && { statusCallback: statusUrl(message.id) };
    if (message.channel === 'SMS' && from) return client.messages.create({ ...textForm(message, from), ...told });
    if (message.channel === 'WHATSAPP' && whatsapp)
      return client.messages.create({ ...whatsAppForm(message, whatsapp), ...told });
    if (message.channel === 'VOICE' && call)
      return client.calls.create({
        ...callForm(message, call, newResponse()),
        ...(told && { ...told, statusCallbackEvent: ['completed'] }),
      });
    return null;
  }
}

/** No route leads here, because the configuration checks the channels of each provider. */
const notOffered: SendOutcome = { kind: 'failed', reason: 'rejected', providerCode: null };
